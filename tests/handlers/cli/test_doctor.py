"""`countersign doctor` as a person reads it, and as a program does."""

import asyncio
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from bot.wiring.doctor.finding import Finding, State, fail, ok, skipped, warn
from handlers.cli import doctor
from handlers.cli.doctor import show
from handlers.cli.main import countersign
from tests.bot.wiring.doctor.ward import open_ward

FOUND = (
    ok("settings", "complete, from the environment and .env", files=[".env"]),
    fail("slack.scopes", "missing: users:read, usergroups:read", "add them, then install the app again"),
    warn("files..env", "others may read it (mode 644)", "chmod 600 .env"),
    skipped("store.open", "there is none yet"),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(countersign, ["doctor", *arguments], env=environ, catch_exceptions=False)


def drawn(findings: Sequence[Finding], width: int) -> list[str]:
    page = StringIO()
    show(findings, Console(file=page, width=width, highlight=False))
    return [line.rstrip() for line in page.getvalue().splitlines()]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the look finds; a test may change it."""
    findings = list(FOUND)

    async def examine(_where: object) -> tuple[Finding, ...]:
        return tuple(findings)

    monkeypatch.setattr(doctor, "examine", examine)
    return findings


def test_in_a_wide_terminal_each_finding_is_one_line_and_its_remedy_stands_under_it() -> None:
    assert drawn(FOUND, 120) == [
        "✓ ok       settings      complete, from the environment and .env",
        "✗ fail     slack.scopes  missing: users:read, usergroups:read",
        "                         → add them, then install the app again",
        "! warn     files..env    others may read it (mode 644)",
        "                         → chmod 600 .env",
        "– skipped  store.open    there is none yet",
        "",
        "1 of 4 fail: slack.scopes",
    ]


def test_in_a_narrow_terminal_nothing_is_lost() -> None:
    lines = drawn(FOUND, 40)
    assert max(map(len, lines)) <= 40
    said = "".join(line.strip() + " " for line in lines)
    for finding in FOUND:
        assert finding.name in said
        assert finding.what.split()[-1] in said


def test_a_warning_alone_is_no_failure_and_no_warning_is_said_to_be_fine() -> None:
    assert drawn([FOUND[0], FOUND[2]], 120)[-1] == "It works. To look at: files..env"
    assert drawn([FOUND[0]], 120)[-1] == "Everything that was looked at is fine (1)."


def test_what_a_finding_says_cannot_steer_the_terminal() -> None:
    shown = "\n".join(drawn([fail("x", "[red]\x1b[31mA\u202e[/red]", "[bold]b")], 120))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]" in shown
    assert "[bold]b" in shown


def test_the_exit_code_is_1_when_something_fails_and_0_when_it_does_not(found: list[Finding]) -> None:
    assert (run().exit_code, run("--json").exit_code) == (1, 1)
    found.pop(1)
    assert (run().exit_code, run("--json").exit_code) == (0, 0)


def test_a_program_gets_one_document_of_the_documented_shape(found: list[Finding]) -> None:
    document = json.loads(run("--json").stdout)
    assert list(document) == ["ok", "state", "version", "seconds", "counts", "findings"]
    assert (document["ok"], document["state"]) == (False, "fail")
    assert document["counts"] == {"ok": 1, "warn": 1, "fail": 1, "skipped": 1}
    assert document["findings"][1] == {
        "name": "slack.scopes",
        "state": "fail",
        "what": "missing: users:read, usergroups:read",
        "mend": "add them, then install the app again",
        "evidence": {},
    }
    assert [one["state"] for one in document["findings"]] == [finding.state.value for finding in found]


def test_without_any_settings_it_says_what_is_missing_and_how_to_get_it() -> None:
    done = run("--json", SLACK_API_URL="http://127.0.0.1:1/api/", AWS_REGION="nowhere")
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)["findings"]}
    assert done.exit_code == 1
    assert states["settings.SLACK_BOT_TOKEN"] == states["settings.SLACK_APP_TOKEN"] == "fail"
    assert states["policy.file"] == "ok"


async def test_the_whole_of_it_against_a_workspace(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_ward(here) as ward:
        for name, value in ward.environ.items():
            monkeypatch.setenv(name, value)
        done = await asyncio.to_thread(run, "--json")
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)["findings"]}
    assert (states["slack.token"], states["slack.socket"], states["model"]) == ("ok", "ok", "ok")
    assert states["slack.clock"] == "fail"  # the workspace lives in another time than this machine
    assert done.exit_code == 1
    assert State.FAIL.value == json.loads(done.stdout)["state"]
