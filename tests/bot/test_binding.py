"""What was approved is what runs: anything else in the record, however small, and the call never leaves."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from bot.inbox import take_in
from bot.models.call import Call, CallStatus
from bot.models.policy import Ask
from bot.models.request import Record, Request
from bot.models.requirement import Clause
from tests.engine import Engine, a_policy
from tests.hostile import rewritten
from tests.world import APPROVER, REQUESTER, SECOND, World, suspend, uses

EXAMPLES = 100
"""More, in other states too: tests/bench/test_mutations.py."""
CALL_FIELDS = ("server", "server_digest", "tool", "schema_digest", "arguments", "account", "region", "digest")
ACTOR_FIELDS = ("team", "user")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3)


@dataclass(frozen=True)
class Mutation:
    """At `at` (a share of the text's length) `cut` characters are replaced by `put` in one field."""

    field: str
    at: float
    cut: int
    put: str

    def of(self, text: str) -> str:
        start = round(self.at * len(text))
        return text[:start] + self.put + text[start + self.cut :]


MUTATIONS = st.builds(
    Mutation,
    st.sampled_from([*CALL_FIELDS, *ACTOR_FIELDS]),
    st.floats(0, 1),
    st.integers(0, 2),
    TEXTS | st.sampled_from(["", " ", "\u200b", "\n", "A", "a"]),
)


def forged(record: Record, mutation: Mutation) -> tuple[Request, Call]:
    """The request and its call with one field changed, as if somebody had written it into the store."""
    request, call = record.request, record.calls[0]
    if mutation.field in ACTOR_FIELDS:
        return replace(request, actor=_mutated(request.actor, mutation)), call
    return request, _mutated(call, mutation)


def _mutated(value: Any, mutation: Mutation) -> Any:
    return replace(value, **{mutation.field: mutation.of(getattr(value, mutation.field))})


async def approved(engine: Engine, number: int) -> Record:
    """A new request by a new person whose one call was approved and has not started."""
    engine.world.effects.clear()
    request = await engine.mention("suspend them", user=f"U-{number}", ts=f"{number}.0")
    await engine.drive(request)
    [approval] = (await engine.record(request)).approvals
    await engine.click(approval=approval.id)
    return await take_in(engine.core, await engine.record(request))


async def run_forged(engine: Engine, request: Request, call: Call) -> Record:
    """Stores what was forged straight past the core, sealed as the core would, and lets the core go on."""
    await engine.store.save(rewritten(await engine.record(request.id), request, call))
    await engine.drive(request.id)
    return await engine.record(request.id)


def test_no_mutation_between_vote_and_start_ever_runs(tmp_path: Path, world: World) -> None:
    fields: set[str] = set()
    numbers = iter(range(1, 10 * EXAMPLES))
    with asyncio.Runner() as runner:
        engine = runner.run(Engine.open(tmp_path / "store.sqlite3", world))

        @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
        @given(MUTATIONS)
        def holds(mutation: Mutation) -> None:
            record = runner.run(approved(engine, next(numbers)))
            request, call = forged(record, mutation)
            assume((request, call) != (record.request, record.calls[0]))
            after = runner.run(run_forged(engine, request, call))
            assert world.effects == [], f"{mutation} left"
            assert (after.calls[0].status, after.calls[0].rules) == (CallStatus.REVOKED, ("binding",))
            fields.add(mutation.field)

        holds()
        runner.run(engine.close())
    assert fields == {*CALL_FIELDS, *ACTOR_FIELDS}


async def test_without_a_mutation_the_same_path_runs(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    record = await approved(engine, 1)
    after = await run_forged(engine, record.request, record.calls[0])
    assert after.calls[0].status is CallStatus.SUCCEEDED
    assert world.effects == [(record.calls[0].name, record.calls[0].arguments)]
    await engine.close()


def _version(call: Call) -> Call:
    return replace(call, policy_version=call.policy_version + 1)


def _approved_by_itself(call: Call) -> Call:
    return replace(call, status=CallStatus.APPROVED)


def _allowed_by_itself(call: Call) -> Call:
    return replace(call, status=CallStatus.ALLOWED, requirement=None)


@pytest.mark.parametrize("forge", [_approved_by_itself, _allowed_by_itself])
async def test_a_status_without_votes_is_no_approval(
    tmp_path: Path, world: World, forge: Callable[[Call], Call]
) -> None:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    request = await engine.mention("suspend them")
    await engine.drive(request)
    record = await engine.record(request)
    await engine.store.save(rewritten(record, record.request, forge(record.calls[0])))
    await engine.drive(request)
    assert world.effects == []
    await engine.close()


async def test_the_policy_version_it_was_asked_under_is_bound(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    record = await approved(engine, 1)
    after = await run_forged(engine, record.request, _version(record.calls[0]))
    assert after.calls[0].status is CallStatus.REVOKED
    assert world.effects == []
    await engine.close()


async def test_a_copy_under_another_id_does_not_run_beside_the_original(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    record = await approved(engine, 1)
    after = await run_forged(engine, record.request, replace(record.calls[0], id="another", index=1))
    assert [call.status for call in after.calls] == [CallStatus.SUCCEEDED, CallStatus.REVOKED]
    assert len(world.effects) == 1
    await engine.close()


async def test_votes_moved_to_another_call_do_not_start_it(tmp_path: Path, world: World) -> None:
    """Two calls of one card: the approval of the harmless one, its digest and all, is put upon the other."""
    world.script[0] = uses(suspend("harmless@example.com"), suspend("boss@example.com"))
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    request = await engine.mention("suspend them")
    await engine.drive(request)
    harmless, boss = (await engine.record(request)).calls
    await engine.click(approval=harmless.approval_id, call_ids=(harmless.id,))
    await engine.drive(request)
    record = await engine.record(request)
    voted = record.calls[0]
    swapped = replace(boss, status=CallStatus.APPROVED, votes=voted.votes, digest=voted.digest)
    after = await run_forged(engine, record.request, swapped)
    assert "boss@example.com" not in str(world.effects)
    assert after.calls[1].status is CallStatus.REVOKED
    await engine.close()


def _single_bytes(text: str) -> Iterable[str]:
    for at, char in enumerate(text):
        yield text[:at] + chr(ord(char) ^ 1) + text[at + 1 :]


async def test_not_one_bit_of_the_arguments_may_change(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    record = await approved(engine, 1)
    call = record.calls[0]
    for number, arguments in enumerate(_single_bytes(call.arguments), start=2):
        record = await approved(engine, number)
        after = await run_forged(engine, record.request, replace(record.calls[0], arguments=arguments))
        assert after.calls[0].status is CallStatus.REVOKED, arguments
        assert world.effects == []
    await engine.close()


async def test_a_person_who_left_a_group_after_the_vote_no_longer_stands_for_it(tmp_path: Path, world: World) -> None:
    both = Ask((Clause(("@it-admins",)), Clause(("@managers",))), 2, expires=3600, execute_within=3600)
    world.groups["@managers"] = (APPROVER,)
    engine = await Engine.open(tmp_path / "store.sqlite3", world, a_policy(ask=both))
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    await engine.run()
    await engine.click(user=SECOND)
    world.groups["@managers"] = ("U-third",)
    await engine.run()
    assert ((await engine.record(request)).calls[0].status, world.effects) == (CallStatus.PENDING, [])
    await engine.close()


async def test_ones_own_approval_ends_with_the_policy_that_let_it_count(tmp_path: Path, world: World) -> None:
    own = Ask((Clause(users=(REQUESTER,)),), 1, expires=3600, execute_within=3600, self_approval=True)
    engine = await Engine.open(tmp_path / "store.sqlite3", world, a_policy(ask=own))
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click(user=REQUESTER)
    await engine.store.publish(a_policy(ask=replace(own, self_approval=False)))
    await engine.run()
    assert ((await engine.record(request)).calls[0].status, world.effects) == (CallStatus.REVOKED, [])
    await engine.close()
