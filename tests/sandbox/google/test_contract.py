"""The stand-in against the discovery document that Google ships with its client: nothing made up, nothing forgotten."""

import json
from importlib.resources import files
from typing import Any

import pytest

from sandbox.google import changes, listing
from sandbox.google.seed import seed_directory

DISCOVERY = files("googleapiclient") / "discovery_cache" / "documents" / "admin.directory_v1.json"
DOCUMENT: dict[str, Any] = json.loads(DISCOVERY.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["schemas"]
METHODS: dict[str, Any] = DOCUMENT["resources"]["users"]["methods"]
ITEMS_OF_ANY = {"emails": "UserEmail"}  # the document says "any"; the item's schema is there all the same
KINDS = {"string": "str", "boolean": "bool", "integer": "int", "array": "list", "any": "list"}


def check(value: dict[str, Any], schema: str) -> None:
    """Every field of `value` is a field of that schema, and of its type."""
    properties = SCHEMAS[schema]["properties"]
    for name, field in value.items():
        assert name in properties, f"{schema} has no {name}"
        documented = properties[name]
        if "$ref" in documented:
            check(field, documented["$ref"])
            continue
        assert type(field).__name__ == KINDS[documented["type"]], f"{schema}.{name}"
        item = ITEMS_OF_ANY.get(name) or documented.get("items", {}).get("$ref")
        for entry in field if item else ():
            check(entry, item)


def query_parameters(method: str) -> set[str]:
    return {name for name, given in METHODS[method]["parameters"].items() if given["location"] == "query"}


def test_every_field_of_every_answer_is_documented() -> None:
    users = seed_directory().users()
    first = listing.list_users(users, {"customer": "my_customer", "maxResults": "40"}, 500)
    last = listing.list_users(
        users, {"customer": "my_customer", "maxResults": "40", "pageToken": first["nextPageToken"]}, 500
    )
    for page in (first, last):
        check(page, "Users")
    assert [len(page["users"]) for page in (first, last)] == [40, 24]


def test_the_check_itself_sees_a_field_that_google_does_not_have() -> None:
    made_up = seed_directory().users()[0].resource() | {"shoeSize": 44}
    with pytest.raises(AssertionError):
        check(made_up, "User")


def test_every_documented_parameter_is_either_kept_or_refused_by_name() -> None:
    assert query_parameters("list") == listing.LIST | listing.LIST_NOT_KEPT
    assert query_parameters("get") == listing.GET | listing.GET_NOT_KEPT
    assert query_parameters("patch") == query_parameters("update") == set()
    assert DOCUMENT["parameters"].keys() == listing.COMMON | listing.COMMON_NOT_KEPT


def test_sizes_orders_and_directions_are_the_documented_ones() -> None:
    parameters = METHODS["list"]["parameters"]
    size = parameters["maxResults"]
    assert (size["default"], size["maximum"]) == (str(listing.USUAL), str(listing.MOST))
    assert parameters["orderBy"]["enum"] == sorted(listing.ORDERS)


def test_every_field_of_a_user_is_changed_ignored_or_refused_by_name() -> None:
    properties = SCHEMAS["User"]["properties"]
    kept = set(changes.FLAGS) | set(changes.TEXTS) | {"name", "password", "customSchemas"}
    assert properties.keys() == kept | changes.READ_ONLY | changes.NOT_KEPT
    assert {name for name, field in properties.items() if field.get("readOnly")} | {"id"} == changes.READ_ONLY
    assert SCHEMAS["UserName"]["properties"].keys() >= changes.NAMES.keys()


def test_paths_and_verbs_are_the_documented_ones() -> None:
    seen = {(METHODS[name]["httpMethod"], METHODS[name]["path"]) for name in ("list", "get", "update", "patch")}
    one = "admin/directory/v1/users/{userKey}"
    assert seen == {("GET", "admin/directory/v1/users"), ("GET", one), ("PUT", one), ("PATCH", one)}
