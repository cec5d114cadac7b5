"""The tools, thin: typed arguments in, one or two calls of the client, a typed result out."""

import time
from collections.abc import Callable
from typing import Annotated

from fastmcp import FastMCP
from mcp_types import ToolAnnotations
from pydantic import Field

from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.models import AccessChange, User, UserPage
from mcp_tools.google_admin.outcomes import Outcome, OutcomeInMeta, ToolFailure
from mcp_tools.google_admin.words import Attempt, told

# Letters of an address as Google allows them (Google Workspace help: "Username and group name guidelines"), or an id.
USER_KEY = r"^([0-9]{1,32}|[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$"
DOMAIN = r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
PRINTABLE = r"^[^\\\x00-\x1f\x7f]+$"
# A longer address line would be turned into a POST by googleapiclient (2,048 characters).
PAGE = r"^[!-~]{1,1500}$"

UserKey = Annotated[
    str,
    Field(description="Primary address, alias or Google id of the account.", max_length=254, pattern=USER_KEY),
]
Domain = Annotated[str, Field(description="Only this domain, such as example.com.", max_length=253, pattern=DOMAIN)]
Suspended = Annotated[bool, Field(description="true: only suspended accounts; false: only active ones.")]
NamePart = Annotated[str, Field(description="Part of the full name.", max_length=60, pattern=PRINTABLE)]
MaxResults = Annotated[int, Field(description="How many accounts at most.", ge=1, le=500)]
PageToken = Annotated[str, Field(description="next_page_token of the answer before.", pattern=PAGE)]
Reason = Annotated[str, Field(description="Why, for the people who approve it and for the record.", max_length=500)]


class GoogleAdminTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool, which nobody can stop.

    So a change that could not be sent within `send_within` seconds of the call is not sent at all: who called may have
    given it up. `clock` gives seconds.
    """

    def __init__(self, directory: DirectoryClient, send_within: float, clock: Callable[[], float]) -> None:
        self._directory = directory
        self._send_within = send_within
        self._clock = clock

    def list_users(
        self,
        domain: Domain | None = None,
        suspended: Suspended | None = None,
        name_contains: NamePart | None = None,
        max_results: MaxResults = 100,
        page_token: PageToken | None = None,
    ) -> UserPage:
        """List Google Workspace accounts, ordered by address. All conditions that are given must hold; without any,
        every account of the organisation is listed. When next_page_token is not null there are more: call again with
        the same conditions and that token. Google's search may lag behind a change by hours, so check one account's
        state with get_user."""
        users: list[User] = []
        query, token = _query(suspended, name_contains), page_token
        with told(Attempt("list the users")):
            while True:
                page = self._directory.page(domain, query, max_results - len(users), token)
                users += page.users
                token = page.next_page_token
                if token is None or not page.users or len(users) >= max_results:
                    return UserPage(users=tuple(users), next_page_token=token)

    def get_user(self, user_key: UserKey) -> User:
        """Look up one Google Workspace account as it is now, by primary address, alias or Google id: name, suspended
        or not, administrator or not, organisational unit, aliases and last login."""
        with told(Attempt(f"look up {user_key}", user_key)):
            return self._directory.user(user_key)

    def suspend_user(self, user_key: UserKey, reason: Reason = "") -> AccessChange:  # noqa: ARG002 - for approvers; Google keeps none
        """Suspend one Google Workspace account: the person is signed out and cannot sign in, their data stays,
        unsuspend_user undoes it. An account that is already suspended is left alone and reported so. Super
        administrators cannot be suspended. The reason is shown to the people who approve; Google does not store
        it."""
        return self._set_suspended(user_key, wanted=True)

    def unsuspend_user(self, user_key: UserKey) -> AccessChange:
        """Lift the suspension of one Google Workspace account, so that the person can sign in again. An account that
        is not suspended is left alone and reported so."""
        return self._set_suspended(user_key, wanted=False)

    def _set_suspended(self, user_key: str, *, wanted: bool) -> AccessChange:
        began = self._clock()
        before = self.get_user(user_key)
        state = "suspended" if wanted else "active"
        if before.suspended is wanted:
            summary = f"{before.primary_email} was already {state}; nothing was changed."
            return AccessChange(user=before, changed=False, summary=summary)
        doing = f"{'suspend' if wanted else 'unsuspend'} {user_key}"
        if self._clock() - began > self._send_within:
            text = f"Could not {doing}: Google was slow to say how the account is now."
            raise ToolFailure(f"{text} Nothing was sent, so nothing was changed. Try again later.", Outcome.REFUSED)
        with told(Attempt(doing, user_key, write=True, super_admin=before.is_super_admin)):
            after = self._directory.set_suspended(user_key, wanted)
        if after.suspended is not wanted:
            text = f"Google accepted the request to {doing} but does not report the account as {state}."
            raise ToolFailure(f"{text} Look with get_user.", Outcome.UNKNOWN)
        return AccessChange(user=after, changed=True, summary=f"{after.primary_email} is now {state}.")


def build_server(
    directory: DirectoryClient, *, send_within: float = 10.0, clock: Callable[[], float] = time.monotonic
) -> FastMCP:
    """The MCP server over this client. It holds no state of its own. A change is sent within so many seconds or not."""
    server = FastMCP(
        "google_admin",
        instructions="Accounts of a Google Workspace: list, look up, suspend, unsuspend.",
        strict_input_validation=True,
        mask_error_details=True,
        middleware=[OutcomeInMeta()],
    )
    tools = GoogleAdminTools(directory, send_within, clock)
    server.tool(tools.list_users, annotations=_reads("List Google users"))
    server.tool(tools.get_user, annotations=_reads("Look up a Google user"))
    server.tool(tools.suspend_user, annotations=_writes("Suspend a Google user", destructive=True))
    server.tool(tools.unsuspend_user, annotations=_writes("Unsuspend a Google user", destructive=False))
    return server


def _query(suspended: bool | None, name_contains: str | None) -> str:
    """Google docs: "Search for users". Values stand in single quotes; a quote inside is escaped with a backslash."""
    clauses = []
    if suspended is not None:
        clauses.append(f"isSuspended={str(suspended).lower()}")
    if name_contains is not None:
        quoted = name_contains.replace("'", "\\'")
        clauses.append(f"name:'{quoted}'")
    return " ".join(clauses)


def _reads(title: str) -> ToolAnnotations:
    return ToolAnnotations(
        title=title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )


def _writes(title: str, *, destructive: bool) -> ToolAnnotations:
    return ToolAnnotations(
        title=title, read_only_hint=False, destructive_hint=destructive, idempotent_hint=True, open_world_hint=False
    )
