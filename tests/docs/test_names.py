"""The names in the pages exist: functions, tests, settings, commands."""

import ast
import re
import tomllib
from dataclasses import fields
from pathlib import Path

from bot.settings import REPLACED, Settings
from mcp_tools.google_admin.settings import OPTIONAL, PREFIX, REQUIRED
from tests.docs.pages import ROOT, page, pages

TEST = re.compile(r"test_\w+")
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)+")
OF_OTHERS = {"AWS_BEARER_TOKEN_BEDROCK"}
LONGEST_WALK = 12


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_walk_names_functions_that_are_where_it_says() -> None:
    walk = page("docs/walk.md")
    stations = [(words.strip("`"), target) for words, target in walk.links if target.endswith(".py")]
    assert 0 < len(stations) <= LONGEST_WALK
    assert [name for name, target in stations if name not in functions(walk.path.parent / target)] == []


def test_every_test_that_is_named_as_proof_exists() -> None:
    named = {span for one in pages() for span in one.spans if TEST.fullmatch(span)}
    there = set().union(*(functions(path) for path in (ROOT / "tests").rglob("*.py")))
    assert named
    assert named - there == set()


def test_every_line_of_the_seeds_has_its_answer() -> None:
    text = page("docs/from-the-seeds.md").text
    first_cells = re.findall(r"^\| ([0-9, ]+) \|", text, re.MULTILINE)
    lines = [int(number) for cell in first_cells for number in cell.split(", ")]
    promises = re.findall(r"^\| (G\d+b?) \|", text, re.MULTILINE)
    assert lines == list(range(1, 91))
    assert promises == [*(f"G{number}" for number in range(1, 15)), "G14b", *(f"G{n}" for n in range(15, 23))]


def test_every_setting_that_is_named_is_known() -> None:
    known = {one.metadata["env"] for one in fields(Settings)} | set(REPLACED) | OF_OTHERS
    known |= {PREFIX + name for name in REQUIRED | OPTIONAL}
    named = {span for one in pages() for span in one.spans if SETTING.fullmatch(span)}
    assert named - known == set()


def test_every_make_command_is_in_the_makefile() -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = [text for one in pages() for text in (*one.spans, *one.fences("bash"))]
    named = {verb for text in code for verb in re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)}
    assert {"demo", "test", "check"} <= named <= verbs


def test_the_readme_names_the_python_that_is_required() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f"Python {required.removeprefix('>=')} or newer" in page("README.md").text
