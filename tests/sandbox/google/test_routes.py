"""Every method of the stand-in against the discovery documents that Google ships with its client.

Google's own client makes the requests, so it refuses what the documents do not have; the answers are checked here.
"""

import asyncio
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from sandbox.google import groups
from sandbox.google.routes import ROUTES, Route
from tests.sandbox.google.stand_in import StandIn, google_api

DOCUMENTS = files("googleapiclient") / "discovery_cache" / "documents"


def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))
    return read


DIRECTORY, LICENSING = document("admin.directory_v1"), document("licensing.v1")
OF = {"directory": DIRECTORY, "licensing": LICENSING}
KINDS = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}


def documented(route: Route) -> dict[str, Any]:
    api, resource, name = route.method.split(".")
    method: dict[str, Any] = OF[api]["resources"][resource]["methods"][name]
    return method


def check(value: Any, schema: dict[str, Any], schemas: dict[str, Any], where: str) -> None:
    """Everything in `value` has a place in that schema, and is of its type."""
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    if schema.get("type") == "any":
        return
    assert isinstance(value, KINDS[schema["type"]]), where
    items = value if isinstance(value, list) else ()
    for entry in items:
        check(entry, schema["items"], schemas, f"{where}[]")
    for name, inner in value.items() if isinstance(value, dict) else ():
        place = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        assert place is not None, f"{where} has no {name}"
        check(inner, place, schemas, f"{where}.{name}")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.method)
def test_verb_path_and_parameters_are_the_documented_ones(route: Route) -> None:
    method = documented(route)
    assert (method["id"].split(".", 1)[1], method["httpMethod"], method["path"]) == (
        route.method.split(".", 1)[1],
        route.verb,
        route.path,
    )
    query = {name for name, given in method.get("parameters", {}).items() if given["location"] == "query"}
    assert query == route.kept | route.not_kept


@dataclass(frozen=True, slots=True)
class Exchange:
    """A method with arguments that succeed after `before`."""

    method: str
    arguments: dict[str, Any]
    before: tuple[tuple[str, dict[str, Any]], ...] = ()
    holds: tuple[str, ...] = field(default=())


LEA, OPS, AWS = {"userKey": "leaver@example.com"}, {"groupKey": "ops@example.com"}, "arn:aws:iam::123456789012"
ROBIN = OPS | {"memberKey": "robin@example.com"}
CUSTOMER = {"customerId": "my_customer"}
ULTRA = {"productId": "101047", "skuId": "1010470008"}
JO = {
    "primaryEmail": "jo@example.com",
    "name": {"givenName": "Jo", "familyName": "Doe"},
    "password": "correct horse",
    "changePasswordAtNextLogin": True,
}
ROLE = {"customSchemas": {"Amazon": {"Role": [{"type": "work", "value": f"{AWS}:role/R,{AWS}:saml-provider/G"}]}}}
GENERATE = ("directory.verificationCodes.generate", LEA)
EXCHANGES = [
    Exchange("directory.users.list", {"customer": "my_customer", "projection": "full"}, holds=("users",)),
    Exchange("directory.users.insert", {"body": JO}),
    Exchange("directory.users.get", {"userKey": "alex@example.com", "projection": "full"}, holds=("customSchemas",)),
    Exchange("directory.users.patch", LEA | {"body": ROLE}, holds=("customSchemas",)),
    Exchange("directory.users.update", LEA | {"body": {"password": "correct horse"}}),
    Exchange("directory.users.signOut", LEA),
    Exchange("directory.verificationCodes.generate", LEA),
    Exchange("directory.verificationCodes.list", LEA, before=(GENERATE,), holds=("items",)),
    Exchange("directory.verificationCodes.invalidate", LEA, before=(GENERATE,)),
    Exchange("directory.twoStepVerification.turnOff", LEA),
    Exchange("directory.schemas.list", CUSTOMER, holds=("schemas",)),
    Exchange("directory.schemas.get", CUSTOMER | {"schemaKey": "Amazon"}, holds=("fields",)),
    Exchange("directory.groups.list", {"customer": "my_customer", "query": "email:op*"}, holds=("groups",)),
    Exchange("directory.groups.get", OPS),
    Exchange("directory.members.list", OPS | {"roles": "OWNER,MEMBER"}, holds=("members",)),
    Exchange("directory.members.insert", OPS | {"body": {"email": "robin@example.com", "role": "MANAGER"}}),
    Exchange("directory.members.get", OPS | {"memberKey": "alex@example.com"}),
    Exchange("directory.members.delete", OPS | {"memberKey": "alex@example.com"}),
    Exchange("licensing.licenseAssignments.insert", ULTRA | {"body": {"userId": "robin@example.com"}}),
    Exchange("licensing.licenseAssignments.get", ULTRA | {"userId": "sam@example.com"}),
    Exchange("licensing.licenseAssignments.delete", ULTRA | {"userId": "sam@example.com"}),
]


