"""users.list: parameters in, one page out."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sandbox.google.directory import CUSTOMER_ID, DOMAIN, DirectoryUser
from sandbox.google.errors import GoogleError, invalid, not_found, not_kept, unknown_name
from sandbox.google.query import parse

# Google docs: users.list, and the parameters every Google API takes.
COMMON = frozenset({"alt", "prettyPrint", "quotaUser"})
COMMON_NOT_KEPT = frozenset(
    {"$.xgafv", "access_token", "callback", "fields", "key", "oauth_token", "uploadType", "upload_protocol"}
)
LIST = frozenset({"customer", "domain", "maxResults", "orderBy", "pageToken", "projection", "query", "sortOrder"})
LIST_NOT_KEPT = frozenset({"customFieldMask", "event", "showDeleted", "viewType"})
GET = frozenset({"projection"})
GET_NOT_KEPT = frozenset({"customFieldMask", "viewType"})
MOST, USUAL = 500, 100
PROJECTIONS = ("basic", "full", "custom")
ORDERS: Mapping[str, Callable[[DirectoryUser], str]] = MappingProxyType(
    {
        "email": lambda user: user.primary_email.lower(),
        "familyName": lambda user: user.family_name.lower(),
        "givenName": lambda user: user.given_name.lower(),
    }
)


def check_names(given: Mapping[str, str], kept: frozenset[str], documented: frozenset[str] = frozenset()) -> None:
    """Raises GoogleError 400 for a parameter that Google does not document, or that is left out here."""
    for name in given:
        if name in documented | COMMON_NOT_KEPT:
            raise not_kept(name)
        if name not in kept | COMMON:
            raise unknown_name(name, "query parameter")
    if given.get("alt", "json") != "json":
        raise not_kept("alt other than json")


def list_users(users: Sequence[DirectoryUser], given: Mapping[str, str], largest_page: int) -> dict[str, Any]:
    """The `Users` answer. A page holds `maxResults` at most, and never more than `largest_page`."""
    check_names(given, LIST, LIST_NOT_KEPT)
    _check_scope(given)
    clauses = parse(given.get("query", ""))
    order = ORDERS[_one_of(given, "orderBy", tuple(ORDERS))]
    backwards = _one_of(given, "sortOrder", ("ASCENDING", "DESCENDING")) == "DESCENDING"
    found = [user for user in users if all(clause.matches(user) for clause in clauses)]
    found.sort(key=order, reverse=backwards)
    full = _one_of(given, "projection", PROJECTIONS) == "full"
    rows = [user.resource(full=full) for user in found]
    return page("admin#directory#users", "users", rows, given, Sizes(USUAL, MOST, largest_page))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a page: when nothing is said, the most that may be asked for, and the most that Google feels like giving."""

    usual: int
    most: int
    largest: int


def page(
    kind: str, member: str, rows: Sequence[Mapping[str, Any]], given: Mapping[str, str], sizes: Sizes
) -> dict[str, Any]:
    """One page of `rows`, as every list method of Google's answers it."""
    start, size = _start(given), min(_size(given, sizes), sizes.largest)
    shown = rows[start : start + size]
    return {
        "kind": kind,
        "etag": f'"{member}/{start}"',
        # Google leaves an empty list out.
        **({member: list(shown)} if shown else {}),
        **({"nextPageToken": _token(given, start + size)} if start + size < len(rows) else {}),
    }


def get_user(user: DirectoryUser, given: Mapping[str, str]) -> dict[str, Any]:
    """The `User` answer; custom attributes come with projection=full only."""
    projection = _one_of(given, "projection", PROJECTIONS)
    if projection == "custom":
        raise not_kept("projection=custom")
    return user.resource(full=projection == "full")


def _check_scope(given: Mapping[str, str]) -> None:
    if ("customer" in given) == ("domain" in given):
        raise invalid("Bad Request: give either customer or domain.", "badRequest")
    if given.get("customer", CUSTOMER_ID) not in ("my_customer", CUSTOMER_ID):
        raise invalid("Bad Request: customer", "badRequest")
    if given.get("domain", DOMAIN) != DOMAIN:
        raise not_found("domain")
    if _one_of(given, "projection", PROJECTIONS) == "custom":
        raise not_kept("projection=custom")


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, allowed[0])
    if value not in allowed:
        raise _not_allowed(value, f"[{', '.join(allowed)}]")
    return value


def _size(given: Mapping[str, str], sizes: Sizes) -> int:
    value = given.get("maxResults", str(sizes.usual))
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= sizes.most):
        raise _not_allowed(value, f"within the range: [1, {sizes.most}]")
    return int(value)


def _not_allowed(value: str, allowed: str) -> GoogleError:
    return invalid(f"Invalid value '{value}'. Values must be {allowed}", "invalidParameter")


def _token(given: Mapping[str, str], start: int) -> str:
    """Says where the next page starts, and in which search."""
    search = {name: given[name] for name in sorted(given) if name not in ("pageToken", "maxResults")}
    return base64.urlsafe_b64encode(json.dumps([start, search]).encode()).decode().rstrip("=")


def _start(given: Mapping[str, str]) -> int:
    token = given.get("pageToken")
    if token is None:
        return 0
    try:
        start = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))[0]
    except (ValueError, LookupError, TypeError) as error:
        raise invalid("Invalid Input: pageToken") from error
    if not isinstance(start, int) or token != _token(given, start):
        raise invalid("Invalid Input: pageToken")
    return start
