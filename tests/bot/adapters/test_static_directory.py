"""The directory of a file keeps the contract, and a wrong file is refused with its line."""

import json
from pathlib import Path

import pytest

from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import read_people
from bot.errors import BadInput
from tests.contracts.directory import ADA, BEN, TEAM, DirectoryContract
from tests.factories import HandClock

FILE = """\
people:
  - {user: U-ada, team: T0ACME01, email: Ada@example.com, name: Ada}
  - {user: U-ben, team: T0ACME01, email: ben@example.com}
  - {user: U-guest, team: T0ACME01, is_guest: true}
  - {user: U-bot, team: T0ACME01, is_bot: true}
  - {user: U-gone, team: T0ACME01, is_active: false}
  - {user: operator}
groups:
  "@it-admins": [ada@example.com, U-ben]
  nightshift: [operator, U-ada]
"""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def directory(tmp_path: Path, clock: HandClock) -> StaticDirectory:
    return StaticDirectory(read_people(written(tmp_path, FILE)), clock)


def written(folder: Path, text: str) -> Path:
    path = folder / "people.yml"
    path.write_text(text, encoding="utf-8")
    return path


class TestStaticDirectory(DirectoryContract):
    """The file above."""


async def test_json_is_read_too(tmp_path: Path, clock: HandClock) -> None:
    text = json.dumps({"people": [{"user": "U1"}], "groups": {"all": ["U1"]}}, indent=1)
    directory = StaticDirectory(read_people(written(tmp_path, text)), clock)
    assert (await directory.members(TEAM, "all")).users == ("U1",)


async def test_somebody_without_a_workspace_belongs_to_whichever_asks(directory: StaticDirectory) -> None:
    assert (await directory.person("local", "operator")).is_active
    assert (await directory.members("local", "nightshift")).users == ("operator",)


async def test_an_address_of_two_ids_stands_for_both(tmp_path: Path, clock: HandClock) -> None:
    people = "people:\n- {user: U1, email: x@example.com}\n- {user: U2, email: X@example.com}\n"
    text = people + "groups: {all: [x@example.com]}"
    directory = StaticDirectory(read_people(written(tmp_path, text)), clock)
    assert (await directory.members(TEAM, "all")).users == ("U1", "U2")
    assert (await directory.person(TEAM, "U1")).identity == (await directory.person(TEAM, "U2")).identity


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("people:\n  - user: [", 2, "neither YAML nor JSON"),
        ("- U1", 1, "must be a mapping"),
        ("people: {}", 1, "must be a list"),
        ("groups: {}", 1, "must be a list"),
        ("people:\n- {team: T1}", 2, "needs a user"),
        ("people:\n- {user: U1}\n- {user: U1}", 3, "there twice"),
        ("people:\n- {user: U1,\n   user: U2}", 3, "there twice"),
        ("people:\n- {user: U1, boss: U2}", 2, "unknown: boss"),
        ("people:\n- {user: 7}", 2, "must be a text"),
        ("people:\n- {user: U1, is_bot: maybe}", 2, "true or false"),
        ("people: []\nrules: []", 2, "unknown: rules"),
        ("people: []\ngroups:\n  all: [U9]", 3, "nobody of `people` is U9"),
        ("people: []\npeople: []", 2, "there twice"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as refused:
        read_people(path)
    assert what in refused.value.what
    assert refused.value.where.startswith(f"{path}:{line}")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read_people(tmp_path / "people.yml")
    assert refused.value.where == str(tmp_path / "people.yml")


def test_members_are_named_once(directory: StaticDirectory, tmp_path: Path) -> None:
    text = FILE + "  both: [U-ada, ada@example.com, U-ben]\n"
    assert read_people(written(tmp_path, text)).groups["both"] == (ADA, BEN)
