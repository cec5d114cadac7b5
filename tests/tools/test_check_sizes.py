"""Sizes are measured on what git knows or would know."""

import subprocess
from pathlib import Path

import pytest

from tools.check_sizes import functions, lines, main


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("ignored/\n")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def a_function(length: int, name: str = "f") -> str:
    return f"def {name}() -> None:\n" + "    pass\n" * (length - 1)


def test_a_tree_within_its_budgets_passes_in_silence(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "a.py", "x = 1\n" * 100)
    write(root, "b.py", "x = 1\n" * 50)
    write(root, "tests/test_a.py", "x = 1\n" * 350)
    write(root, "f.py", a_function(9))
    write(root, "page.js", "x\n" * 350)
    assert (main(root), capsys.readouterr().out) == (0, "")


def test_an_empty_repository_passes(root: Path) -> None:
    assert main(root) == 0


@pytest.mark.parametrize("name", ["tests/test_a.py", "page/app.js", "page/look.css"])
def test_a_file_that_is_too_long_is_named(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    write(root, name, "x = 1\n" * 351)
    assert main(root) == 1
    assert capsys.readouterr().out == f"{name}: 351 lines; at most 350\n"


@pytest.mark.parametrize(
    "name", ["ignored/a.py", "tests/slack_contract/a.py", "tests/blocks/golden/a.py", "page.html", "a.lock"]
)
def test_what_is_not_code_of_ours_does_not_count(root: Path, name: str) -> None:
    write(root, name, "x = 1\n" * 1000)
    assert main(root) == 0


def test_a_function_that_is_too_long_is_named_with_its_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "tests/test_a.py", "\n" + a_function(50, "fits") + "async " + a_function(51, "too_long"))
    assert main(root) == 1
    assert capsys.readouterr().out == "tests/test_a.py:52: too_long has 51 lines; at most 50\n"


def test_methods_and_inner_functions_count_and_decorators_do_not() -> None:
    source = "class A:\n    @one\n    @two\n    def f(self):\n        def g():\n            pass\n        return g\n"
    assert functions(source) == [("f", 4, 4), ("g", 5, 2)]


def test_the_median_file_is_measured_outside_tests(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "a.py", "x = 1\n" * 101)
    write(root, "b/__init__.py", "")
    write(root, "tests/test_a.py", "x = 1\n")
    assert main(root) == 1
    assert "the median file has 101 lines; at most 100" in capsys.readouterr().out


def test_the_median_function_is_measured_outside_tests(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "a.py", a_function(9) + a_function(10, "g"))
    write(root, "tests/test_a.py", a_function(2))
    assert main(root) == 1
    assert "the median function has 9.5 lines; at most 9" in capsys.readouterr().out


def test_a_file_that_was_deleted_but_is_still_tracked_is_passed_over(root: Path) -> None:
    write(root, "a.py", "x = 1\n")
    subprocess.run(["git", "add", "a.py"], cwd=root, check=True)
    (root / "a.py").unlink()
    assert main(root) == 0


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2)])
def test_lines_are_counted_as_an_editor_shows_them(text: str, count: int) -> None:
    assert lines(text) == count
