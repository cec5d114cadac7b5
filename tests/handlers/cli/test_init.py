"""`countersign init`: from nothing to settings with which the bot starts, and again whenever something is missing."""

import os
import pty
import select
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from bot.settings import Settings
from bot.wiring import setup
from bot.wiring.setup import Setup
from handlers.cli.init import Answers
from handlers.cli.main import countersign

BOT, APP = "xoxb-1-2-canary", "xapp-1-A1-2-canary"
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(countersign, ["init", *arguments], env=environ, catch_exceptions=False)


def asked(text: str, dotenv: str = "", *, http: bool = False) -> tuple[Result, dict[str, str]]:
    """What is said and what would be written when a person types this."""
    if dotenv:
        Path(".env").write_text(dotenv)
    new: dict[str, str] = {}

    @click.command()
    def ask() -> None:
        found = Setup.read({}, Path(".env"), Path("countersign.yml"))
        questions = (setup.BOT, *(setup.HTTP if http else setup.SOCKET), *setup.REST)
        new.update(Answers(found, {}, asking=True).all(questions, make_key=False))

    return CliRunner().invoke(ask, input=text, catch_exceptions=False), new


def settings() -> Settings:
    return Settings.load({}, Path(".env"))


def test_two_tokens_are_enough_and_the_bot_can_load_what_is_written() -> None:
    done = init("--bot-token", BOT, "--app-token", APP)
    assert done.exit_code == 0
    assert (settings().slack_bot_token, settings().slack_app_token, settings().secret_key) == (BOT, APP, "")
    assert (Path(".env").stat().st_mode & 0o777) == 0o600
    assert all(step in done.stderr for step in ("/invite @Countersign", "countersign doctor", "runs the bot"))


def test_no_secret_is_ever_shown() -> None:
    done = init("--bot-token", BOT, "--app-token", APP, "--key", "--channel", "C0APPROV1")
    again = init()
    assert "canary" not in done.output + again.output
    assert settings().secret_key not in done.output + again.output
    assert "SLACK_BOT_TOKEN: set (in .env)" in again.stderr
    assert "SLACK_CHANNEL_ID: C0APPROV1 (in .env)" in again.stderr


def test_it_may_be_run_again_and_keeps_what_is_set() -> None:
    init("--bot-token", BOT, "--app-token", APP, "--key")
    before = Path(".env").read_text()
    assert (init("--key").exit_code, Path(".env").read_text()) == (0, before)
    Path(".env").write_text(f"# mine\nOTHER=1\n{before}")
    init("--channel", "C0APPROV1")
    assert Path(".env").read_text().startswith("# mine\nOTHER=1\n")
    assert (settings().slack_channel, settings().slack_bot_token) == ("C0APPROV1", BOT)


def test_without_a_terminal_everything_that_is_missing_is_named_and_nothing_is_written() -> None:
    refused = init("--channel", "C0APPROV1")
    assert refused.exit_code == 2
    assert "missing, or will not do: SLACK_BOT_TOKEN, SLACK_APP_TOKEN. Nothing was written" in refused.stderr
    assert "OAuth & Permissions" in refused.stderr
    assert not Path(".env").exists()


def test_what_will_not_do_is_refused_without_being_shown() -> None:
    refused = init("--bot-token", APP, "--app-token", "xapp-1 canary")
    assert refused.exit_code == 2
    assert "this is an app-level token; here goes one that begins with xoxb-" in refused.stderr
    assert "there is a blank in it" in refused.stderr
    assert "canary" not in refused.output


def test_the_environment_counts_and_is_not_copied_into_the_file() -> None:
    done = init("--app-token", APP, SLACK_BOT_TOKEN=BOT)
    assert "SLACK_BOT_TOKEN: set (in the environment)" in done.stderr
    assert BOT not in Path(".env").read_text()


def test_a_reference_to_a_file_is_written_as_one(here: Path) -> None:
    (here / "token").write_text(BOT + "\n")
    assert init("--bot-token", f"file:{here / 'token'}", "--app-token", APP).exit_code == 0
    assert BOT not in Path(".env").read_text()
    assert settings().slack_bot_token == BOT


def test_over_http_there_is_no_app_token() -> None:
    done = init("--bot-token", BOT, "--signing-secret", "5" * 32, "--http-port", "8080")
    assert (done.exit_code, settings().over_http, settings().http_port) == (0, True, "8080")
    assert "/slack/events" in done.stderr
    assert "SLACK_APP_TOKEN" not in init("--no-input").stderr


def test_the_link_makes_the_app_of_the_manifest() -> None:
    link = init("--link").stdout.strip()
    asked = parse_qs(urlsplit(link).query)
    assert (asked["new_app"], urlsplit(link).netloc) == (["1"], "api.slack.com")
    assert yaml.safe_load(asked["manifest_yaml"][0]) == yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert len(link) < setup.LONGEST_LINK
    assert " " not in link


def test_the_link_is_shown_while_there_is_no_token_and_not_afterwards() -> None:
    assert init("--bot-token", BOT, "--app-token", APP).stdout.startswith(setup.CREATE)
    assert init().stdout == ""


def test_a_manifest_that_is_too_long_or_missing_gives_no_link(here: Path) -> None:
    (here / "long.yml").write_text(yaml.safe_dump({"description": "x" * setup.LONGEST_LINK}))
    assert setup.manifest_link(here / "long.yml") == setup.manifest_link(here / "none.yml") == ""


