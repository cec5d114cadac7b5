"""With a key, nothing counts that somebody else wrote into the store in the name of people, or as a policy."""

import base64
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.keys import ENTERS, signer
from bot.adapters.sqlite_proofs import BY_PEOPLE, Proofs, Sign
from bot.adapters.sqlite_store import SqliteStore
from bot.codec import INBOUND, encode
from bot.errors import Unreadable
from bot.models.call import CallStatus
from bot.models.inbound import Unproven, VoteReceived
from bot.models.policy import Policy, Rule, RuleEffect
from bot.store_ports import QUARANTINE
from tests.engine import Engine, a_policy, an_actor
from tests.world import APPROVER, World, says, suspend, uses


def key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


SIGN = signer(key(1), ENTERS)
PROOFS = Proofs(SIGN)
FREE = Rule("free", RuleEffect.ALLOW, tools=("*",), even_if_tainted=True)


async def opened(path: Path, world: World, sign: Sign | None = SIGN, policy: Policy | None = None) -> Engine:
    store = await SqliteStore.open(path, world.clock, sign=sign)
    await store.publish(policy or a_policy())
    return Engine(world, store)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[Engine]:
    engine = await opened(path, World(script=[uses(suspend()), says("Finished.")]))
    yield engine
    await engine.close()


def run(path: Path, statement: str, *values: Any) -> list[Any]:
    """Somebody with a SQL prompt."""
    with closing(sqlite3.connect(path, isolation_level=None)) as outside:
        return outside.execute(statement, values).fetchall()


async def forge(engine: Engine, path: Path, request: str, proof: bytes | None = None) -> str:
    """A click of an approver that nobody made."""
    [call] = (await engine.record(request)).calls
    vote = VoteReceived("forged", request, call.id, an_actor(APPROVER), True, engine.world.clock.now())
    put = "INSERT INTO inbox (id, request_id, kind, body, proof) VALUES (?, ?, 'vote', ?, ?)"
    run(path, put, vote.id, request, encode(vote), proof)
    await engine.store.wake(request, engine.world.clock.now())
    return call.id


async def waiting(engine: Engine) -> str:
    request = await engine.mention("suspend them")
    await engine.run()
    return request


@pytest.mark.parametrize("proof", [None, b"", bytes(32)], ids=["without", "empty", "made up"])
async def test_a_click_that_nobody_made_is_refused_audited_and_alarmed(
    engine: Engine, path: Path, caplog: pytest.LogCaptureFixture, proof: bytes | None
) -> None:
    request = await waiting(engine)
    await forge(engine, path, request, proof)
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, call.votes, engine.world.effects) == (CallStatus.PENDING, (), [])
    assert await engine.store.inbox(request) == ()
    [event] = [event for event in await engine.store.audit(request) if event.kind == "inbox.refused"]
    assert (event.actor, json.loads(event.detail)["event"], json.loads(event.detail)["sort"]) == ("", "forged", "vote")
    [alarm] = [vars(line) for line in caplog.records if line.getMessage() == "inbox.refused"]
    assert (alarm["request"], alarm["event"], alarm["levelno"]) == (request, "forged", logging.ERROR)
    assert "have people click again" in alarm["mend"]


async def test_a_click_that_was_made_counts_beside_it(engine: Engine, path: Path) -> None:
    request = await waiting(engine)
    await forge(engine, path, request)
    await engine.click()
    await engine.run()
    assert len(engine.world.effects) == 1


async def test_a_click_cannot_be_made_one_on_something_else(engine: Engine, path: Path) -> None:
    request = await waiting(engine)
    await engine.click(yes=False)
    [(body, proof)] = run(path, "SELECT body, proof FROM inbox")
    run(path, "UPDATE inbox SET body = ?", body.replace(b'"yes":false', b'"yes":true'))
    assert proof is not None
    await engine.run()
    assert engine.world.effects == []
    assert (await engine.record(request)).calls[0].status is CallStatus.PENDING


