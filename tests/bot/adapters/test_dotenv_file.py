"""A file that people write in is changed where it must be, and nowhere else."""

import os
from pathlib import Path

import pytest

from bot.adapters.dotenv_file import replace, with_values
from bot.errors import BadInput
from bot.setting_sources import from_files

NOTES = {"A": "the first", "B": "the second", "C": "the third"}


def test_what_stands_there_keeps_its_place_and_its_neighbours() -> None:
    text = "# mine\nOTHER=1\n\nexport A = old \n#A=commented\nB=\n# end\n"
    assert with_values(text, {"A": "new", "B": "two"}, NOTES) == (
        "# mine\nOTHER=1\n\nexport A =new\n#A=commented\nB=two\n# end\n"
    )


def test_of_two_lines_the_one_that_counts_is_changed() -> None:
    assert with_values("A=1\nA=2\n", {"A": "3"}, NOTES) == "A=1\nA=3\n"


def test_what_is_new_stands_at_the_end_under_its_note() -> None:
    assert with_values("X=1", {"A": "a", "B": "b"}, NOTES) == "X=1\n\n# the first\nA=a\n\n# the second\nB=b\n"
    assert with_values("", {"C": "c"}, NOTES) == "# the third\nC=c\n"


def test_line_ends_of_another_system_stay() -> None:
    assert with_values("A=1\r\nX=2\r\n", {"A": "3"}, NOTES) == "A=3\r\nX=2\r\n"


@pytest.mark.parametrize("value", ["xoxb-1", "file:/run/secrets/a", "a=b", "#x", "abc=", "a #b", 'a" #b'])
def test_what_is_written_is_what_is_read(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    replace(file, with_values("# kept\nA=old\n", {"A": value, "B": value}, NOTES))
    assert from_files((file,)) == {"A": value, "B": value}


def test_the_file_is_its_owners_alone_whatever_it_was_before(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n")
    file.chmod(0o666)
    replace(file, "A=2\n")
    assert (file.stat().st_mode & 0o777, file.read_text(), os.listdir(tmp_path)) == (0o600, "A=2\n", [".env"])  # noqa: PTH208


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(tmp_path / "real")
    replace(tmp_path / ".env", "A=2\n")
    assert ((tmp_path / ".env").is_symlink(), (tmp_path / "real").read_text()) == (True, "A=2\n")


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left on device"):
        replace(file, "A=2\n")
    assert (file.read_text(), [one.name for one in tmp_path.iterdir()]) == ("A=1\n", [".env"])


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        replace(tmp_path / "none" / ".env", "A=1\n")
