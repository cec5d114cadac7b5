"""Groups and their members, as plain state (Google docs: REST resources "groups" and "members")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.google.errors import duplicate, invalid, not_found, required, unknown_name

ROLES = ("MEMBER", "MANAGER", "OWNER")
# Fields of a `Member` that members.insert takes and keeps, ignores, or does not have here.
MEMBER_KEPT = frozenset({"email", "id", "role"})
MEMBER_IGNORED = frozenset({"etag", "kind", "status", "type"})
MEMBER_NOT_KEPT = frozenset({"delivery_settings"})
CLAUSE = re.compile(r"(email|name):'?([^'*\s]+)\*'?")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group; `id` is that of the account, or of the group."""

    id: str
    email: str
    role: str = "MEMBER"
    type: str = "USER"

    def resource(self) -> dict[str, Any]:
        """The `Member` of the Directory API."""
        return {
            "kind": "admin#directory#member",
            "etag": f'"{self.id}/{self.role}"',
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "type": self.type,
            "status": "ACTIVE",
        }


@dataclass(frozen=True, slots=True)
class Group:
    """One group; its members by id."""

    id: str
    email: str
    name: str
    description: str = ""
    members: dict[str, Member] = field(default_factory=dict)

    def resource(self) -> dict[str, Any]:
        """The `Group` of the Directory API: the count is text there."""
        return {
            "kind": "admin#directory#group",
            "etag": f'"{self.id}"',
            "id": self.id,
            "email": self.email,
            "name": self.name,
            "description": self.description,
            "directMembersCount": str(len(self.members)),
            "adminCreated": True,
        }

    def find(self, key: str) -> Member:
        """By id or address. Raises GoogleError 404."""
        found = (one for one in self.members.values() if key == one.id or key.lower() == one.email.lower())
        member = next(found, None)
        if member is None:
            raise not_found("memberKey")
        return member


def find_group(groups: Mapping[str, Group], key: str) -> Group:
    """By id or address. Raises GoogleError 404."""
    group = next((one for one in groups.values() if key == one.id or key.lower() == one.email.lower()), None)
    if group is None:
        raise not_found("groupKey")
    return group


def matches(group: Group, query: str) -> bool:
    """Google docs: "Search for groups", the prefix form. Raises GoogleError 400 for anything else."""
    parts = query.split()
    clauses = [CLAUSE.fullmatch(part) for part in parts]
    if not all(clauses):
        raise invalid("Invalid Input: query")
    texts = {"email": group.email, "name": group.name}
    return all(clause is not None and texts[clause[1]].lower().startswith(clause[2].lower()) for clause in clauses)


def read_member(body: Any, known: Mapping[str, str]) -> Member:
    """The member that a body asks for; `known` has the ids of accounts by address. Raises GoogleError 400 or 404."""
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Expected an object.", "parseError")
    for name in body:
        if name in MEMBER_NOT_KEPT or name not in MEMBER_KEPT | MEMBER_IGNORED:
            raise unknown_name(name, "field")
    role = body.get("role", "MEMBER")
    if role not in ROLES:
        raise invalid("Invalid Input: role")
    return Member(*_who(body, known), role)


def _who(body: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, str]:
    """Anybody with an address may be a member; strangers have an id of their own."""
    email, key = body.get("email"), body.get("id")
    by_id = next((address for address, one in known.items() if one == key), None)
    if isinstance(email, str) and "@" in email:
        return known.get(email.lower(), f"9{sum(map(ord, email)):020d}"), email
    if email is None and by_id is not None:
        return known[by_id], by_id
    raise not_found("memberKey") if email or key else required("memberKey")


def join(group: Group, member: Member) -> Member:
    """Raises GoogleError 409 for somebody who is a member already."""
    if member.id in group.members:
        raise duplicate("Member already exists.")
    group.members[member.id] = member
    return member
