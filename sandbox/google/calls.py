"""What each method does: the world and one request in, the body of the answer out; None answers without a body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.google import groups, licensing, listing
from sandbox.google.changes import read_changes
from sandbox.google.directory import CUSTOMER_ID, DirectoryUser, DirectoryWorld
from sandbox.google.errors import invalid, missing
from sandbox.google.inserting import read_user
from sandbox.google.listing import Sizes, page

CODES = 10


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the parts of its path, its parameters, its body as JSON (None without one)."""

    verb: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    largest_page: int


def list_users(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return listing.list_users(world.users(), call.query, call.largest_page)


def get_user(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return listing.get_user(_user(world, call), call.query)


def change_user(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    changes = read_changes(call.body, world.schemas)
    if "custom" in changes:
        old = _user(world, call).custom
        changes["custom"] = dict(old) | {name: {**old.get(name, {}), **new} for name, new in changes["custom"].items()}
    changed = world.change(call.verb, call.path["userKey"], call.body, changes)
    return changed.resource(full="custom" in changes)


def insert_user(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return world.add(read_user(call.body, len(world.users())), call.body).resource()


def sign_out(world: DirectoryWorld, call: Call) -> None:
    user = _without_body(world, call)
    world.change(call.verb, user.id, {"signOut": True}, {"signed_out": user.signed_out + 1})


def generate_codes(world: DirectoryWorld, call: Call) -> None:
    """Ten codes of eight digits, others each time. Google makes none for who has not set 2-Step Verification up."""
    user = _without_body(world, call)
    if user.suspended or not user.enrolled_2sv:
        raise invalid("Invalid Input: userKey")
    first = 10_000_000 + 7_919 * (len(world.effects) + 1)
    world.codes[user.id] = tuple(str(first + 104_729 * n) for n in range(CODES))
    world.record(call.verb, user.primary_email, {"verificationCodes": "generate"})


def invalidate_codes(world: DirectoryWorld, call: Call) -> None:
    user = _without_body(world, call)
    world.codes.pop(user.id, None)
    world.record(call.verb, user.primary_email, {"verificationCodes": "invalidate"})


def list_codes(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    user = _user(world, call)
    kind = "admin#directory#verificationCode"
    items = [
        {"kind": kind, "etag": '"code"', "userId": user.id, "verificationCode": code}
        for code in world.codes.get(user.id, ())
    ]
    return {"kind": f"{kind}sList", "etag": '"codes"', **({"items": items} if items else {})}


def turn_off_two_step(world: DirectoryWorld, call: Call) -> None:
    """Google docs: this fails for an account that is enforced; and, as administrators found, for one that is not
    enrolled or is suspended. The reason is always `invalid`."""
    user = _without_body(world, call)
    if user.enforced_2sv or user.suspended or not user.enrolled_2sv:
        raise invalid("Invalid Input: userKey")
    world.codes.pop(user.id, None)
    world.change(call.verb, user.id, {"twoStepVerification": "turnOff"}, {"enrolled_2sv": False})


def get_schema(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    _check_customer(call)
    schemas = world.schemas.values()
    wanted = (one for one in schemas if call.path["schemaKey"] in (one["schemaName"], one["schemaId"]))
    schema = next(wanted, None)
    if schema is None:
        raise missing("Resource Not Found: schemaKey")
    return dict(schema)


def list_schemas(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    _check_customer(call)
    schemas = [dict(schema) for schema in world.schemas.values()]
    return {"kind": "admin#directory#schemas", "etag": '"schemas"', **({"schemas": schemas} if schemas else {})}


def list_groups(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    """By customer or member; the search cannot be told together with a member (Google docs: groups.list)."""
    given = call.query
    if ("customer" in given) == ("userKey" in given) or {"userKey", "query"} <= given.keys():
        raise invalid("Bad Request: give one of customer and userKey.", "badRequest")
    if given.get("customer", CUSTOMER_ID) not in ("my_customer", CUSTOMER_ID):
        raise invalid("Bad Request: customer", "badRequest")
    found = sorted(world.groups.values(), key=lambda group: group.email)
    if "userKey" in given:
        wanted = world.find(given["userKey"]).id
        found = [group for group in found if wanted in group.members]
    rows = [group.resource() for group in found if groups.matches(group, given.get("query", ""))]
    return page("admin#directory#groups", "groups", rows, given, Sizes(200, 200, call.largest_page))


def get_group(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return _group(world, call).resource()


def list_members(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    members = sorted(_group(world, call).members.values(), key=lambda member: member.email)
    wanted = call.query.get("roles", ",".join(groups.ROLES)).split(",")
    rows = [member.resource() for member in members if member.role in wanted]
    return page("admin#directory#members", "members", rows, call.query, Sizes(200, 200, call.largest_page))


def get_member(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return _group(world, call).find(_account(world, call.path["memberKey"])).resource()


def insert_member(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    group = _group(world, call)
    ids = {address.lower(): user.id for user in world.users() for address in user.addresses}
    member = groups.join(group, groups.read_member(call.body, ids))
    world.record(call.verb, group.email, call.body)
    return member.resource()


def delete_member(world: DirectoryWorld, call: Call) -> None:
    group = _group(world, call)
    member = group.find(_account(world, call.path["memberKey"]))
    del group.members[member.id]
    world.record(call.verb, group.email, {"email": member.email})


def get_licence(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    return world.licences.resource(_sku(call), licensing.known(call.path["userId"], _emails(world)))


def insert_licence(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    email = licensing.read_assignee(call.body, _emails(world))
    assigned = world.licences.assign(_sku(call), email)
    world.record(call.verb, email, {"skuId": call.path["skuId"]})
    return assigned


def delete_licence(world: DirectoryWorld, call: Call) -> dict[str, Any]:
    email = licensing.known(call.path["userId"], _emails(world))
    world.licences.revoke(_sku(call), email)
    world.record(call.verb, email, {"skuId": call.path["skuId"]})
    return {}


def _user(world: DirectoryWorld, call: Call) -> DirectoryUser:
    return world.find(call.path["userKey"])


def _without_body(world: DirectoryWorld, call: Call) -> DirectoryUser:
    if call.body is not None:
        raise invalid("Invalid JSON payload received. Unexpected body.", "parseError")
    return _user(world, call)


def _group(world: DirectoryWorld, call: Call) -> groups.Group:
    return groups.find_group(world.groups, call.path["groupKey"])


def _account(world: DirectoryWorld, key: str) -> str:
    """Members are known by any address of theirs."""
    found = (user.id for user in world.users() if key.lower() in map(str.lower, user.addresses))
    return next(found, key)


def _sku(call: Call) -> licensing.Sku:
    return call.path["productId"], call.path["skuId"]


def _emails(world: DirectoryWorld) -> dict[str, str]:
    return {user.primary_email.lower(): user.primary_email for user in world.users()}


def _check_customer(call: Call) -> None:
    if call.path["customerId"] not in ("my_customer", CUSTOMER_ID):
        raise invalid("Bad Request: customerId", "badRequest")
