"""The soak kills real processes and finds nothing; and it does find what is built in on purpose."""

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.soak import main
from bench.soak_checks import unasked
from bench.soak_crew import Crew, Odds
from bench.soak_process import Workers
from bench.soak_round import Round
from bench.soak_rounds import COUNTED, Soak, table
from bench.soak_story import LATE_STORIES, STORIES, Case, Story
from bench.soak_stubs import Fault
from bench.soak_world import Effect, World, rng_of
from bot.adapters.sqlite_store import SqliteStore
from bot.models.request import Record
from tests.factories import a_call, a_request

CALM = Odds(kill=0, stop=0, go_on=0, again=0, astray=0)
DEADLY = Odds(kill=1, stop=0, go_on=0, again=0, astray=0)
ZOMBIES = Odds(kill=0, stop=1, go_on=0, again=0, astray=0)
ASTRAY = Odds(kill=0.3, stop=0, go_on=0, again=0, astray=1)


async def violations(directory: Path, stories: Sequence[Story], odds: Odds, fault: Fault = Fault.NONE) -> list[str]:
    """What one round with these stories finds."""
    world, workers = World(directory), Workers()
    store = await SqliteStore.open(world.database, world)
    cases = [Case(story, f"1-{place}") for place, story in enumerate(stories)]
    try:
        return await Round(Crew(world, workers, rng_of(1), "1", fault, Counter(), odds), store, cases).play()
    finally:
        await workers.close()
        await store.close()


@pytest.mark.parametrize("stories", [STORIES, LATE_STORIES], ids=["in time", "late"])
async def test_when_nobody_is_killed_every_story_ends_right(tmp_path: Path, stories: Sequence[Story]) -> None:
    assert await violations(tmp_path, stories, CALM) == []


@pytest.mark.parametrize("odds", [DEADLY, ZOMBIES, ASTRAY], ids=["killed", "stopped", "an hour off"])
async def test_when_processes_are_in_trouble_every_story_ends_right(tmp_path: Path, odds: Odds) -> None:
    assert await violations(tmp_path, STORIES[:3], odds) == []


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (Fault.TWICE, ("I1: suspend_user", "ran 2 times")),
        (Fault.DEAF, ("I7: the acknowledged click", "no effect and no answer")),
        (Fault.MUTE, ("I5: nobody was told", "done")),
    ],
)
async def test_a_fault_that_is_built_in_is_found(tmp_path: Path, fault: Fault, found: tuple[str, str]) -> None:
    said = await violations(tmp_path, STORIES[:1], CALM, fault)
    assert [what for what in said if found[0] in what and found[1] in what]


async def test_every_kill_is_counted_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    soak = Soak(tmp_path, seed=5, odds=DEADLY)
    await soak.run(1)
    assert soak.count["rounds"] == 1
    assert soak.count["kills"] > 0
    shown = dict(line.rsplit(maxsplit=1) for line in table(soak.count).splitlines())
    assert shown == {name: str(soak.count[name]) for name in COUNTED}
    assert capsys.readouterr().out == "".join(f"{what}\n" for what in soak.violations)


def test_a_violation_fails_the_run_and_names_the_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    results = tmp_path / "results.jsonl"
    arguments = ["--rounds", "1", "--seed", "2", "--fault", "mute", "--parts", "rounds", "--results", str(results)]
    assert main(arguments) == 1
    assert "--seed 2 --rounds 1 --fault mute" in capsys.readouterr().out
    [line] = results.read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["attack"], told["tried"], told["seed"], told["shard"]) == ("random SIGKILL rounds", 1, 2, "0/1")
    assert told["violated"] == len(told["violations"]) > 0
    assert set(told["happened"]) == set(COUNTED) - {"rounds", "violations"}


def test_shards_together_try_what_one_run_would(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    for shard in ("0/2", "1/2"):
        arguments = ["--storms", "5", "--seed", "4", "--shard", shard, "--parts", "storms", "--results", str(results)]
        assert main(arguments) == 0
    told = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [one["tried"] for one in told] == [3, 2]
    assert {one["attack"] for one in told} == {"interleavings of two engines"}


def test_nothing_new_is_begun_when_the_time_is_over(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    assert main(["--minutes", "0", "--seed", "1", "--results", str(results)]) == 0
    told = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [one["tried"] for one in told] == [0, 0, 0, 0]


def test_an_effect_that_nobody_asked_for_is_found() -> None:
    call = a_call(server="google", tool="suspend_user", arguments='{"user_key":"leaver@example.com"}')
    record = Record(a_request(), calls=(call,))
    asked = Effect(call.name, call.arguments)
    assert list(unasked([record], [asked])) == []
    [what] = unasked([record], [asked, Effect("google__suspend_user", '{"user_key":"somebody@example.com"}')])
    assert what.startswith("I2:")
    assert "somebody@example.com" in what
