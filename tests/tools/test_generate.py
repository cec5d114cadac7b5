"""The generated files follow the code."""

from dataclasses import fields
from pathlib import Path

import pytest

from bot.call_states import TRANSITIONS as CALL_WAYS
from bot.request_states import TRANSITIONS as REQUEST_WAYS
from bot.settings import REPLACED, Settings
from tools.generate import CALL_WORDS, REQUEST_WORDS, documents, main

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def test_every_status_has_its_sentence() -> None:
    assert set(REQUEST_WORDS) == set(REQUEST_WAYS)
    assert set(CALL_WORDS) == set(CALL_WAYS)
    assert all(words.endswith(".") for words in (*REQUEST_WORDS.values(), *CALL_WORDS.values()))


def test_the_diagrams_draw_every_way_and_no_other() -> None:
    drawn = {line.strip() for line in documents()["docs/states.md"].split("\n") if " --> " in line}
    ways = {f"{status} --> {to}" for table in (REQUEST_WAYS, CALL_WAYS) for status, tos in table.items() for to in tos}
    ends = {f"{status} --> [*]" for table in (REQUEST_WAYS, CALL_WAYS) for status, tos in table.items() if not tos}
    assert drawn == ways | ends | {"[*] --> planning", "[*] --> proposed"}


def test_the_example_environment_changes_nothing(tmp_path: Path) -> None:
    main([], tmp_path)
    assert Settings.load(TOKENS, tmp_path / ".env.example") == Settings.load(TOKENS)


def test_the_example_environment_names_everything_and_holds_no_secret() -> None:
    lines = documents()[".env.example"].split("\n")
    for one in fields(Settings):
        name = one.metadata["env"]
        assert any(name.removesuffix("*") in line for line in lines)
        assert not one.metadata["secret"] or name.endswith("*") or f"{name}=" in lines


def test_the_settings_page_names_everything_and_what_replaced_it() -> None:
    page = documents()["docs/settings.md"]
    for one in fields(Settings):
        assert f"| `{one.metadata['env']}` | {one.metadata['doc']} |" in page
    for name, instead in REPLACED.items():
        assert f"| `{name}` | {instead} |" in page


def test_a_check_names_what_differs_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path) == 0
    capsys.readouterr()
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "docs/states.md").write_text("old")
    (tmp_path / ".env.example").unlink()
    assert main(["--check"], tmp_path) == 1
    said = capsys.readouterr().out
    assert "docs/states.md differs" in said
    assert ".env.example differs" in said
    assert "docs/settings.md" not in said
    assert (tmp_path / "docs/states.md").read_text() == "old"


def test_what_differs_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], tmp_path)
    (tmp_path / "docs/states.md").write_text("old")
    capsys.readouterr()
    assert main([], tmp_path) == 0
    assert capsys.readouterr().out == "wrote docs/states.md\n"
    assert (tmp_path / "docs/states.md").read_text(encoding="utf-8") == documents()["docs/states.md"]
