"""Which methods of Google's APIs are here: name, verb, path and parameters as the discovery documents have them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.google import calls, listing
from sandbox.google.calls import Call
from sandbox.google.directory import DirectoryWorld

Act: TypeAlias = Callable[[DirectoryWorld, Call], dict[str, Any] | None]
DIRECTORY = "admin/directory/v1"
USER = f"{DIRECTORY}/users/{{userKey}}"
GROUP = f"{DIRECTORY}/groups/{{groupKey}}"
SCHEMAS = f"{DIRECTORY}/customer/{{customerId}}/schemas"
SKU = "apps/licensing/v1/product/{productId}/sku/{skuId}/user"
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One method. `kept` are its own parameters that mean something here, `not_kept` those that are refused by name."""

    method: str
    verb: str
    path: str
    act: Act
    kept: frozenset[str] = NONE
    not_kept: frozenset[str] = NONE


GROUPS_KEPT = frozenset({"customer", "maxResults", "pageToken", "query", "userKey"})
GROUPS_NOT_KEPT = frozenset({"domain", "orderBy", "sortOrder"})
MEMBERS_KEPT = frozenset({"maxResults", "pageToken", "roles"})
ROUTES = (
    Route("directory.users.list", "GET", f"{DIRECTORY}/users", calls.list_users, listing.LIST, listing.LIST_NOT_KEPT),
    Route(
        "directory.users.insert",
        "POST",
        f"{DIRECTORY}/users",
        calls.insert_user,
        NONE,
        frozenset({"resolveConflictAccount"}),
    ),
    Route("directory.users.get", "GET", USER, calls.get_user, listing.GET, listing.GET_NOT_KEPT),
    Route("directory.users.update", "PUT", USER, calls.change_user),
    Route("directory.users.patch", "PATCH", USER, calls.change_user),
    Route("directory.users.signOut", "POST", f"{USER}/signOut", calls.sign_out),
    Route("directory.verificationCodes.list", "GET", f"{USER}/verificationCodes", calls.list_codes),
    Route("directory.verificationCodes.generate", "POST", f"{USER}/verificationCodes/generate", calls.generate_codes),
    Route(
        "directory.verificationCodes.invalidate", "POST", f"{USER}/verificationCodes/invalidate", calls.invalidate_codes
    ),
    Route(
        "directory.twoStepVerification.turnOff", "POST", f"{USER}/twoStepVerification/turnOff", calls.turn_off_two_step
    ),
    Route("directory.schemas.list", "GET", SCHEMAS, calls.list_schemas),
    Route("directory.schemas.get", "GET", f"{SCHEMAS}/{{schemaKey}}", calls.get_schema),
    Route("directory.groups.list", "GET", f"{DIRECTORY}/groups", calls.list_groups, GROUPS_KEPT, GROUPS_NOT_KEPT),
    Route("directory.groups.get", "GET", GROUP, calls.get_group),
    Route(
        "directory.members.list",
        "GET",
        f"{GROUP}/members",
        calls.list_members,
        MEMBERS_KEPT,
        frozenset({"includeDerivedMembership"}),
    ),
    Route("directory.members.insert", "POST", f"{GROUP}/members", calls.insert_member),
    Route("directory.members.get", "GET", f"{GROUP}/members/{{memberKey}}", calls.get_member),
    Route("directory.members.delete", "DELETE", f"{GROUP}/members/{{memberKey}}", calls.delete_member),
    Route("licensing.licenseAssignments.insert", "POST", SKU, calls.insert_licence),
    Route("licensing.licenseAssignments.get", "GET", f"{SKU}/{{userId}}", calls.get_licence),
    Route("licensing.licenseAssignments.delete", "DELETE", f"{SKU}/{{userId}}", calls.delete_licence),
)