async def fetch(google: StandIn, method: str, arguments: dict[str, Any]) -> Any:
    api, resource, name = method.split(".")
    built = google_api(google) if api == "directory" else google_api(google, "licensing", "v1")
    request = getattr(getattr(built, resource)(), name)(**arguments)
    return await asyncio.to_thread(request.execute)


async def refused(google: StandIn, method: str, arguments: dict[str, Any]) -> tuple[int, str]:
    with pytest.raises(HttpError) as error:
        await fetch(google, method, arguments)
    return error.value.status_code, error.value.error_details[0]["reason"]


def test_every_method_has_its_exchange() -> None:
    assert {exchange.method for exchange in EXCHANGES} == {route.method for route in ROUTES}


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.method)
async def test_request_and_answer_are_those_of_the_document(google: StandIn, exchange: Exchange) -> None:
    for earlier, arguments in exchange.before:
        await fetch(google, earlier, arguments)
    route = next(route for route in ROUTES if route.method == exchange.method)
    method, schemas = documented(route), OF[exchange.method.partition(".")[0]]["schemas"]
    if "body" in exchange.arguments:
        check(exchange.arguments["body"], method["request"], schemas, "request")
    before = len(google.world.effects)
    said = await fetch(google, exchange.method, exchange.arguments)
    if "response" in method:
        check(said, method["response"], schemas, "answer")
        assert set(exchange.holds) <= said.keys()
    else:
        assert not said
    assert (len(google.world.effects) > before) is (route.verb != "GET")


def test_the_check_itself_sees_what_google_does_not_have() -> None:
    for made_up in ({"shoeSize": 44}, {"suspended": "no"}, {"name": {"middle": "M"}}):
        with pytest.raises(AssertionError):
            check(made_up, {"$ref": "User"}, DIRECTORY["schemas"], "answer")


def test_every_field_of_a_member_is_kept_ignored_or_refused() -> None:
    fields = groups.MEMBER_KEPT | groups.MEMBER_IGNORED | groups.MEMBER_NOT_KEPT
    assert DIRECTORY["schemas"]["Member"]["properties"].keys() == fields
    assert LICENSING["schemas"]["LicenseAssignmentInsert"]["properties"].keys() == {"userId"}


