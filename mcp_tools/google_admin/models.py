"""What the tools answer."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class User(Result):
    """One Google Workspace account."""

    id: str = Field(description="Google's own id of the account; it stays when the address changes.")
    primary_email: str
    full_name: str
    suspended: bool
    suspension_reason: str | None = Field(description="Google's word for why, only for suspended accounts.")
    is_super_admin: bool
    is_delegated_admin: bool
    org_unit_path: str | None
    aliases: tuple[str, ...]
    last_login_time: str | None = Field(description="RFC 3339; 1970 means never.")
    creation_time: str | None = Field(description="RFC 3339.")
    enrolled_in_2sv: bool = Field(description="Whether the account has a second step to sign in with.")
    enforced_2sv: bool = Field(description="Whether a setting of the organisation demands 2-Step Verification.")

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "User":
        """Reads a `User` of the Directory API. Raises KeyError, TypeError or ValueError when it is none."""
        return cls(
            id=resource["id"],
            primary_email=resource["primaryEmail"],
            full_name=resource["name"]["fullName"],
            suspended=resource["suspended"],
            suspension_reason=resource.get("suspensionReason"),
            is_super_admin=resource["isAdmin"],
            is_delegated_admin=resource["isDelegatedAdmin"],
            org_unit_path=resource.get("orgUnitPath"),
            aliases=tuple(resource.get("aliases", ())),
            last_login_time=resource.get("lastLoginTime"),
            creation_time=resource.get("creationTime"),
            enrolled_in_2sv=resource.get("isEnrolledIn2Sv", False),
            enforced_2sv=resource.get("isEnforcedIn2Sv", False),
        )


class UserPage(Result):
    """Accounts by address. `next_page_token` is null on the last page."""

    users: tuple[User, ...]
    next_page_token: str | None

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "UserPage":
        """Reads a `Users` of the Directory API; Google leaves an empty list out."""
        users = tuple(User.from_resource(user) for user in resource.get("users", ()))
        return cls(users=users, next_page_token=resource.get("nextPageToken"))


class AccessChange(Result):
    """What became of one account."""

    user: User = Field(description="The account as Google reports it afterwards.")
    changed: bool = Field(description="False when the account already was as asked, so nothing was sent.")
    summary: str


class Done(Result):
    """What became of one account, where there is nothing more to report."""

    user_key: str
    changed: bool = Field(description="False when it already was as asked, so nothing was sent.")
    summary: str


class SecretSent(Result):
    """A change that made a secret. The secret is none of it: it goes to whoever asked, privately."""

    user: User = Field(description="The account as Google reports it.")
    summary: str


class Group(Result):
    """One group."""

    id: str
    email: str
    name: str
    description: str | None
    direct_members: int

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "Group":
        """Reads a `Group` of the Directory API; it counts members in text."""
        return cls(
            id=resource["id"],
            email=resource["email"],
            name=resource["name"],
            description=resource.get("description"),
            direct_members=int(resource.get("directMembersCount", "0")),
        )


class GroupPage(Result):
    """Groups by address. `next_page_token` is null on the last page."""

    groups: tuple[Group, ...]
    next_page_token: str | None

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "GroupPage":
        """Reads a `Groups` of the Directory API; Google leaves an empty list out."""
        groups = tuple(Group.from_resource(group) for group in resource.get("groups", ()))
        return cls(groups=groups, next_page_token=resource.get("nextPageToken"))


class Member(Result):
    """One direct member of a group."""

    id: str
    email: str | None = Field(description="Null for members that have no address, such as everybody of a customer.")
    role: str = Field(description="MEMBER, MANAGER or OWNER.")
    type: str = Field(description="USER, GROUP, CUSTOMER or EXTERNAL.")
    status: str | None

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "Member":
        """Reads a `Member` of the Directory API."""
        return cls(
            id=resource["id"],
            email=resource.get("email"),
            role=resource["role"],
            type=resource["type"],
            status=resource.get("status"),
        )


class MemberPage(Result):
    """Direct members. `next_page_token` is null on the last page."""

    members: tuple[Member, ...]
    next_page_token: str | None

    @classmethod
    def from_resource(cls, resource: Mapping[str, Any]) -> "MemberPage":
        """Reads a `Members` of the Directory API; Google leaves an empty list out."""
        members = tuple(Member.from_resource(member) for member in resource.get("members", ()))
        return cls(members=members, next_page_token=resource.get("nextPageToken"))


class Membership(Result):
    """Whether one account is a direct member of one group."""

    group: str
    user: str
    is_member: bool
    role: str | None = Field(description="MEMBER, MANAGER or OWNER; null when it is no direct member.")


class MembershipChange(Result):
    """What became of one membership."""

    membership: Membership
    changed: bool = Field(description="False when it already was as asked, so nothing was sent.")
    summary: str


class LicenceEntry(Result):
    """One licence of the catalogue."""

    name: str = Field(description="What the other tools take as `licence`.")
    product_id: str
    sku_id: str


class Catalogue(Result):
    """The licences that are known by name."""

    licences: tuple[LicenceEntry, ...]


class UserLicences(Result):
    """The licences of one account."""

    user: str
    licences: tuple[str, ...] = Field(description="Names; only licences of the catalogue were looked for.")
    looked_for: int = Field(description="How many licences were looked for.")


class LicenceState(Result):
    """Whether one account has one licence."""

    user: str
    licence: str
    assigned: bool


class LicenceChange(Result):
    """What became of one licence of one account."""

    state: LicenceState
    changed: bool = Field(description="False when it already was as asked, so nothing was sent.")
    summary: str


class AmazonRole(Result):
    """One AWS role that an account may take."""

    admin_role: str
    identity_provider: str
    aws_account: str


class AmazonRoles(Result):
    """The AWS roles of one account."""

    user: str
    roles: tuple[AmazonRole, ...]
    unreadable: tuple[str, ...] = Field(description="Entries that are no role and provider; they are left alone.")


class AmazonRoleState(Result):
    """Whether one account has exactly this role with this provider."""

    user: str
    assigned: bool


class AmazonRoleChange(Result):
    """What became of the AWS roles of one account."""

    roles: AmazonRoles = Field(description="All of them as Google reports them afterwards.")
    changed: bool = Field(description="False when it already was as asked, so nothing was sent.")
    summary: str
