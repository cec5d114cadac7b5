"""States that pass cost few updates; buttons go at once, and an outcome is never kept back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.slack_passing import AGAIN_AFTER, WHEN_SCARCE, Passing
from bot.adapters.slack_queue import SCARCE, TIERS, SlackQueue, Urgency
from bot.models.call import CallStatus
from bot.models.outbox import OutboxRow
from bot.models.request import Record
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notice
from tests.factories import HandClock, a_call
from tests.handlers.slack.world import no_pause

S = CallStatus
ROW = a_card(posted_ts="1.0")


class Stage:
    """A card among others, on a clock moved by hand."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.queue = SlackQueue(self.clock, no_pause)
        self.passing = Passing(self.queue)

    def wait(self, *statuses: CallStatus, row: OutboxRow = ROW) -> timedelta:
        return timedelta(seconds=self.passing.wait(row, a_record_of(*statuses)))

    def show(self, *statuses: CallStatus) -> None:
        self.passing.shown(ROW, a_record_of(*statuses))

    async def use_up(self, updates: int) -> None:
        for _ in range(updates):
            async with self.queue.turn("chat.update", "C1", Urgency.RECEIPT):
                pass


def a_record_of(*statuses: CallStatus) -> Record:
    calls = (a_call(id=f"c{n}", approval_id="a1", status=status) for n, status in enumerate(statuses))
    return replace(RECORD, calls=tuple(calls))


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("status", [S.APPROVED, S.STARTED])
def test_the_buttons_go_at_once_and_the_next_passing_state_waits(stage: Stage, status: CallStatus) -> None:
    assert stage.wait(status) == timedelta(0)
    stage.show(status)
    assert stage.wait(S.STARTED) == AGAIN_AFTER
    stage.clock.advance(seconds=AGAIN_AFTER.total_seconds())
    assert stage.wait(S.STARTED) == timedelta(0)


@pytest.mark.parametrize("status", [S.SUCCEEDED, S.FAILED, S.UNKNOWN, S.DENIED, S.EXPIRED, S.PENDING])
def test_what_does_not_pass_is_never_kept_back(stage: Stage, status: CallStatus) -> None:
    stage.show(S.APPROVED)
    assert stage.wait(status) == timedelta(0)


def test_a_card_with_an_open_row_is_never_kept_back(stage: Stage) -> None:
    stage.show(S.APPROVED)
    assert stage.wait(S.APPROVED, S.PENDING) == timedelta(0)


def test_a_card_that_nobody_has_seen_and_other_messages_are_never_kept_back(stage: Stage) -> None:
    stage.show(S.APPROVED)
    assert stage.wait(S.STARTED, row=a_card()) == timedelta(0)
    assert stage.wait(S.STARTED, row=a_notice(posted_ts="1.0")) == timedelta(0)


async def test_while_updates_are_scarce_the_buttons_wait_a_moment_for_the_outcome(stage: Stage) -> None:
    await stage.use_up(TIERS["chat.update"].calls - SCARCE)
    assert stage.wait(S.STARTED) == WHEN_SCARCE
    assert stage.wait(S.SUCCEEDED) == timedelta(0)
    stage.clock.advance(seconds=WHEN_SCARCE.total_seconds())
    assert stage.wait(S.STARTED) == timedelta(0)


def test_what_is_over_is_forgotten(stage: Stage) -> None:
    stage.show(S.APPROVED)
    stage.show(S.SUCCEEDED)
    assert stage.passing._not_before == {}