NOBODY = {"userKey": "nobody@example.com"}
ALEX = {"userKey": "alex@example.com"}
REFUSALS: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
    ("directory.twoStepVerification.turnOff", ALEX, (400, "invalid")),
    ("directory.twoStepVerification.turnOff", {"userKey": "robin@example.com"}, (400, "invalid")),
    ("directory.verificationCodes.generate", {"userKey": "robin@example.com"}, (400, "invalid")),
    ("directory.verificationCodes.generate", NOBODY, (404, "notFound")),
    ("directory.users.signOut", NOBODY, (404, "notFound")),
    ("directory.users.insert", {"body": JO | {"primaryEmail": "leaver@example.com"}}, (409, "duplicate")),
    ("directory.users.insert", {"body": JO | {"primaryEmail": "ops@example.com"}}, (409, "duplicate")),
    ("directory.users.insert", {"body": JO | {"primaryEmail": "jo@elsewhere.example"}}, (404, "notFound")),
    ("directory.users.insert", {"body": JO | {"primaryEmail": "jo"}}, (400, "invalid")),
    ("directory.users.insert", {"body": JO | {"password": "short"}}, (400, "invalid")),
    ("directory.users.insert", {"body": JO | {"password": "é" * 20}}, (400, "invalid")),
    ("directory.users.insert", {"body": JO | {"name": {"givenName": "Jo"}}}, (400, "invalid")),
    ("directory.users.insert", {"body": {"primaryEmail": "jo@example.com"}}, (400, "required")),
    ("directory.users.insert", {"body": JO | {"nickname": "J"}}, (400, "badRequest")),
    ("directory.users.patch", LEA | {"body": {"customSchemas": {"Azure": {"Role": []}}}}, (400, "invalid")),
    ("directory.users.patch", LEA | {"body": {"customSchemas": {"Amazon": {"Rolle": []}}}}, (400, "invalid")),
    ("directory.users.patch", LEA | {"body": {"customSchemas": {"Amazon": {"Role": "x"}}}}, (400, "invalid")),
    (
        "directory.users.patch",
        LEA | {"body": {"customSchemas": {"Amazon": {"Role": [{"value": "x"}]}}}},
        (400, "invalid"),
    ),
    ("directory.users.patch", LEA | {"body": {"customSchemas": []}}, (400, "invalid")),
    ("directory.users.get", LEA | {"projection": "custom"}, (400, "badRequest")),
    ("directory.schemas.get", CUSTOMER | {"schemaKey": "Azure"}, (404, "notFound")),
    ("directory.schemas.list", {"customerId": "C0other"}, (400, "badRequest")),
    ("directory.groups.list", {}, (400, "badRequest")),
    ("directory.groups.list", {"customer": "my_customer", "userKey": "alex@example.com"}, (400, "badRequest")),
    ("directory.groups.list", {"userKey": "alex@example.com", "query": "email:o*"}, (400, "badRequest")),
    ("directory.groups.list", {"customer": "C0other"}, (400, "badRequest")),
    ("directory.groups.list", {"customer": "my_customer", "query": "email=ops"}, (400, "invalid")),
    ("directory.groups.list", {"customer": "my_customer", "maxResults": 201}, (400, "invalidParameter")),
    ("directory.groups.get", {"groupKey": "none@example.com"}, (404, "notFound")),
    ("directory.members.get", ROBIN, (404, "notFound")),
    ("directory.members.delete", ROBIN, (404, "notFound")),
    ("directory.members.insert", OPS | {"body": {"email": "alex@example.com"}}, (409, "duplicate")),
    ("directory.members.insert", OPS | {"body": {"email": "robin@example.com", "role": "BOSS"}}, (400, "invalid")),
    ("directory.members.insert", OPS | {"body": {"id": "123"}}, (404, "notFound")),
    ("directory.members.insert", OPS | {"body": {}}, (400, "required")),
    ("directory.members.insert", OPS | {"body": {"delivery_settings": "NONE"}}, (400, "badRequest")),
    ("licensing.licenseAssignments.get", ULTRA | {"userId": "robin@example.com"}, (404, "notFound")),
    ("licensing.licenseAssignments.get", ULTRA | {"userId": "lea.verheyen@example.com"}, (400, "invalid")),
    ("licensing.licenseAssignments.delete", ULTRA | {"userId": "robin@example.com"}, (404, "notFound")),
    ("licensing.licenseAssignments.insert", ULTRA | {"body": {"userId": "sam@example.com"}}, (412, "conditionNotMet")),
    (
        "licensing.licenseAssignments.insert",
        {"productId": "Google-Vault", "skuId": "Google-Vault", "body": {"userId": "sam@example.com"}},
        (412, "conditionNotMet"),
    ),
    (
        "licensing.licenseAssignments.insert",
        {"productId": "101033", "skuId": "1010330003", "body": {"userId": "sam@example.com"}},
        (400, "invalid"),
    ),
    ("licensing.licenseAssignments.insert", ULTRA | {"body": {}}, (400, "required")),
    ("licensing.licenseAssignments.insert", ULTRA | {"body": {"email": "x"}}, (400, "badRequest")),
]


@pytest.mark.parametrize(("method", "arguments", "said"), REFUSALS)
async def test_what_google_refuses_is_refused_and_changes_nothing(
    google: StandIn, method: str, arguments: dict[str, Any], said: tuple[int, str]
) -> None:
    assert await refused(google, method, arguments) == said
    assert google.world.effects == ()


async def test_new_codes_void_the_old_ones_and_turning_off_voids_all(google: StandIn) -> None:
    codes = []
    for _ in range(2):
        await fetch(google, *GENERATE)
        codes.append({item["verificationCode"] for item in (await listed(google))["items"]})
    assert [len(made) for made in codes] == [10, 10]
    assert not codes[0] & codes[1]
    await fetch(google, "directory.twoStepVerification.turnOff", LEA)
    assert "items" not in await listed(google)


async def listed(google: StandIn) -> Any:
    return await fetch(google, "directory.verificationCodes.list", LEA)


async def test_an_attribute_leaves_the_others_of_the_account_alone(google: StandIn) -> None:
    body = {"suspended": False}
    await fetch(google, "directory.users.patch", LEA | {"body": ROLE})
    await fetch(google, "directory.users.patch", LEA | {"body": body})
    full = await fetch(google, "directory.users.get", LEA | {"projection": "full"})
    basic = await fetch(google, "directory.users.get", LEA)
    assert full["customSchemas"] == ROLE["customSchemas"]
    assert "customSchemas" not in basic


async def test_the_log_shows_neither_passwords_nor_codes(google: StandIn) -> None:
    await fetch(google, "directory.users.insert", {"body": JO})
    await fetch(google, *GENERATE)
    codes = [item["verificationCode"] for item in (await listed(google))["items"]]
    shown = str(google.log.after(0)) + str(google.world.effects)
    assert not [secret for secret in ("correct horse", *codes) if secret in shown]
    assert google.world.find("jo@example.com").password == "correct horse"
    assert google.log.after(0)[1].title == "POST users/leaver@example.com/verificationCodes/generate → 204"
