"""The stand-in over HTTP, driven by Google's own client wherever that client can say it."""

import asyncio
from typing import Any

import aiohttp
import httplib2
import pytest
from googleapiclient.errors import HttpError

from sandbox.google.directory import Effect
from sandbox.google.errors import unavailable
from sandbox.google.faults import Answer, Drop, Slow
from tests.sandbox.google.stand_in import StandIn, google_users

LEAVER = "leaver@example.com"


async def fetch(request: Any) -> Any:
    return await asyncio.to_thread(request.execute)


async def refused(request: Any) -> HttpError:
    with pytest.raises(HttpError) as error:
        await fetch(request)
    return error.value


async def plain(google: StandIn, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """A request that Google's client would not send."""
    async with aiohttp.ClientSession() as session, session.request(method, google.url + path, **more) as response:
        return response.status, await response.json()


TOKEN = {"Authorization": "Bearer sandbox"}


async def test_the_whole_directory_comes_in_pages(google: StandIn) -> None:
    users, found, token = google_users(google), [], None
    while True:
        page = await fetch(users.list(customer="my_customer", maxResults=30, pageToken=token))
        found += [user["primaryEmail"] for user in page["users"]]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert found == [user.primary_email for user in google.world.users()]
    assert len(found) == 64


async def test_a_page_holds_a_hundred_when_nothing_is_said_and_is_shorter_when_google_feels_like_it(
    google: StandIn,
) -> None:
    users = google_users(google)
    assert len((await fetch(users.list(domain="example.com")))["users"]) == 64
    google.faults.largest_page = 10
    assert len((await fetch(users.list(domain="example.com", maxResults=500)))["users"]) == 10


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email:leaver*", [LEAVER]),
        ("email=LEA.VERHEYEN@example.com", [LEAVER]),
        ("name:'lea ver'", [LEAVER]),
        ("name:'O\\'Brien'", ["chloe.obrien@example.com", "goran.obrien@example.com"]),
        ("givenName:Le* familyName=Verheyen isSuspended=false", [LEAVER]),
        ("isAdmin=true", ["boss@example.com"]),
        ("isDelegatedAdmin=true orgUnitPath=/Engineering", ["alex@example.com", "sam@example.com"]),
        ("verheyen", [LEAVER]),
    ],
)
async def test_a_search_finds_who_meets_every_clause(google: StandIn, query: str, found: list[str]) -> None:
    page = await fetch(google_users(google).list(customer="my_customer", query=query))
    assert [user["primaryEmail"] for user in page["users"]] == found


async def test_an_empty_list_is_left_out_as_google_does(google: StandIn) -> None:
    page = await fetch(google_users(google).list(customer="my_customer", query="name:Nobody"))
    assert page.keys() == {"kind", "etag"}


async def test_order_and_direction_are_kept(google: StandIn) -> None:
    listing = google_users(google).list(domain="example.com", orderBy="familyName", sortOrder="DESCENDING")
    names = [user["name"]["familyName"] for user in (await fetch(listing))["users"]]
    assert names == sorted(names, key=str.lower, reverse=True)


@pytest.mark.parametrize("key", [LEAVER, "LEA.verheyen@example.com", "100000000000000000000"])
async def test_a_user_is_found_by_address_alias_and_id(google: StandIn, key: str) -> None:
    assert (await fetch(google_users(google).get(userKey=key)))["primaryEmail"] == LEAVER


@pytest.mark.parametrize("method", ["patch", "update"])
async def test_a_suspension_is_kept_and_recorded(google: StandIn, method: str) -> None:
    users = google_users(google)
    answer = await fetch(getattr(users, method)(userKey=LEAVER, body={"suspended": True}))
    assert (answer["suspended"], answer["suspensionReason"]) == (True, "ADMIN")
    assert google.world.find(LEAVER).suspended
    verb = {"patch": "PATCH", "update": "PUT"}[method]
    assert google.world.effects == (Effect(verb, LEAVER, {"suspended": True}),)


async def test_names_and_units_can_be_changed_and_read_only_fields_are_ignored(google: StandIn) -> None:
    body = {"name": {"givenName": "Leonie"}, "orgUnitPath": "/Leavers", "isAdmin": True}
    answer = await fetch(google_users(google).patch(userKey=LEAVER, body=body))
    assert (answer["name"]["fullName"], answer["orgUnitPath"], answer["isAdmin"]) == (
        "Leonie Verheyen",
        "/Leavers",
        False,
    )


async def test_a_super_administrator_cannot_be_suspended(google: StandIn) -> None:
    error = await refused(google_users(google).patch(userKey="boss@example.com", body={"suspended": True}))
    message = "Not Authorized to access this resource/api"
    assert (error.status_code, error.reason) == (403, message)
    assert error.error_details == [{"domain": "global", "reason": "forbidden", "message": message}]
    assert google.world.effects == ()


async def test_an_unknown_user_is_a_404(google: StandIn) -> None:
    error = await refused(google_users(google).get(userKey="nobody@example.com"))
    assert (error.status_code, error.reason) == (404, "Resource Not Found: userKey")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"customer": "my_customer", "domain": "example.com"},
        {"customer": "C0other"},
        {"customer": "my_customer", "maxResults": 501},
        {"customer": "my_customer", "maxResults": 0},
        {"customer": "my_customer", "pageToken": "bm9wZQ"},
        {"customer": "my_customer", "pageToken": "é"},
        {"customer": "my_customer", "query": "isSuspended:maybe"},
        {"customer": "my_customer", "query": "shoeSize=44"},
        {"customer": "my_customer", "query": "name:'open"},
        {"customer": "my_customer", "showDeleted": "true"},
        {"customer": "my_customer", "projection": "custom"},
    ],
)
async def test_a_list_request_google_would_not_take_is_a_400(google: StandIn, given: dict[str, Any]) -> None:
    error = await refused(google_users(google).list(**given))
    assert error.status_code == 400


