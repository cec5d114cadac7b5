"""Everything that the settings name is looked at before anything is opened, and what is wrong is told at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.wiring.usable import usable

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def load(tmp_path: Path, **environ: str) -> str:
    """What is said of these settings; nothing when they will do."""
    given = {**TOKENS, "DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite3'}", **environ}
    try:
        usable(given)
    except BadInput as wrong:
        return str(wrong)
    return ""


def test_settings_that_will_do_say_nothing(tmp_path: Path) -> None:
    assert load(tmp_path) == ""


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        SLACK_APP_TOKEN="",
        SLACK_SIGNING_SECRET="s",
        COUNTERSIGN_HTTP_PORT="99999",
        AWS_REGION="Ireland",
        POLICY_PATH=str(tmp_path / "none.yml"),
        COUNTERSIGN_DIRECTORY=str(tmp_path),
        GOOGLE_TOKEN_JSON="rubbish",
        DATABASE_URL=f"sqlite:///{tmp_path}/none/store.sqlite3",
    )
    assert said.startswith("6 settings are wrong:\n")
    assert [line.split(": ")[0].strip() for line in said.splitlines()[1:]] == [
        "COUNTERSIGN_HTTP_PORT",
        "AWS_REGION",
        "POLICY_PATH",
        "COUNTERSIGN_DIRECTORY",
        "DATABASE_URL",
        "GOOGLE_TOKEN_JSON",
    ]
    assert "Errno" not in said


@pytest.mark.parametrize(
    "name",
    ["POLICY_PATH", "COUNTERSIGN_DIRECTORY", "COUNTERSIGN_MCP_CONFIG", "COUNTERSIGN_TOTP_FILE"],
)
def test_a_folder_is_called_one(tmp_path: Path, name: str) -> None:
    assert f"{name}: this is a folder, not a file: {tmp_path}" in load(tmp_path, **{name: str(tmp_path)})


DEEP = "[" * 3_000


@pytest.mark.parametrize("name", ["POLICY_PATH", "COUNTERSIGN_DIRECTORY", "COUNTERSIGN_TOTP_FILE"])
@pytest.mark.parametrize("text", [DEEP, "a: 2024-99-99", "a: !!int x", "a: &a [*a]"])
def test_a_file_that_makes_no_sense_is_refused_in_words(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "a.yml").write_text(text)
    assert "a.yml" in load(tmp_path, **{name: str(tmp_path / "a.yml")})


@pytest.mark.parametrize("name", ["POLICY_PATH", "COUNTERSIGN_DIRECTORY", "COUNTERSIGN_TOTP_FILE", "DATABASE_URL"])
def test_a_path_with_a_zero_byte_is_none(tmp_path: Path, name: str) -> None:
    said = load(tmp_path, **{name: f"{'sqlite:///' if name == 'DATABASE_URL' else ''}{tmp_path}/a\0b"})
    assert said.startswith(f"{name}: ")
    assert "zero byte" in said
    assert "\0" not in said


@pytest.mark.parametrize("text", ["junk", "a=/x.py;a=/y.py", "A b=/x.py"])
def test_pairs_of_servers_are_read_before_anything_is_opened(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, MCP_SERVERS=text).startswith("MCP_SERVERS")
    assert load(tmp_path, MCP_SERVERS="a=/x.py") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "this is not JSON"),
        ("{}", "there is no mcpServers"),
        ('{"mcpServers": {"a": {"cmd": "x"}}}', "no such key"),
    ],
)
def test_a_file_of_servers_is_read_before_anything_is_opened(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "servers.json").write_text(text)
    assert said in load(tmp_path, COUNTERSIGN_MCP_CONFIG=str(tmp_path / "servers.json"))
    (tmp_path / "servers.json").write_text('{"mcpServers": {"a": {"command": "x"}}}')
    assert load(tmp_path, COUNTERSIGN_MCP_CONFIG=str(tmp_path / "servers.json")) == ""


def test_servers_are_read_without_the_sdk_of_tools() -> None:
    script = "import sys, bot.adapters.mcp_config; sys.exit('fastmcp' in sys.modules or 'mcp' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])


def test_a_file_that_is_no_text_is_called_that(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_bytes(b"\xff\xfe")
    assert "the file is not text in UTF-8" in load(tmp_path, POLICY_PATH=str(tmp_path / "policy.yml"))


def test_a_file_that_may_not_be_read_says_whose_fault_that_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    said = load(tmp_path, POLICY_PATH=str(tmp_path / "policy.yml"))
    assert "POLICY_PATH: this user may not read the file" in said


def test_a_policy_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text("rules: [{name: a, effect: perhaps}]\n")
    assert "policy.yml, line 1" in load(tmp_path, POLICY_PATH=str(tmp_path / "policy.yml"))


def test_a_database_in_a_folder_that_is_written_as_a_file(tmp_path: Path) -> None:
    assert "is a folder, not a file" in load(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("name", ["MODEL_BASE_URL", "SLACK_API_URL"])
@pytest.mark.parametrize("address", ["http://[::1", "http://example.com:99999", "http://example.com:port"])
def test_an_address_that_is_none_is_refused_before_anything_is_opened(tmp_path: Path, name: str, address: str) -> None:
    assert load(tmp_path, **{name: address}).startswith(f"{name}: not an address")


def test_an_address_without_a_scheme_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, SLACK_API_URL="slack.com/api/").startswith("SLACK_API_URL: not an address")
    assert load(tmp_path, MODEL_BASE_URL="slack.com").count("MODEL_BASE_URL") == 1
    assert load(tmp_path, MODEL_BASE_URL="http://[::1]:8080/v1", SLACK_API_URL="http://localhost:1/api/") == ""


@pytest.mark.parametrize("rest", ["1\n2", "é", "1 2", "\x07"])
@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ANTHROPIC_API_KEY"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(tmp_path: Path, name: str, rest: str) -> None:
    said = load(tmp_path, **{name: {**TOKENS, "ANTHROPIC_API_KEY": "sk-"}[name] + rest})
    assert said.startswith(f"{name}: ")
    assert rest not in said


def test_a_database_with_an_endless_name_is_no_path(tmp_path: Path) -> None:
    assert load(tmp_path, DATABASE_URL=f"sqlite:///{'x' * 5000}").startswith("DATABASE_URL: this is no path")


def test_a_shadow_policy_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "shadow.yml"
    file.write_text("defaults: {ask: {approvers: ['@it-admins']}}\nrules: [{name: x, effect: forbid}]\n", "utf-8")
    assert "shadow.yml, line 2: 'forbid' is not known here" in load(tmp_path, COUNTERSIGN_SHADOW_POLICY=str(file))
    missing = str(tmp_path / "none.yml")
    assert "COUNTERSIGN_SHADOW_POLICY: there is no" in load(tmp_path, COUNTERSIGN_SHADOW_POLICY=missing)