def test_a_person_is_asked_for_what_is_missing_and_asked_again_when_it_will_not_do() -> None:
    typed = ["", APP, BOT, "xapp-", APP, "general", "C0APPROV1", "", "bedrok", "", ""]
    said, new = asked("\n".join(typed) + "\n")
    assert said.exit_code == 0, said.output
    assert new == {
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_APP_TOKEN": APP,
        "SLACK_CHANNEL_ID": "C0APPROV1",
        "COUNTERSIGN_MODEL_KIND": "bedrock",
        "AWS_REGION": "us-east-1",
    }
    for words in ("something is needed", "this is an app-level token", "only the beginning", "not a channel's id"):
        assert words in said.output
    assert "canary" not in said.output


def test_what_is_set_is_not_asked_for_and_what_is_wrong_is() -> None:
    dotenv = (
        f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN=nonsense-canary\nSLACK_CHANNEL_ID=C0APPROV1\nAWS_REGION=eu-west-1\n"
    )
    said, new = asked(f"{APP}\nU1,U2\nanthropic\nsk-ant-canary\n", dotenv)
    claude = {"COUNTERSIGN_MODEL_KIND": "anthropic", "ANTHROPIC_API_KEY": "sk-ant-canary"}
    assert new == {"SLACK_APP_TOKEN": APP, "COUNTERSIGN_ADMINS": "U1,U2", **claude}
    assert "✗ SLACK_APP_TOKEN: this does not begin with xapp-" in said.output
    assert "canary" not in said.output


def test_over_http_a_person_is_asked_for_the_secret_and_the_port() -> None:
    said, new = asked(f"{BOT}\nshort\n{'5' * 32}\n99999\n8443\n\n\n\n\n", http=True)
    assert (new["SLACK_SIGNING_SECRET"], new["COUNTERSIGN_HTTP_PORT"]) == ("5" * 32, "8443")
    assert "too short for it" in said.output


def in_a_terminal(type_: bytes, until: bytes) -> tuple[int, bytes]:
    """What `countersign init` shows in a terminal until these words stand there, then what follows this is typed."""
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as in every terminal; a script's background ignores it
        environ = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TERM": "dumb"}
        os.execve(sys.executable, [sys.executable, "-m", "handlers.cli.main", "init"], environ)
    shown = b""
    while until not in shown:
        shown += part(terminal)
    os.write(terminal, type_)
    while more := part(terminal):
        shown += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def part(terminal: int) -> bytes:
    """The next words; nothing when the other side has gone, which Linux tells as an error."""
    ready, _, _ = select.select([terminal], [], [], 60)
    assert ready, "nothing was shown for a minute"
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_ctrl_c_leaves_the_old_file_as_it_was() -> None:
    Path(".env").write_text("# mine\nSLACK_CHANNEL_ID=C0APPROV1\n")
    code, shown = in_a_terminal(b"xoxb-canary\x03", until=b"SLACK_BOT_TOKEN: ")
    assert (code, b"Stopped. .env is as it was." in shown, b"canary" in shown) == (2, True, False)
    assert Path(".env").read_text() == "# mine\nSLACK_CHANNEL_ID=C0APPROV1\n"


def test_http_is_refused_while_an_app_token_would_open_a_socket() -> None:
    Path(".env").write_text(before := f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\n")
    done = init("--http", "--signing-secret", "0123456789abcdef", "--http-port", "abc")
    assert (done.exit_code, Path(".env").read_text()) == (2, before)
    assert "where: .env" in done.stderr
    assert init("--http", "--app-token", APP, "--bot-token", BOT).exit_code == 2


def test_over_http_socket_mode_has_to_be_turned_off() -> None:
    done = init("--http", "--bot-token", BOT, "--signing-secret", "0123456789abcdef")
    assert "turn Socket Mode off" in done.stderr


def test_a_value_that_the_environment_overrides_is_not_written_in_silence() -> None:
    init("--bot-token", BOT, "--app-token", APP)
    done = init("--channel", "C0BBBBBBB", SLACK_CHANNEL_ID="C0AAAAAAA")
    assert "! SLACK_CHANNEL_ID: the environment has another value" in done.stderr
    assert "! " not in init("--channel", "C0CCCCCCC").stderr


def test_each_value_is_said_to_be_where_it_is() -> None:
    Path("countersign.yml").write_text(f"SLACK_BOT_TOKEN: {BOT}\nSLACK_APP_TOKEN: {APP}\n")
    Path(".env").write_text(f"SLACK_APP_TOKEN={APP}\n")
    said = init().stderr
    assert "SLACK_BOT_TOKEN: set (in countersign.yml)" in said
    assert "SLACK_APP_TOKEN: set (in .env)" in said


def test_blanks_are_taken_where_they_mean_something(here: Path) -> None:
    (here / "my tokens").mkdir()
    (here / "my tokens" / "bot").write_text(BOT)
    done = init("--bot-token", f"file:{here}/my tokens/bot", "--app-token", APP, "--admins", "U0ALEX001, U0SAM0001")
    assert (done.exit_code, settings().slack_bot_token, settings().admins) == (0, BOT, "U0ALEX001, U0SAM0001")
    assert init("--admins", "U0ALEX001\nDATABASE_URL=x").exit_code == 2
    assert init("--channel", "C0AAAA AAA").exit_code == 2
