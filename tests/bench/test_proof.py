"""docs/proof.md: its quick form is made here, and the committed one is of a full run."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bench.guards import GUARDS
from bench.proof import crashes, doors, servers, stored
from bench.proof.__main__ import main, told
from bench.proof.forms import FULL, QUICK, SHORT, Form, jobs, known
from bench.proof.guarded import GROUP, name_of, rows_of
from bench.proof.page import FAILED, NO_PROOF, read, render
from bench.proof.run import job
from bench.proof.scenes import SCENES
from bench.proof.values import Row, Side, merged
from bench.soak_results import Report
from bot.claiming import Claimable
from tests.docs.pages import page

RULES = {name_of(rule) for rule in {guard.rule for guard in GUARDS}}


def least(form: Form) -> dict[str, int]:
    """How often this form tries each attack at least."""
    return {
        crashes.ROUNDS: form.rounds,
        crashes.STORMS: form.storms,
        crashes.SINGLES: 1_000 if form.share == 1 else 100,
        stored.POWER: form.power,
        stored.EDITED: form.edits,
        stored.TAMPERED: form.tampers,
        doors.NAME: form.servers,
        **dict.fromkeys(SCENES, form.scenes),
        **dict.fromkeys(servers.PLAYS, form.servers),
    }


HELD, BROKE = Side(5, 0), Side(5, 4, told=("it ran twice",))


def a_row(ours: Side = HELD, theirs: Side | None = BROKE, attack: str = "two clicks") -> Row:
    return Row("People", attack, ours, theirs)


def test_in_the_quick_form_nothing_goes_through_and_the_baseline_falls_to_everything(tmp_path: Path) -> None:
    out = tmp_path / "proof.md"
    assert main(["--form", "quick", "--seed", "7", "--at-once", "1", "--out", str(out)]) == 0
    found = read(out.read_text(encoding="utf-8"))
    assert (found.facts["form"], found.facts["seed"]) == ("quick", "7")
    assert known() - RULES - set(crashes.PARTS) <= set(found.tried) <= known()
    assert RULES & set(found.tried)
    assert all(times > 0 for times in found.tried.values())
    assert all(ours.startswith("held") for ours, _ in found.cells.values())
    assert all(theirs == "–" or theirs.startswith("broke") for _, theirs in found.cells.values())


def test_the_committed_page_is_of_a_run_in_which_everything_held() -> None:
    found = read(page("docs/proof.md").text)
    form = {form.name: form for form in (FULL, SHORT)}[found.facts["form"]]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", found.facts["date"])
    assert found.facts["seed"].isdigit()
    assert found.facts["processor"]
    assert known() - RULES <= set(found.tried) <= known()
    assert {name: found.tried[name] for name, times in least(form).items() if found.tried[name] < times} == {}
    assert RULES & set(found.tried)
    assert [name for name, (ours, _) in found.cells.items() if not ours.startswith("held")] == []
    assert [name for name, (_, theirs) in found.cells.items() if NO_PROOF in theirs] == []


def test_a_row_that_fails_is_marked_and_ends_with_an_error() -> None:
    bad = a_row(Side(5, 2, told=("it | ran\ntwice",)))
    found = read(render([a_row(attack="one click"), bad], {"form": "full"}))
    assert found.cells["two clicks"][0] == f"{FAILED} 2 times: it   ran twice"
    assert found.cells["one click"] == ("held", "broke 4 of 5 times: it ran twice")
    assert (told([bad]), told([])) == (1, 0)


def test_an_attack_that_cannot_be_made_is_a_row_that_fails() -> None:
    [row] = job(QUICK, 1, "no such job")
    assert (row.attack, row.holds) == ("no such job", False)
    assert "no such job" in row.ours.told[0]


def test_what_was_never_tried_has_not_held() -> None:
    row = a_row(Side(0, 0))
    assert not row.holds
    assert read(render([row], {})).cells["two clicks"][0] == f"{FAILED}: it was not tried"


def test_an_attack_that_the_baseline_survives_is_said_to_prove_nothing() -> None:
    row = a_row(theirs=HELD)
    assert (row.holds, row.proves, a_row(theirs=None).proves) == (True, False, True)
    assert read(render([row, a_row(theirs=None, attack="other")], {})).cells == {
        "two clicks": ("held", f"{NO_PROOF}: it held 5 times"),
        "other": ("held", "–"),
    }


def test_parts_of_one_attack_become_one_row() -> None:
    [row] = merged([a_row(), a_row(replace(BROKE, happened={"kills": 2})), a_row(theirs=None)])
    assert row.ours == Side(15, 4, {"kills": 2}, ("it ran twice",))
    assert row.theirs == Side(10, 8, {}, ("it ran twice",))


def test_what_the_soak_writes_becomes_rows_and_a_violation_counts_in_each(tmp_path: Path) -> None:
    lines = tmp_path / "results.jsonl"
    happened = {"kills": 9, "zombies": 3, "clocks astray": 0, "requests": 4}
    Report(lines, 1, "0/1").add("random SIGKILL rounds", 6, happened, ["round 2: it ran twice"])
    rows = crashes.rows_of(json.loads(lines.read_text(encoding="utf-8")))
    assert [(row.attack, row.ours.tried, row.ours.broke) for row in rows] == [
        (crashes.ROUNDS, 6, 1),
        (crashes.ZOMBIES, 3, 1),
    ]
    assert rows[0].ours.happened == {"kills": 9, "requests": 4}


def test_a_guard_that_no_test_misses_is_a_failure() -> None:
    guard = GUARDS[0]
    [row] = rows_of([{"guard": guard.name, "noticed": "no test noticed", "output": ""}])
    assert (row.group, row.attack, row.holds) == (GROUP, name_of(guard.rule), False)
    assert guard.name in row.ours.told[0]


def test_the_full_form_tries_at_least_as_much_of_everything() -> None:
    assert set(jobs(QUICK, 1)) <= set(jobs(FULL, 1))
    full, quick = asdict(FULL), asdict(QUICK)
    assert [name for name in quick if name not in {"name", "share"} and full[name] < quick[name]] == []


def test_without_the_last_look_an_attack_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lets_all_pass(*_: object) -> Claimable:
        return Claimable()

    monkeypatch.setattr("bot.executor.claim", lets_all_pass)
    [row] = jobs(QUICK, 1)["forbidden while people are asked"]()
    assert row.ours.broke == row.ours.tried
    assert not row.holds
