"""The body of users.update and users.patch: which fields of a `User` may be changed, and to what."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandbox.google.errors import invalid, not_kept, unknown_name
from sandbox.google.schemas import read_custom

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "suspended": "suspended",
        "archived": "archived",
        "changePasswordAtNextLogin": "change_password_at_next_login",
        "includeInGlobalAddressList": "include_in_global_address_list",
    }
)
TEXTS: Mapping[str, str] = MappingProxyType({"orgUnitPath": "org_unit_path"})
NAMES: Mapping[str, str] = MappingProxyType({"givenName": "given_name", "familyName": "family_name"})
# Google docs: User. Edits to these are accepted and ignored.
READ_ONLY = frozenset(
    {
        "agreedToTerms", "aliases", "archivalTime", "creationTime", "customerId", "deletionTime", "etag", "id",
        "isAdmin", "isDelegatedAdmin", "isEnforcedIn2Sv", "isEnrolledIn2Sv", "isMailboxSetup", "kind",
        "lastLoginTime", "nonEditableAliases", "suspensionReason", "suspensionTime", "thumbnailPhotoEtag",
        "thumbnailPhotoUrl",
    }
)  # fmt: skip
NOT_KEPT = frozenset(
    {
        "addresses", "emails", "externalIds", "gender", "guestAccountInfo", "hashFunction", "ims",
        "ipWhitelisted", "isGuestUser", "keywords", "languages", "locations", "notes", "organizations",
        "phones", "posixAccounts", "primaryEmail", "recoveryEmail", "recoveryPhone", "relations", "sshPublicKeys",
        "websites",
    }
)  # fmt: skip


def read_changes(body: Any, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What to set on a DirectoryUser. Raises GoogleError 400 for a body that is not a `User` of these schemas."""
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Expected an object.", "parseError")
    changes: dict[str, Any] = {}
    for name, value in body.items():
        changes |= {"custom": read_custom(value, schemas)} if name == "customSchemas" else _change(name, value)
    return changes


def _change(name: str, value: Any) -> dict[str, Any]:
    if name in READ_ONLY:
        return {}
    if name in NOT_KEPT:
        raise not_kept(name)
    if name == "name":
        return _name(value)
    if name == "password":
        return {"password": _password(value)}
    for fields, kind in ((FLAGS, bool), (TEXTS, str)):
        if name in fields:
            return {fields[name]: _typed(name, value, kind)}
    raise unknown_name(name, "field")


def _password(value: Any) -> str:
    """Google docs: User.password, 8 to 100 ASCII characters."""
    if not isinstance(value, str) or not (8 <= len(value) <= 100 and value.isascii()):
        raise invalid("Invalid Password")
    return value


def _name(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid Input: name")
    unknown = set(value) - set(NAMES)
    if unknown:
        raise unknown_name(min(unknown), "field")
    return {NAMES[part]: _typed(part, text, str) for part, text in value.items()}


def _typed(name: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise invalid(f"Invalid Input: {name}")
    return value
