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
