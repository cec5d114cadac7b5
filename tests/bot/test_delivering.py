"""What a tool made for its requester alone: sent, deleted, on record; or everybody is told that nobody has it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.sqlite_store import SqliteStore
from bot.call_states import Finished
from bot.errors import DeliveryFailed, StoreUnavailable
from bot.executor import record_outcome, save_all_unsaved
from bot.models.call import CallStatus, Result
from bot.models.inbound import Mention, SecretSettled
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Actor, Surface
from bot.models.request import Record, RequestStatus
from bot.models.sealed import Sealed
from bot.outbox import SECRET_KEPT
from bot.ports import ToolOutcome, ToolResult
from bot.unsaved import Unsaved
from tests.direct_store import direct_store, fresh_image
from tests.engine import Engine, a_policy
from tests.factories import NOW
from tests.world import REQUESTER, TEAM, FakeNotifier, World, says, suspend, uses

SEALED = (Sealed("Password", "Y2lwaGVydGV4dA=="),)
SAID = "Sent to the requester alone, in a direct message: “Password”."


def a_world(outcome: ToolOutcome = ToolOutcome.SUCCEEDED, **fields: Any) -> World:
    """Its one tool makes a password."""
    world = World(script=[uses(suspend()), says("Finished.")], has_key=True, **fields)
    world.answer = lambda tool, arguments: ToolResult(outcome, "done", sealed=SEALED)
    return world


async def an_engine(world: World, wrap: Callable[[str, Any], Any] = lambda _name, port: port) -> Engine:
    store = direct_store(await fresh_image(a_policy(), world.clock), world.clock)
    return Engine(world, store, wrap)


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    opened = await an_engine(a_world())
    yield opened
    await opened.close()


async def approved(engine: Engine) -> str:
    """The request whose call made a secret."""
    request = await engine.mention("make me an account")
    await engine.run()
    await engine.click()
    await engine.run()
    return request


async def told(engine: Engine, request: str) -> list[str]:
    """What the audit trail says of secrets, oldest first."""
    events = await engine.store.audit(request)
    return [event.kind for event in events if event.kind.startswith("secret.")]


async def row_of(engine: Engine, request: str) -> OutboxRow:
    [row] = [row for row in await engine.store.rows(request) if row.kind is Kind.SECRET]
    return row


def notices(world: World) -> list[tuple[str, str, str]]:
    return [(row.channel, row.thread_ts, row.text) for row, _ in world.posts(Kind.NOTICE)]


async def test_a_secret_is_sent_to_its_requester_deleted_and_on_record(engine: Engine) -> None:
    request = await approved(engine)
    [(shown, _)] = engine.world.posts(Kind.SECRET)
    assert (shown.user, shown.channel, json.loads(shown.text)[0]["label"]) == (REQUESTER, "", "Password")
    row = await row_of(engine, request)
    assert (row.text, row.shown >= row.wanted, row.gave_up) == ("", True, False)
    assert await told(engine, request) == ["secret.sealed", "secret.sent"]
    assert (await engine.record(request)).request.status is RequestStatus.DONE


async def test_everybody_else_reads_that_it_was_sent_to_the_requester(engine: Engine) -> None:
    request = await approved(engine)
    [call] = (await engine.record(request)).calls
    assert call.result
    assert call.result.text == f"done\n{SAID}"
    assert SAID in str(json.loads(engine.world.prompts[-1].messages))
    events = [event.detail for event in await engine.store.audit(request)]
    assert SEALED[0].ciphertext not in str((events, engine.world.prompts, call, notices(engine.world)))


async def test_the_tool_gets_a_key_only_for_a_requester_who_can_be_told_alone(engine: Engine) -> None:
    await approved(engine)
    assert engine.world.privately == ["google__suspend_user"]
    other = Actor(TEAM, REQUESTER, Surface.API)
    await engine.services.receive(Mention(other, "C-it", "300.0", "300.0", "make me one", ("other",)))
    await engine.run()
    await engine.click()
    await engine.run()
    assert len(engine.world.effects) == 2
    assert engine.world.privately == ["google__suspend_user"]


async def test_a_read_never_gets_a_key() -> None:
    world = a_world()
    world.script = [uses(("google__get_user", '{"user_key":"a@example.com"}')), says("Finished.")]
    engine = await an_engine(world)
    request = await engine.mention("look")
    await engine.run()
    assert (len(world.reads), world.privately) == (1, [])
    assert [row.kind for row in await engine.store.rows(request) if row.kind is Kind.SECRET] == []
    await engine.close()


async def test_without_a_key_a_secret_that_comes_anyway_is_told_lost_and_not_kept() -> None:
    world = a_world()
    world.has_key = False
    engine = await an_engine(world)
    request = await approved(engine)
    assert await told(engine, request) == ["secret.sealed", "secret.lost"]
    assert [row for row in await engine.store.rows(request) if row.kind is Kind.SECRET] == []
    assert "have a new one made" in notices(world)[0][2]
    await engine.close()


async def test_a_call_that_failed_made_nothing_worth_sending() -> None:
    engine = await an_engine(a_world(ToolOutcome.FAILED))
    request = await approved(engine)
    assert (engine.world.posts(Kind.SECRET), await told(engine, request)) == ([], [])
    [call] = (await engine.record(request)).calls
    assert call.result
    assert "Sent" not in call.result.text
    await engine.close()


async def test_a_secret_of_a_call_that_may_have_happened_is_sent() -> None:
    engine = await an_engine(a_world(ToolOutcome.UNKNOWN))
    request = await approved(engine)
    assert len(engine.world.posts(Kind.SECRET)) == 1
    assert await told(engine, request) == ["secret.sealed", "secret.sent"]
    await engine.close()


async def test_a_secret_that_can_never_be_sent_is_deleted_and_both_sides_are_told(engine: Engine) -> None:
    engine.world.refuse_delivery = lambda row: "unreadable" if row.kind is Kind.SECRET else ""
    request = await approved(engine)
    row = await row_of(engine, request)
    assert (row.text, row.gave_up) == ("", True)
    assert await told(engine, request) == ["secret.sealed", "secret.lost"]
    [card] = engine.world.posts(Kind.CARD)
    places = [(channel, thread) for channel, thread, text in notices(engine.world) if "it was not encrypted" in text]
    assert places == [("C-it", "100.0"), ("C-approvals", card[0].posted_ts)]


class Unreachable(FakeNotifier):
    """The requester cannot be reached for now."""

    async def show(self, row: OutboxRow, record: Record) -> str:
        if row.kind is Kind.SECRET:
            raise DeliveryFailed("user_disabled", retry_after=600.0)
        return await super().show(row, record)


async def test_a_requester_who_cannot_be_reached_has_a_day() -> None:
    world = a_world()
    engine = await an_engine(world, lambda name, port: Unreachable(world) if name == "Notifier" else port)
    request = await approved(engine)
    world.clock.advance(seconds=SECRET_KEPT.total_seconds())
    engine.pump.since = world.clock.now()
    await engine.run()
    assert (await row_of(engine, request)).text
    world.clock.advance(minutes=11)
    await engine.run()
    assert (await row_of(engine, request)).text == ""
    assert await told(engine, request) == ["secret.sealed", "secret.lost"]
    assert "could not be sent to them alone, in a direct message (user_disabled)" in notices(world)[0][2]
    await engine.close()


async def test_an_outcome_that_the_disk_did_not_take_keeps_its_secret(engine: Engine) -> None:
    real, failing = engine.store.save, [1, 0]

    async def save(change: Any) -> None:
        if any(call.status is CallStatus.SUCCEEDED for call in change.calls) and failing:
            failing.clear()
            raise StoreUnavailable("full")
        await real(change)

    object.__setattr__(engine.core, "store", _Store(engine.store, save))
    request = await approved(engine)
    await save_all_unsaved(engine.core)
    await engine.run()
    assert len(engine.world.posts(Kind.SECRET)) == 1
    assert await told(engine, request) == ["secret.sealed", "secret.sent"]


class _Store:
    """The store, but for one method."""

    def __init__(self, store: SqliteStore, save: Any) -> None:
        self._store, self.save = store, save

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_a_late_result_after_a_verdict_still_brings_its_secret_once() -> None:
    world = a_world()
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.UNKNOWN, "cut off")
    engine = await an_engine(world)
    request = await approved(engine)
    [call] = (await engine.record(request)).calls
    assert call.attempt
    await engine.verdict(call.id, happened=True)
    await engine.run()
    late = Finished(call.attempt.id, CallStatus.SUCCEEDED, Result("done", NOW))
    outcome = Unsaved(request, call.id, late, "", SEALED)
    for _ in range(2):
        await record_outcome(engine.core, await engine.record(request), outcome)
    await record_outcome(
        engine.core, await engine.record(request), replace(outcome, outcome=replace(late, attempt_id="other"))
    )
    await engine.run()
    assert len(world.posts(Kind.SECRET)) == 1
    assert await told(engine, request) == ["secret.sealed", "secret.sent"]
    await engine.close()


async def test_what_a_restore_deleted_is_told_so_that_nobody_waits_for_it(engine: Engine) -> None:
    request = await approved(engine)
    [call] = (await engine.record(request)).calls
    await engine.store.append([SecretSettled("settled:again", request, call.id, "restore")])
    await engine.run()
    assert await told(engine, request) == ["secret.sealed", "secret.sent", "secret.lost"]
    assert "restored from a backup" in notices(engine.world)[0][2]
    assert "have a new one made" in notices(engine.world)[0][2]
