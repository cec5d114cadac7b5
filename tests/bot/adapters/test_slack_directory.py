"""The directory of a Slack workspace, against the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.slack_directory import SlackDirectory, person_of
from bot.errors import DirectoryUnavailable
from sandbox.slack.faults import Fault
from sandbox.slack.workspace import User, Usergroup
from tests.contracts.directory import ADA, BEN, BOT, GONE, GROUP, GUEST, TEAM, DirectoryContract
from tests.factories import NOW, HandClock
from tests.handlers.slack.world import World, open_world

PEOPLE = (
    User(ADA, "ada", "Ada Approver", "Ada@example.com"),
    User(BEN, "ben", "Ben Boss", "ben@example.com"),
    User(GUEST, "guest", "Gil Guest", "gil@example.com", is_restricted=True),
    User(BOT, "bot", "Some Bot", is_bot=True),
    User(GONE, "gone", "Gwen Gone", "gwen@example.com", deleted=True),
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        workspace = opened.slack.workspace
        workspace.users.update({user.id: user for user in PEOPLE})
        workspace.usergroups = {"S1": Usergroup("S1", GROUP, "IT admins", (ADA, BEN))}
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def directory(world: World, clock: HandClock) -> SlackDirectory:
    return SlackDirectory(world.client, world.identity, clock)


class TestSlackDirectory(DirectoryContract):
    """The workspace above."""


async def test_a_group_is_found_by_its_id(directory: SlackDirectory) -> None:
    assert (await directory.members(TEAM, "S1")).users == (ADA, BEN)


async def test_answers_are_kept_for_half_a_minute(world: World, directory: SlackDirectory, clock: HandClock) -> None:
    for _ in range(2):
        await directory.person(TEAM, ADA)
        await directory.members(TEAM, GROUP)
    clock.advance(seconds=29)
    await directory.person(TEAM, ADA)
    assert len(world.calls("users.info")) == 1
    assert len(world.calls("usergroups.users.list")) == 1
    clock.advance(seconds=1)
    await directory.person(TEAM, ADA)
    assert len(world.calls("users.info")) == 2


async def test_many_who_ask_at_once_share_one_call(world: World, directory: SlackDirectory) -> None:
    people = await asyncio.gather(*(directory.person(TEAM, ADA) for _ in range(50)))
    assert len(set(people)) == 1
    assert len(world.calls("users.info")) == 1


async def test_one_who_gives_up_does_not_spoil_it_for_others(world: World, directory: SlackDirectory) -> None:
    await world.identity.known()
    impatient = asyncio.ensure_future(directory.person(TEAM, ADA))
    patient = asyncio.ensure_future(directory.person(TEAM, ADA))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).user == ADA


async def test_a_person_who_changed_is_asked_for_again(world: World, directory: SlackDirectory) -> None:
    await directory.person(TEAM, ADA)
    await directory.members(TEAM, GROUP)
    world.slack.workspace.users[ADA] = User(ADA, "ada", "Ada Approver", "ada@example.com", deleted=True)
    directory.drop(ADA)
    assert not (await directory.person(TEAM, ADA)).is_active
    assert (await directory.members(TEAM, GROUP)).users == (BEN,)


@pytest.mark.parametrize("method", ["auth.test", "users.info"])
@pytest.mark.parametrize("fault", [Fault(error="token_revoked"), Fault(status=503), Fault(error="missing_scope")])
async def test_a_silent_slack_is_not_an_answer(
    world: World, directory: SlackDirectory, method: str, fault: Fault
) -> None:
    world.slack.faults.methods[method] = fault
    with pytest.raises(DirectoryUnavailable):
        await directory.person(TEAM, ADA)
    world.slack.faults.methods.clear()
    assert (await directory.person(TEAM, ADA)).is_active


@pytest.mark.parametrize("method", ["usergroups.list", "usergroups.users.list"])
async def test_a_rate_limit_says_when_to_ask_again(world: World, directory: SlackDirectory, method: str) -> None:
    world.slack.faults.methods[method] = Fault(error="ratelimited", retry_after=7)
    with pytest.raises(DirectoryUnavailable) as refused:
        await directory.members(TEAM, GROUP)
    assert refused.value.retry_after == 7


def a_user(**fields: Any) -> dict[str, Any]:
    profile = {"email": "Ada@example.com", "display_name": "ada"}
    return {"id": ADA, "team_id": TEAM, "profile": profile, "is_email_confirmed": True} | fields


def test_an_address_that_is_not_confirmed_names_nobody() -> None:
    person = person_of(a_user(is_email_confirmed=False), {TEAM}, NOW)
    assert (person.identity, person.email) == (ADA, "")


def test_somebody_from_a_connected_workspace_is_a_stranger_and_a_guest() -> None:
    for found in (a_user(team_id="T0OTHER01"), a_user(is_stranger=True)):
        person = person_of(found, {TEAM}, NOW)
        assert (person.is_stranger, person.is_guest) == (True, True)


def test_on_a_grid_a_person_belongs_to_all_their_workspaces() -> None:
    found = a_user(team_id="T0MAIN001", enterprise_user={"teams": ["T0MAIN001", TEAM]})
    assert not person_of(found, {TEAM}, NOW).is_stranger


def test_a_single_channel_guest_is_a_guest() -> None:
    assert person_of(a_user(is_ultra_restricted=True), {TEAM}, NOW).is_guest


def test_slackbot_is_a_bot_though_slack_does_not_say_so() -> None:
    assert person_of(a_user(id="USLACKBOT"), {TEAM}, NOW).is_bot