async def test_a_page_token_of_another_search_is_refused(google: StandIn) -> None:
    users = google_users(google)
    first = await fetch(users.list(customer="my_customer", maxResults=10))
    other = users.list(customer="my_customer", query="isSuspended=false", pageToken=first["nextPageToken"])
    assert (await refused(other)).status_code == 400


@pytest.mark.parametrize(
    "body",
    [{"suspended": "yes"}, {"nickname": "Lea"}, {"name": "Lea"}, {"name": {"middle": "M"}}, {"password": "x"}],
)
async def test_a_body_that_is_no_user_is_a_400_and_changes_nothing(google: StandIn, body: dict[str, Any]) -> None:
    error = await refused(google_users(google).patch(userKey=LEAVER, body=body))
    assert error.status_code == 400
    assert google.world.effects == ()


@pytest.mark.parametrize("data", ["{", "[]", ""])
async def test_a_body_that_is_no_json_object_is_a_400(google: StandIn, data: str) -> None:
    status, answer = await plain(google, "PATCH", f"admin/directory/v1/users/{LEAVER}", data=data, headers=TOKEN)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("query", ["colour=red", "domain=example.com", "sortOrder=UP", "orderBy=phone", "alt=media"])
async def test_a_parameter_google_does_not_know_or_that_comes_twice_is_refused(google: StandIn, query: str) -> None:
    path = f"admin/directory/v1/users?domain=example.com&{query}"
    status, _ = await plain(google, "GET", path, headers=TOKEN)
    assert status == 400


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}])
async def test_without_a_bearer_token_nothing_is_told(google: StandIn, headers: dict[str, str]) -> None:
    status, answer = await plain(google, "GET", f"admin/directory/v1/users/{LEAVER}", headers=headers)
    error = answer["error"]
    assert status == 401
    assert error.keys() == {"code", "message", "errors", "status"}
    assert (error["code"], error["status"], error["errors"][0]["reason"]) == (401, "UNAUTHENTICATED", "required")


async def test_a_path_google_does_not_have_is_a_404(google: StandIn) -> None:
    status, answer = await plain(google, "DELETE", f"admin/directory/v1/users/{LEAVER}", headers=TOKEN)
    assert (status, answer["error"]["errors"][0]["reason"]) == (404, "notFound")


async def test_every_request_is_a_step_of_the_log_without_its_token(google: StandIn) -> None:
    await fetch(google_users(google).patch(userKey=LEAVER, body={"suspended": True}))
    await fetch(google_users(google).list(customer="my_customer", query="isAdmin=true"))
    change, listing = google.log.after(0)
    assert (change.kind, change.title) == ("google", "PATCH users/leaver@example.com → 200")
    assert change.ms is not None
    assert change.detail["body"] == '{"suspended": true}'
    assert (listing.title, listing.detail["answer"]["users"]) == ("GET users → 200", ["boss@example.com"])
    assert "Bearer" not in str(change)


async def test_planned_faults_meet_the_requests_of_their_method_and_then_stop(google: StandIn) -> None:
    users = google_users(google)
    google.faults.plan(Answer(unavailable()), times=2, method="PATCH")
    assert (await fetch(users.get(userKey=LEAVER)))["suspended"] is False
    for _ in range(2):
        error = await refused(users.patch(userKey=LEAVER, body={"suspended": True}))
        assert error.status_code == 503
    assert google.world.effects == ()
    assert (await fetch(users.patch(userKey=LEAVER, body={"suspended": True})))["suspended"] is True


async def test_a_dropped_connection_comes_after_the_effect(google: StandIn) -> None:
    google.faults.plan(Drop(), times=2)  # httplib2 tries again by itself
    with pytest.raises((ConnectionError, httplib2.HttpLib2Error, OSError)):
        await fetch(google_users(google).patch(userKey=LEAVER, body={"suspended": True}))
    assert google.world.find(LEAVER).suspended
    assert google.log.after(0)[0].title == "PATCH users/leaver@example.com → connection cut"


class Struck:
    """Counts how often the caller was ended before it heard."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> bool:
        self.times += 1
        return True


async def test_a_caller_that_is_ended_after_a_change_hears_nothing(google: StandIn) -> None:
    struck = google.faults.after_write = Struck()
    await fetch(google_users(google).get(userKey=LEAVER))
    await refused(google_users(google).patch(userKey="nobody@example.com", body={"suspended": True}))
    assert struck.times == 0
    with pytest.raises((ConnectionError, httplib2.HttpLib2Error, OSError)):
        await fetch(google_users(google).patch(userKey=LEAVER, body={"suspended": True}))
    assert struck.times > 0
    assert google.world.find(LEAVER).suspended
    said = "PATCH users/leaver@example.com → carried out, but nobody heard the answer"
    assert google.log.after(0)[-1].title == said


async def test_a_slow_answer_is_held_back_until_its_time_has_passed(google: StandIn) -> None:
    held, passed, asked = asyncio.Event(), asyncio.Event(), []

    async def sleep(seconds: float) -> None:
        asked.append(seconds)
        held.set()
        await passed.wait()

    google.faults.sleep = sleep
    google.faults.plan(Slow(30))
    waiting = asyncio.create_task(fetch(google_users(google).get(userKey=LEAVER)))
    async with asyncio.timeout(10):
        await held.wait()
        assert (asked, google.log.after(0), waiting.done()) == ([30], [], False)
        passed.set()
        assert (await waiting)["primaryEmail"] == LEAVER
