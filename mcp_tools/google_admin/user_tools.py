"""Accounts: list, look up, add, suspend, unsuspend."""

from fastmcp import Context
from fastmcp.tools.base import ToolResult

from mcp_tools.google_admin.arguments import (
    Domain,
    FirstName,
    LastName,
    MaxResults,
    NamePart,
    PageToken,
    PrimaryEmail,
    Reason,
    Suspended,
    UserKey,
)
from mcp_tools.google_admin.directory import DirectoryClient, NewUser
from mcp_tools.google_admin.models import AccessChange, SecretSent, User, UserPage
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.passwords import Choose, new_password
from mcp_tools.google_admin.secrecy import label_of, recipient_or_refuse
from mcp_tools.google_admin.timing import Window
from mcp_tools.google_admin.words import Attempt, told
from mcp_tools.sealing import sealed_result


class UserTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool."""

    def __init__(self, users: DirectoryClient, window: Window, choose: Choose) -> None:
        self._users = users
        self._window = window
        self._choose = choose

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
                page = self._users.page(domain, query, max_results - len(users), token)
                users += page.users
                token = page.next_page_token
                if token is None or not page.users or len(users) >= max_results:
                    return UserPage(users=tuple(users), next_page_token=token)

    def get_user(self, user_key: UserKey) -> User:
        """Look up one Google Workspace account as it is now, by primary address, alias or Google id: name, suspended
        or not, administrator or not, organisational unit, aliases, 2-Step Verification and last login."""
        with told(Attempt(f"look up {user_key}", user_key)):
            return self._users.user(user_key)

    def add_user(
        self, primary_email: PrimaryEmail, first_name: FirstName, last_name: LastName, context: Context
    ) -> ToolResult:
        """Create one Google Workspace account with a random password that must be changed at the first sign-in. The
        password is sent privately to the person who asked; nobody else sees it, neither do you."""
        opened, recipient = self._window.open(), recipient_or_refuse(context)
        with told(Attempt(f"look up {primary_email}")):
            if self._users.find(primary_email) is not None:
                text = f"There already is an account or an alias {primary_email}. Nothing was changed."
                raise ToolFailure(f"{text} Look with get_user.", Outcome.FAILED)
        doing, password = f"add {primary_email}", new_password(self._choose)
        sealed = recipient.seal(label_of("Password of", primary_email), password.text)
        opened.check(doing)
        with told(Attempt(doing, write=True, lost=LOST.format(user=primary_email), refusals=_refusals(primary_email))):
            user = self._users.add(NewUser(primary_email, first_name, last_name, password))
        said = "Its password was sent privately to the person who asked; it must be changed at the first sign-in."
        return sealed_result(SecretSent(user=user, summary=f"{user.primary_email} was created. {said}"), sealed)

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
        opened = self._window.open()
        before = self.get_user(user_key)
        state = "suspended" if wanted else "active"
        if before.suspended is wanted:
            summary = f"{before.primary_email} was already {state}; nothing was changed."
            return AccessChange(user=before, changed=False, summary=summary)
        doing = f"{'suspend' if wanted else 'unsuspend'} {user_key}"
        opened.check(doing)
        refusals = {403: _super_administrator(user_key)} if before.is_super_admin else {}
        with told(Attempt(doing, user_key, write=True, refusals=refusals)):
            after = self._users.set_suspended(user_key, wanted)
        if after.suspended is not wanted:
            text = f"Google accepted the request to {doing} but does not report the account as {state}."
            raise ToolFailure(f"{text} Look with get_user.", Outcome.UNKNOWN)
        return AccessChange(user=after, changed=True, summary=f"{after.primary_email} is now {state}.")


LOST = (
    "Do not repeat it; look with get_user whether {user} is there. Its password is lost in any case: once the account "
    "is there, reset_password gives it a new one."
)


def _refusals(email: str) -> dict[int, str]:
    domain = email.rpartition("@")[2]
    return {
        404: f"The domain {domain} is none of this Google Workspace. Nothing was changed.",
        409: f"There already is an account, an alias or a group {email}. Nothing was changed. Look with get_user.",
        412: f"Google made no account {email}: no licence is free for it. Nothing was changed.",
    }


def _super_administrator(user_key: str) -> str:
    return (
        f"{user_key} is a super administrator, and Google does not let one be suspended. "
        f"Nothing was changed. Another super administrator must take that role away in the Admin console first."
    )


def _query(suspended: bool | None, name_contains: str | None) -> str:
    """Google docs: "Search for users". Values stand in single quotes; a quote inside is escaped with a backslash."""
    clauses = []
    if suspended is not None:
        clauses.append(f"isSuspended={str(suspended).lower()}")
    if name_contains is not None:
        quoted = name_contains.replace("'", "\\'")
        clauses.append(f"name:'{quoted}'")
    return " ".join(clauses)
