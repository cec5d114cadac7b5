"""The users of a Google Workspace, as plain state: no HTTP, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.google.errors import duplicate, forbidden, not_found
from sandbox.google.groups import Group
from sandbox.google.licensing import LicenceBook
from sandbox.google.schemas import AMAZON

CUSTOMER_ID = "C0example1"
DOMAIN = "example.com"
HIDDEN = "‹not shown›"


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """One account. Times are RFC 3339, as Google writes them; `version` grows with every change."""

    id: str
    primary_email: str
    given_name: str
    family_name: str
    suspended: bool = False
    archived: bool = False
    is_admin: bool = False
    is_delegated_admin: bool = False
    org_unit_path: str = "/"
    aliases: tuple[str, ...] = ()
    change_password_at_next_login: bool = False
    include_in_global_address_list: bool = True
    creation_time: str = "2024-01-08T09:00:00.000Z"
    last_login_time: str = "2026-11-02T08:15:00.000Z"
    enrolled_2sv: bool = False
    enforced_2sv: bool = False
    password: str = field(default="", repr=False)
    custom: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    signed_out: int = 0
    version: int = 1

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The primary address first."""
        return (self.primary_email, *self.aliases)

    def resource(self, *, full: bool = False) -> dict[str, Any]:
        """The `User` of the Directory API, with custom attributes if `full`. What Google leaves out when empty is left
        out here too; a password is never told."""
        return {
            "kind": "admin#directory#user",
            "id": self.id,
            "etag": f'"{self.id}/{self.version}"',
            "primaryEmail": self.primary_email,
            "name": {"givenName": self.given_name, "familyName": self.family_name, "fullName": self.full_name},
            "isAdmin": self.is_admin,
            "isDelegatedAdmin": self.is_delegated_admin,
            "lastLoginTime": self.last_login_time,
            "creationTime": self.creation_time,
            "agreedToTerms": True,
            "suspended": self.suspended,
            "archived": self.archived,
            "changePasswordAtNextLogin": self.change_password_at_next_login,
            "emails": [{"address": address, "primary": n == 0} for n, address in enumerate(self.addresses)],
            "customerId": CUSTOMER_ID,
            "orgUnitPath": self.org_unit_path,
            "isMailboxSetup": True,
            "isEnrolledIn2Sv": self.enrolled_2sv,
            "isEnforcedIn2Sv": self.enforced_2sv,
            "includeInGlobalAddressList": self.include_in_global_address_list,
            **({"suspensionReason": "ADMIN"} if self.suspended else {}),
            **({"aliases": list(self.aliases)} if self.aliases else {}),
            **({"customSchemas": dict(self.custom)} if self.custom and full else {}),
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """A write that was carried out, with the body that asked for it. `user` is whom it was about, or the group."""

    method: str
    user: str
    body: Mapping[str, Any]


class DirectoryWorld:
    """The accounts, their groups, licences and backup codes, and every write that was made to them."""

    def __init__(
        self, users: Iterable[DirectoryUser], groups: Iterable[Group] = (), licences: LicenceBook | None = None
    ) -> None:
        self._users = {user.id: user for user in users}
        self._effects: list[Effect] = []
        self.groups = {group.id: group for group in groups}
        self.licences = licences or LicenceBook()
        self.codes: dict[str, tuple[str, ...]] = {}
        self.schemas: dict[str, Mapping[str, Any]] = {AMAZON["schemaName"]: AMAZON}

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Oldest first."""
        return tuple(self._effects)

    def users(self) -> list[DirectoryUser]:
        """Everybody, by primary address."""
        return sorted(self._users.values(), key=lambda user: user.primary_email)

    def find(self, key: str) -> DirectoryUser:
        """By id, primary address or alias; addresses in any case. Raises GoogleError 404."""
        wanted = key.lower()
        for user in self._users.values():
            if key == user.id or wanted in map(str.lower, user.addresses):
                return user
        raise not_found("userKey")

    def record(self, method: str, about: str, body: Mapping[str, Any] | None = None) -> None:
        """A write that was just carried out. A password is left out: what is kept here is shown to people."""
        kept = {name: HIDDEN if name == "password" else value for name, value in (body or {}).items()}
        self._effects.append(Effect(method, about, kept))

    def add(self, user: DirectoryUser, body: Mapping[str, Any]) -> DirectoryUser:
        """A new account. An address that anybody has is a GoogleError 409."""
        taken = {address.lower() for other in self._users.values() for address in other.addresses}
        taken |= {group.email.lower() for group in self.groups.values()}
        if user.primary_email.lower() in taken:
            raise duplicate("Entity already exists.")
        self._users[user.id] = user
        self.record("POST", user.primary_email, body)
        return user

    def change(self, method: str, key: str, body: Mapping[str, Any], changes: Mapping[str, Any]) -> DirectoryUser:
        """The account after `changes` (our field names). Suspending a super administrator is a GoogleError 403."""
        user = self.find(key)
        if user.is_admin and changes.get("suspended"):
            raise forbidden()
        self._users[user.id] = changed = replace(user, **changes, version=user.version + 1)
        self.record(method, user.primary_email, body)
        return changed
