"""Whoever adds a status, a kind or a button is told here what else must speak of it."""

import asyncio
from itertools import product

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from blocks import progress, states
from bot import call_states, inbox, outcomes, request_states, results, steps
from bot.adapters.slack_client import SlackIdentity
from bot.adapters.slack_render import Renderer
from bot.models.call import OUTCOMES, CallStatus
from bot.models.outbox import Kind
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Risk
from bot.models.tools import Toolset
from bot.ports import ToolOutcome
from tests.factories import NOW, a_call, a_record, a_request, a_result, a_toolset, an_outbox_row

S = CallStatus
NEVER_LATE = {S.PROPOSED, S.PENDING, S.ALLOWED}
"""Rows in these statuses are not decided by anybody, or still can be."""


def test_every_status_of_a_call_has_an_icon_and_a_word_of_its_own() -> None:
    assert set(states.STATES) == set(CallStatus)
    for part in zip(*states.STATES.values(), strict=True):
        assert len(set(part)) == len(CallStatus)


@pytest.mark.parametrize("status", CallStatus)
def test_every_status_of_a_call_has_its_place_in_a_summary(status: CallStatus) -> None:
    assert states.tally([status]) == f"1 {states.word(status).lower()}"
    assert states.loudest([status, S.SUCCEEDED]) is status


def test_every_risk_has_a_word() -> None:
    assert set(states.RISKS) == set(Risk)


@pytest.mark.parametrize("status", sorted(OUTCOMES))
def test_every_outcome_is_told_to_the_model(status: CallStatus) -> None:
    assert outcomes.for_model(a_call(status=status, result=a_result(), reason="A freeze."))


def test_every_late_click_is_told_what_happened_before() -> None:
    assert set(inbox._SETTLED) == set(CallStatus) - NEVER_LATE


def test_every_outcome_of_a_tool_is_a_status() -> None:
    assert set(results.STATUS) == set(ToolOutcome)


def test_the_tables_know_every_status_and_the_steps_do_too() -> None:
    assert set(call_states.TRANSITIONS) == set(CallStatus)
    assert set(request_states.TRANSITIONS) == set(steps.STEPS) == set(RequestStatus)


def test_what_is_closed_is_what_has_no_way_out_and_no_event_means_something_there() -> None:
    closed = {status for status, ways in call_states.TRANSITIONS.items() if not ways}
    assert closed == OUTCOMES - {S.UNKNOWN}
    assert not any(statuses & closed for statuses in call_states.ONLY_FROM.values())


@pytest.mark.parametrize(("request_status", "call_status"), list(product(RequestStatus, CallStatus)))
def test_the_progress_message_has_words_for_everything(request_status: RequestStatus, call_status: CallStatus) -> None:
    record = Record(a_request(status=request_status, incident="i1"), calls=(a_call(status=call_status),))
    assert progress.progress_message(record).text.strip()


@pytest.mark.parametrize("kind", Kind)
async def test_every_kind_of_message_can_be_rendered_for_slack(kind: Kind) -> None:
    async def tools_of(_digest: str) -> Toolset:
        return a_toolset()

    identity = SlackIdentity(AsyncWebClient(), asyncio.sleep)
    identity.team = "T1"
    text = f"{NOW.isoformat()} C1" if kind is Kind.REMINDER else "Hello."
    row = an_outbox_row(kind=kind, subject="0" if kind is Kind.ANSWER else "a1", text=text)
    message = await Renderer(identity, tools_of).render(row, a_record(request=a_request(pages=("Done.",))), 0)
    assert message.text.strip()
