"""Settings as other tools write them: comments, quotes, byte order marks; and YAML taken as it is written."""

from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.settings import Settings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def load(*files: Path, **environ: str) -> Settings:
    return Settings.load({**TOKENS, **environ}, *files)


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.fixture
def yml(tmp_path: Path) -> Path:
    return tmp_path / "countersign.yml"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("5000 # per day", "5000"),
        ("5000\t# per day", "5000"),
        (" # nothing yet", ""),
        ("#approvals", "#approvals"),
        ("a#b", "a#b"),
        ('"a # b"', "a # b"),
        ("'a # b' # ours", "a # b"),
        ("'it's'", "it's"),
        ('a"b # ours', 'a"b'),
    ],
)
def test_a_comment_may_stand_after_a_dotenv_value(dotenv: Path, line: str, value: str) -> None:
    dotenv.write_text(f"ENVIRONMENT={line}\n")
    assert load(dotenv).environment == (value or "dev")


@pytest.mark.parametrize("name", [".env", "countersign.yml"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, name: str) -> None:
    line = "ENVIRONMENT=live" if name == ".env" else "ENVIRONMENT: live"
    (tmp_path / name).write_text(line, encoding="utf-8-sig")
    assert load(tmp_path / name).environment == "live"


def test_a_byte_order_mark_is_no_part_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1", encoding="utf-8-sig")
    assert load(SLACK_BOT_TOKEN=f"file:{tmp_path}/token").slack_bot_token == "xoxb-1"


@pytest.mark.parametrize("written", ["0777", "off", "2_000", "2024-99-99", "!!int abc", "1e3", "YES"])
def test_values_in_yml_stay_as_they_are_written(yml: Path, written: str) -> None:
    yml.write_text(f"ENVIRONMENT: {written}\n")
    assert load(yml).environment == written.removeprefix("!!int ")


@pytest.mark.parametrize("written", ["", "~", "null", '""'])
def test_a_yml_value_of_nothing_counts_as_not_given(yml: Path, written: str) -> None:
    yml.write_text(f"ENVIRONMENT: {written}\n")
    assert load(yml).environment == "dev"


def test_a_name_that_stands_twice_in_yml_is_refused_with_its_line(yml: Path) -> None:
    yml.write_text("ENVIRONMENT: live\nAWS_REGION: eu-north-1\nENVIRONMENT: test\n")
    with pytest.raises(BadInput, match=r"countersign\.yml, line 3: ENVIRONMENT stands there twice"):
        load(yml)