async def test_without_a_key_the_store_is_believed(path: Path) -> None:
    engine = await opened(path, World(script=[uses(suspend()), says("Finished.")]), sign=None)
    request = await waiting(engine)
    await forge(engine, path, request)
    await engine.run()
    assert len(engine.world.effects) == 1
    await engine.close()


@pytest.mark.parametrize("before", [None, signer(key(2), ENTERS), signer(key(1), "another use")])
async def test_what_was_clicked_before_the_key_was_set_has_to_be_clicked_again(path: Path, before: Sign | None) -> None:
    old = await opened(path, World(script=[uses(suspend()), says("Finished.")]), sign=before)
    request = await waiting(old)
    await old.click()
    await old.close()
    new = await opened(path, old.world)
    await new.run()
    assert new.world.effects == []
    assert (await new.record(request)).calls[0].status is CallStatus.PENDING
    await new.click()
    await new.run()
    assert len(new.world.effects) == 1
    await new.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policies SET body = ?",
        "INSERT INTO policies (version, body) VALUES (2, ?)",
        "INSERT INTO policies (version, body, proof) SELECT 2, ?, proof FROM policies",
    ],
    ids=["edited", "added", "with the proof of another"],
)
async def test_a_policy_that_we_did_not_publish_stops_everything_until_the_next_start(
    engine: Engine, path: Path, caplog: pytest.LogCaptureFixture, statement: str
) -> None:
    await waiting(engine)
    await engine.click()
    run(path, statement, encode(replace(a_policy(FREE), version=2)))
    await engine.run()
    assert engine.world.effects == []
    alarms = [vars(line) for line in caplog.records if line.getMessage() == "record.unreadable"]
    assert {alarm["where"].split()[0] for alarm in alarms} == {"policies"}
    assert "start the bot again" in alarms[0]["mend"]
    with pytest.raises(Unreadable):
        await engine.store.policy()
    again = await opened(path, engine.world)
    assert (await again.store.policy()).rules == a_policy().rules
    again.world.clock.at += QUARANTINE
    await again.run()
    assert len(again.world.effects) == 1
    await again.close()


async def test_the_same_policy_again_is_published_once(engine: Engine) -> None:
    assert (await engine.store.publish(a_policy())).version == 1
    assert (await engine.store.publish(a_policy(FREE))).version == 2
    assert (await engine.store.policy()).version == 2


EVENT = ("e1", "r1", "vote", b"{}")


@pytest.mark.parametrize(
    "other",
    [
        ("e2", "r1", "vote", b"{}"),
        ("e1", "r2", "vote", b"{}"),
        ("e1", "r1", "verdict", b"{}"),
        ("e1", "r1", "vote", b"{ }"),
    ],
)
def test_a_proof_is_of_one_row(other: tuple[str, str, str, bytes]) -> None:
    assert PROOFS.has_event(PROOFS.of_event(*EVENT), *EVENT)
    assert not PROOFS.has_event(PROOFS.of_event(*EVENT), *other)


def test_nothing_can_move_from_one_part_of_a_row_to_the_next() -> None:
    assert PROOFS.of_event("e1r", "1", "vote", b"") != PROOFS.of_event("e1", "r1", "vote", b"")
    assert PROOFS.of_policy(1, b"2") != PROOFS.of_policy(12, b"")


def test_what_speaks_for_somebody_needs_a_proof_and_what_the_store_writes_does_not() -> None:
    assert set(INBOUND) - BY_PEOPLE == {"restored", "secret"}
    assert not any(PROOFS.has_event(None, "e1", "r1", kind, b"{}") for kind in BY_PEOPLE)
    assert PROOFS.has_event(None, "e1", "r1", "restored", b"{}")
    assert Unproven not in INBOUND.values()


def test_the_key_is_shown_nowhere() -> None:
    assert repr(PROOFS) == "Proofs()"
