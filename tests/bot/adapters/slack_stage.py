"""A notifier before the sandbox's workspace, on a clock that moves only while it waits for its turn."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_render import GroupId, Renderer
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.ports import Unseal
from sandbox.seed import APPROVALS, IT_HELP
from tests.factories import HandClock, a_call, a_record, a_request, an_outbox_row
from tests.handlers.slack.world import World, tools_of

RECORD = a_record(
    request=a_request(pages=("*First* page", "Second page"), tools="70" * 32),
    calls=(a_call(approval_id="a1", status=CallStatus.PENDING),),
)


def a_notifier(
    world: World,
    tools: Callable[[str], Any] = tools_of,
    unseal: Unseal | None = None,
    group_id: GroupId | None = None,
) -> SlackNotifier:
    clock = HandClock()

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)

    return SlackNotifier(
        world.client, SlackQueue(clock, sleep), Renderer(world.identity, tools, unseal, group_id=group_id)
    )


def a_card(**fields: Any) -> OutboxRow:
    return an_outbox_row(channel=APPROVALS, **fields)


def a_notice(**fields: Any) -> OutboxRow:
    row = an_outbox_row(
        id="notice:n1", kind=Kind.NOTICE, channel=IT_HELP, subject="", text="Nobody decided in 4 hours."
    )
    return replace(row, **fields)


def body(world: World, channel: str, ts: str) -> dict[str, Any]:
    found: dict[str, Any] = world.slack.messages.find(channel, ts).body
    return found
