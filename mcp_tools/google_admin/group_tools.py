"""Groups: list, members, add, remove."""

from mcp_tools.google_admin.arguments import GroupKey, GroupStart, MaxListed, OfUser, PageToken, Role, UserKey
from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.groups import GroupsClient
from mcp_tools.google_admin.models import Group, GroupPage, Member, MemberPage, Membership, MembershipChange, User
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.timing import Window
from mcp_tools.google_admin.words import Attempt, no_account, told

LOST = "Do not repeat it; look with get_group_member first."


class GroupTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool."""

    def __init__(self, users: DirectoryClient, groups: GroupsClient, window: Window) -> None:
        self._users = users
        self._groups = groups
        self._window = window

    def list_groups(
        self,
        user_key: OfUser | None = None,
        email_starts_with: GroupStart | None = None,
        max_results: MaxListed = 100,
        page_token: PageToken | None = None,
    ) -> GroupPage:
        """List groups of the Google Workspace: all of them, those that one account is a direct member of, or those
        whose address begins with something; not both at once. When next_page_token is not null there are more: call
        again with the same conditions and that token."""
        if user_key is not None and email_starts_with is not None:
            text = "Give user_key or email_starts_with, not both: Google searches by one of them."
            raise ToolFailure(f"{text} Nothing was sent.", Outcome.REFUSED)
        query = f"email:{email_starts_with}*" if email_starts_with else ""
        with told(Attempt("list the groups", user_key or "", scope=Scope.GROUPS)):
            return self._groups.page(user_key, query, max_results, page_token)

    def list_group_members(
        self, group_key: GroupKey, max_results: MaxListed = 100, page_token: PageToken | None = None
    ) -> MemberPage:
        """List the direct members of one group with their roles; a group that is a member stands for its own members.
        When next_page_token is not null there are more: call again with that token."""
        with told(_about_group(f"list the members of {group_key}", group_key)):
            return self._groups.members(group_key, max_results, page_token)

    def get_group_member(self, group_key: GroupKey, user_key: UserKey) -> Membership:
        """Look whether one account is a direct member of one group, and in which role."""
        group = self._group(group_key)
        return _membership(group, user_key, self._member(group_key, user_key))

    def add_group_member(self, group_key: GroupKey, user_key: UserKey, role: Role = "MEMBER") -> MembershipChange:
        """Add one account of this Google Workspace to one group: it gets the group's mail and whatever the group gives
        access to. remove_group_member undoes it. Only accounts of this Workspace are added, nobody from outside. A
        member in the same role is left alone and reported so."""
        opened, group = self._window.open(), self._group(group_key)
        user = self._account(user_key)
        before = self._member(group_key, user.primary_email)
        if before is not None:
            return _already(group, user, before, role)
        doing = f"add {user.primary_email} to {group.email}"
        opened.check(doing)
        refusals = {409: f"{user.primary_email} is already in {group.email}. Nothing was changed."}
        with told(Attempt(doing, write=True, scope=Scope.GROUPS, lost=LOST, refusals=refusals)):
            member = self._groups.add(group_key, user.primary_email, role)
        after = _membership(group, user.primary_email, member)
        summary = f"{user.primary_email} is now in {group.email} as {member.role}."
        return MembershipChange(membership=after, changed=True, summary=summary)

    def remove_group_member(self, group_key: GroupKey, user_key: UserKey) -> MembershipChange:
        """Take one direct member out of one group: it loses the group's mail and whatever the group gives access to.
        add_group_member undoes it. Somebody who is no direct member is left alone and reported so."""
        opened, group = self._window.open(), self._group(group_key)
        gone = _membership(group, user_key, None)
        if self._member(group_key, user_key) is None:
            summary = f"{user_key} is no direct member of {group.email}; nothing was changed."
            return MembershipChange(membership=gone, changed=False, summary=summary)
        doing = f"remove {user_key} from {group.email}"
        opened.check(doing)
        refusals = {404: f"{user_key} is no direct member of {group.email} any more. Nothing was changed."}
        with told(Attempt(doing, write=True, scope=Scope.GROUPS, lost=LOST, refusals=refusals)):
            self._groups.remove(group_key, user_key)
        return MembershipChange(membership=gone, changed=True, summary=f"{user_key} is no longer in {group.email}.")

    def _group(self, group_key: str) -> Group:
        with told(_about_group(f"look up the group {group_key}", group_key)):
            return self._groups.group(group_key)

    def _account(self, user_key: str) -> User:
        with told(Attempt(f"look up {user_key}")):
            user = self._users.find(user_key)
        if user is None:
            text = f"{no_account(user_key)} Nobody from outside is added to a group here. Nothing was changed."
            raise ToolFailure(text, Outcome.FAILED)
        return user

    def _member(self, group_key: str, member_key: str) -> Member | None:
        with told(Attempt(f"look for {member_key} in {group_key}", scope=Scope.GROUPS)):
            return self._groups.member(group_key, member_key)


def _about_group(doing: str, group_key: str) -> Attempt:
    missing = f"There is no group {group_key} in this Google Workspace. Find the right one with list_groups."
    return Attempt(doing, scope=Scope.GROUPS, refusals={404: missing})


def _membership(group: Group, user: str, member: Member | None) -> Membership:
    role = member.role if member else None
    return Membership(group=group.email, user=user, is_member=member is not None, role=role)


def _already(group: Group, user: User, before: Member, role: str) -> MembershipChange:
    if before.role != role:
        text = f"{user.primary_email} is already in {group.email}, as {before.role}. Nothing was changed."
        raise ToolFailure(f"{text} To change the role, remove the member first.", Outcome.FAILED)
    summary = f"{user.primary_email} was already in {group.email} as {role}; nothing was changed."
    found = _membership(group, user.primary_email, before)
    return MembershipChange(membership=found, changed=False, summary=summary)
