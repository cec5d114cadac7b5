"""A clock that does not go as Slack's does: nothing is decided or run, an alarm says why, and all goes on by itself."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.slack_clock import APART, SlackClock, dated
from bot.adapters.slack_directory import SlackDirectory
from bot.errors import DirectoryUnavailable
from bot.models.call import CallStatus
from sandbox.slack.workspace import Team, User, Usergroup
from tests.engine import Engine
from tests.factories import NOW, HandClock
from tests.handlers.slack.world import World as Slack
from tests.handlers.slack.world import open_world
from tests.world import APPROVER, REQUESTER, TEAM, World, suspend, uses

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
AT_NOON = {"date": "Mon, 05 Jan 2026 12:00:00 GMT"}


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


def a_clock(off: timedelta) -> HandClock:
    noon = dated(AT_NOON)
    assert noon is not None
    clock = HandClock()
    clock.at = noon + off
    return clock


@pytest.mark.parametrize("off", [timedelta(), APART, -APART])
def test_clocks_may_differ_as_far_as_slack_lets_them(off: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    SlackClock(a_clock(off)).demand(AT_NOON)
    assert alarms(caplog) == []


@pytest.mark.parametrize(
    ("off", "said"), [(APART + SECOND, "5 minutes ahead of Slack's"), (-HOUR, "60 minutes behind Slack's")]
)
def test_further_apart_nobody_is_known(off: timedelta, said: str) -> None:
    with pytest.raises(DirectoryUnavailable, match=said):
        SlackClock(a_clock(off)).demand(AT_NOON)


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sat, 21 Nov 2026 12:00:00 +9999999999"])
def test_an_answer_without_a_date_says_nothing(date: str | None) -> None:
    SlackClock(a_clock(HOUR)).demand({} if date is None else {"Date": date})


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_a_date_is_utc_however_it_is_written(zone: str) -> None:
    assert dated({"DATE": AT_NOON["date"].replace("GMT", zone)}) == dated(AT_NOON)


def test_the_alarm_is_raised_once_for_as_long_as_they_differ(caplog: pytest.LogCaptureFixture) -> None:
    clock = a_clock(HOUR)
    ours = SlackClock(clock)
    for off in (HOUR, HOUR, timedelta(), HOUR):
        clock.at = a_clock(off).at
        if off:
            with pytest.raises(DirectoryUnavailable):
                ours.demand(AT_NOON)
        else:
            ours.demand(AT_NOON)
    assert alarms(caplog) == ["clock.differs"] * 2


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """With the people of the engine's world in its workspace."""
    async with open_world() as opened:
        workspace = opened.slack.workspace
        workspace.team = Team(TEAM, "Acme", "acme")
        workspace.users |= {user: User(user, user, user, f"{user}@example.com") for user in (REQUESTER, APPROVER)}
        workspace.usergroups = {"S1": Usergroup("S1", "it-admins", "IT admins", (APPROVER,))}
        yield opened


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_with_a_clock_an_hour_off_nothing_runs_until_it_is_right(
    tmp_path: Path, slack: Slack, wrong: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(script=[uses(suspend())])
    engine = await Engine.open(tmp_path / "store.db", world)
    engine.core = replace(engine.core, directory=SlackDirectory(slack.client, slack.identity, world.clock))
    request = await engine.mention("suspend the leaver")
    await engine.run()
    world.clock.at = NOW + wrong
    await engine.click()
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, world.effects) == (CallStatus.PENDING, [])
    assert alarms(caplog) == ["clock.differs"]
    world.clock.at = NOW + timedelta(minutes=3)
    await engine.run()
    [call] = (await engine.record(request)).calls
    await engine.close()
    assert (call.status, len(world.effects)) == (CallStatus.SUCCEEDED, 1)
