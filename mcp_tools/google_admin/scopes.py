"""What a credential must be granted, by part: a service account asks for each scope only when a tool needs it.

So who grants one scope has the tools of that scope, and no other tool stops working for it.
"""

from enum import Enum

BASE = "https://www.googleapis.com/auth/"


class Scope(Enum):
    """Google docs: "Choose Directory API scopes", and the scopes of each method."""

    USERS = "admin.directory.user"
    SECURITY = "admin.directory.user.security"
    GROUPS = "admin.directory.group"
    SCHEMAS = "admin.directory.userschema.readonly"
    LICENCES = "apps.licensing"

    @property
    def url(self) -> str:
        """The scope as Google takes it."""
        return BASE + self.value
