"""No edit of a stored row lets a call leave; `make soak` tries 10,000."""

from dataclasses import replace
from random import Random  # noqa: TID251 - only ever with a seed

import pytest

from bench.mutation_entering import ENTERING, enter
from bench.mutation_forgeries import FORGERIES
from bench.mutation_stages import PLAYS, stages
from bench.mutations import play

SEED = 3
PARTS, EACH = 2, 1_000
FIELDS = {
    "calls: arguments", "calls: effect", "calls: status", "calls: votes of another call", "calls: a forged vote",
    "calls: a loosened requirement", "calls: more time", "requests: actor.user", "requests: tainted_by",
    "requests: cancelled_by", "turns: content", "audit: detail", "audit: deleted", "calls: deleted",
}  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_edit_between_a_decision_and_its_execution_lets_anything_leave(part: int) -> None:
    found = await play(EACH, SEED, part * EACH)
    assert (found.tried, found.violations) == (EACH, [])
    assert found.fields.keys() >= {f"sealed anew: {name}" for name in FORGERIES}
    assert found.fields.keys() >= {f"entered: {name}" for name in ENTERING}
    assert found.fields.keys() >= FIELDS
    assert len(found.fields) > 100


@pytest.mark.parametrize("name", ENTERING)
async def test_without_the_key_what_somebody_wrote_is_believed(name: str) -> None:
    entering, left = ENTERING[name], 0
    for stage in [one for one in await stages() if one.name in entering.stages]:
        engine = replace(stage, proven=False).engine()
        enter(engine.store, await engine.record(stage.request), entering, Random(name))
        await engine.drive(stage.request)
        left += len(engine.world.effects)
        await engine.close()
    assert left > 0


async def test_without_an_edit_the_decided_calls_leave() -> None:
    for stage in await stages():
        engine = stage.engine()
        await engine.drive(stage.request)
        assert len(engine.world.effects) + len(engine.world.reads) == stage.runs, stage.name
        await engine.close()
    assert sum(runs for _, runs, _, _ in PLAYS.values()) == 5
