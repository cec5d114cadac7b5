"""Accounts: the calls this server makes to the Directory API's `users`, and nothing else of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp_tools.google_admin.errors import Refused
from mcp_tools.google_admin.exchange import ask, found
from mcp_tools.google_admin.models import User, UserPage
from mcp_tools.google_admin.passwords import Password


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be made; its owner must choose another password at the first sign-in."""

    primary_email: str
    first_name: str
    last_name: str
    password: Password


class DirectoryClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer."""

    def __init__(self, users: Any) -> None:
        self._users = users

    def page(self, domain: str | None, query: str, size: int, token: str | None) -> UserPage:
        """At most `size` accounts (1 to 500) by address; Google may give fewer and still have more."""
        scope = {"domain": domain} if domain else {"customer": "my_customer"}
        given = {"query": query or None, "pageToken": token}
        more = {name: value for name, value in given.items() if value is not None}
        return ask(self._users.list(maxResults=size, orderBy="email", **scope, **more), UserPage.from_resource)

    def user(self, user_key: str) -> User:
        return ask(self._users.get(userKey=user_key), User.from_resource)

    def find(self, user_key: str) -> User | None:
        """None when nobody has this address or id."""
        return found(self._users.get(userKey=user_key), User.from_resource)

    def set_suspended(self, user_key: str, suspended: bool) -> User:
        """The account as Google reports it after the change."""
        return ask(self._users.patch(userKey=user_key, body={"suspended": suspended}), User.from_resource)

    def add(self, new: NewUser) -> User:
        """The account as Google made it. What is raised does not hold the password."""
        name = {"givenName": new.first_name, "familyName": new.last_name}
        body = {"primaryEmail": new.primary_email, "name": name, **_first(new.password)}
        return _hiding(new.password, self._users.insert(body=body))

    def set_password(self, user_key: str, password: Password) -> User:
        """The account after the change. What is raised does not hold the password."""
        return _hiding(password, self._users.patch(userKey=user_key, body=_first(password)))


def _first(password: Password) -> Mapping[str, Any]:
    return {"password": password.text, "changePasswordAtNextLogin": True}


def _hiding(password: Password, request: Any) -> User:
    try:
        return ask(request, User.from_resource)
    except Refused as refused:
        said = refused.message.replace(password.text, "‹password›")
        # The cause holds Google's whole answer, which might quote the password back.
        raise Refused(refused.status, refused.reason, said) from None
