"""The body of users.update and users.patch: which fields of a `User` may be changed, and to what."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandbox.google.errors import invalid, not_kept, unknown_name

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
        "addresses", "customSchemas", "emails", "externalIds", "gender", "guestAccountInfo", "hashFunction", "ims",
        "ipWhitelisted", "isGuestUser", "keywords", "languages", "locations", "notes", "organizations", "password",
        "phones", "posixAccounts", "primaryEmail", "recoveryEmail", "recoveryPhone", "relations", "sshPublicKeys",
        "websites",
    }
)  # fmt: skip


def read_changes(body: Any) -> dict[str, Any]:
    """What to set on a DirectoryUser. Raises GoogleError 400 for a body that is not a `User`."""
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Expected an object.", "parseError")
    changes: dict[str, Any] = {}
    for name, value in body.items():
        changes |= _change(name, value)
    return changes


def _change(name: str, value: Any) -> dict[str, Any]:
    if name in READ_ONLY:
        return {}
    if name in NOT_KEPT:
        raise not_kept(name)
    if name == "name":
        return _name(value)
    for fields, kind in ((FLAGS, bool), (TEXTS, str)):
        if name in fields:
            return {fields[name]: _typed(name, value, kind)}
    raise unknown_name(name, "field")


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
