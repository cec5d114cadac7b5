"""Groups and their members, by the Directory API."""

from typing import Any

from mcp_tools.google_admin.exchange import ask, found, nothing
from mcp_tools.google_admin.models import Group, GroupPage, Member, MemberPage


class GroupsClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer."""

    def __init__(self, groups: Any, members: Any) -> None:
        self._groups = groups
        self._members = members

    def page(self, user_key: str | None, query: str, size: int, token: str | None) -> GroupPage:
        """At most `size` groups (1 to 200): those of one account, or those of the organisation that the query finds."""
        scope = {"userKey": user_key} if user_key else {"customer": "my_customer"}
        given = {"query": query or None, "pageToken": token}
        more = {name: value for name, value in given.items() if value is not None}
        return ask(self._groups.list(maxResults=size, **scope, **more), GroupPage.from_resource)

    def group(self, group_key: str) -> Group:
        return ask(self._groups.get(groupKey=group_key), Group.from_resource)

    def members(self, group_key: str, size: int, token: str | None) -> MemberPage:
        """At most `size` direct members (1 to 200)."""
        more = {} if token is None else {"pageToken": token}
        return ask(self._members.list(groupKey=group_key, maxResults=size, **more), MemberPage.from_resource)

    def member(self, group_key: str, member_key: str) -> Member | None:
        """A direct member; None for a stranger, and for one of a group that is not there."""
        return found(self._members.get(groupKey=group_key, memberKey=member_key), Member.from_resource)

    def add(self, group_key: str, email: str, role: str) -> Member:
        return ask(self._members.insert(groupKey=group_key, body={"email": email, "role": role}), Member.from_resource)

    def remove(self, group_key: str, member_key: str) -> None:
        ask(self._members.delete(groupKey=group_key, memberKey=member_key), nothing)
