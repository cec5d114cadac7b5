"""A reminder stands below its card, leads to it, and reaches the people who are asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack_directory import SlackDirectory
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from sandbox.seed import APPROVALS
from sandbox.slack.faults import Fault
from sandbox.slack.workspace import Usergroup
from tests.blocks.reading import nested
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notifier, body
from tests.factories import NOW, HandClock, a_call, a_clause, a_requirement, an_outbox_row
from tests.handlers.slack.world import World, open_world

ASKED = replace(
    RECORD,
    calls=(
        a_call(
            approval_id="a1",
            status=CallStatus.PENDING,
            requirement=a_requirement(clauses=(a_clause(groups=("@it-admins", "@nobody")),)),
        ),
    ),
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        opened.slack.workspace.usergroups = {"S0ADMINS": Usergroup("S0ADMINS", "it-admins", "IT admins", ())}
        yield opened


def a_reminder(card: str) -> OutboxRow:
    text = f"{NOW.isoformat()} {card}"
    row = an_outbox_row(id="reminder:a1:1", kind=Kind.REMINDER, channel=APPROVALS, thread_ts=card, text=text)
    return replace(row, subject="a1")


def elements(message: dict[str, Any], kind: str, key: str) -> list[str]:
    return [part[key] for part in nested(message["blocks"]) if part.get("type") == kind]


async def test_it_leads_to_its_card_and_names_groups_by_their_ids(world: World) -> None:
    directory = SlackDirectory(world.client, world.identity, HandClock())
    notifier = a_notifier(world, group_id=directory.group_id)
    card = await notifier.show(a_card(), ASKED)
    message = body(world, APPROVALS, await notifier.show(a_reminder(card), ASKED))
    assert message["thread_ts"] == card
    assert elements(message, "usergroup", "usergroup_id") == ["S0ADMINS"]
    [address] = elements(message, "link", "url")
    assert address.endswith(f"/archives/{APPROVALS}/p{card.replace('.', '')}")
    assert "needs @it-admins or @nobody" in message["text"]


@pytest.mark.parametrize("is_silent", [True, False])
async def test_without_an_id_the_name_stands_there(world: World, is_silent: bool) -> None:
    directory = SlackDirectory(world.client, world.identity, HandClock())
    notifier = a_notifier(world, group_id=directory.group_id if is_silent else None)
    card = await notifier.show(a_card(), ASKED)
    world.slack.faults.methods["usergroups.list"] = Fault(error="ratelimited")
    message = body(world, APPROVALS, await notifier.show(a_reminder(card), ASKED))
    assert elements(message, "usergroup", "usergroup_id") == []
    assert "@it-admins" in str(message["blocks"])
