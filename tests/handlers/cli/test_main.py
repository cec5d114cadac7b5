"""`countersign` as a person meets it: quick help, the bot without a command, errors in words."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from handlers import socket_mode
from handlers.cli.main import countersign
from tests.handlers.cli.commands import command

ROOT = Path(__file__).parents[3]
DEADLINE = 60
HEAVY = ("anthropic", "fastmcp", "mcp", "slack_bolt", "rich", "sqlite3", "bot.adapters")


def run(*arguments: str, here: Path, code: str = "") -> "subprocess.CompletedProcess[str]":
    """A process of its own, in an empty directory."""
    start = code or "from handlers.cli.main import main; main()"
    environ = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    given = [sys.executable, "-c", start, *arguments]
    return subprocess.run(given, cwd=here, env=environ, capture_output=True, text=True, timeout=DEADLINE, check=False)


def test_the_help_names_every_command_and_what_an_exit_code_means() -> None:
    shown = command("--help").stdout
    assert all(name in shown for name in ("run", "requests", "store", "policy", "audit", "Exit codes"))


def test_every_command_has_its_help() -> None:
    for words in (
        ["run"],
        ["requests"],
        ["store", "backup"],
        ["store", "restore"],
        ["store", "check"],
        ["policy", "show"],
        ["policy", "check"],
        ["policy", "explain"],
        ["policy", "simulate"],
        ["policy", "publish"],
        ["audit", "verify"],
        ["init"],
        ["doctor"],
    ):
        result = command(*words, "--help")
        assert (result.exit_code, result.stdout.startswith("Usage: ")) == (0, True), words


def test_the_help_loads_nothing_of_the_bot(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom handlers.cli.main import countersign\n"
        "countersign(['--help'], standalone_mode=False)\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert run(here=tmp_path, code=code).stdout.endswith("LOADED []\n")


def test_without_a_command_the_bot_runs_and_says_what_it_lacks(tmp_path: Path) -> None:
    ended = run(here=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.startswith("Countersign cannot start. ")
    assert "SLACK_BOT_TOKEN" in ended.stderr


def test_run_is_what_happens_without_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(socket_mode, "main", lambda: ran.append("ran"))
    assert [command(*words).exit_code for words in ([], ["run"])] == [0, 0]
    assert ran == ["ran", "ran"]


def test_an_interrupt_before_the_bot_has_started_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(socket_mode, "main", interrupted)
    result = command("run")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Stopped.\n")


@pytest.mark.parametrize(
    "words", [("--json", "store", "check"), ("store", "--json", "check"), ("store", "check", "--json")]
)
def test_json_may_be_asked_for_anywhere(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = command(*words, "--database", str(tmp_path / "missing"))
    assert json.loads(result.stdout)["error"]["what"] == "there is no such file"


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    asked = command("policy", "check", "--json", "--", "--json")
    assert json.loads(asked.stdout)["error"]["where"] == "--json"


def words_of(group: click.Group, *before: str) -> Iterator[str]:
    """Every command, as it is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from words_of(found, *before, name)
        else:
            yield " ".join((*before, name))


def test_the_page_of_commands_names_them_all() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [words for words in words_of(countersign, "countersign") if f"| `{words}" not in page] == []


def test_a_command_that_does_not_exist_is_refused() -> None:
    result = command("backup")
    assert (result.exit_code, "No such command 'backup'" in result.stderr) == (2, True)


def test_an_error_says_what_where_and_how_to_mend_it(tmp_path: Path) -> None:
    result = command("requests", "--database", str(tmp_path / "missing"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Error: there is no such file",
        f"  where: {tmp_path / 'missing'}",
        "  mend:  name the file of the store",
    ]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["requests", "--database", "missing"], "there is no such file"),
        (["store", "check", "--database", "/"], "this is a folder, not a file"),
        (["store", "check", "--nonsense"], "No such option"),
        (["audit", "nonsense"], "No such command"),
        (["policy", "check"], "Missing argument"),
    ],
)
def test_a_program_gets_errors_as_one_object_too(words: list[str], what: str) -> None:
    result = command(*words, "--json")
    assert result.exit_code == 2
    assert what in json.loads(result.stdout)["error"]["what"]
    assert result.stderr == ""


def test_the_store_is_that_of_the_settings_and_no_token_is_needed(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///of-env.sqlite3\n")
    told = run("store", "check", here=tmp_path).stderr
    assert "of-env.sqlite3" in told
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://db\n")
    assert "DATABASE_URL" in run("store", "check", here=tmp_path).stderr
