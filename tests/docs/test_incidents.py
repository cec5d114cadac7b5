"""docs/incidents.md: every incident is there, and every test that it names exists (read, not run)."""

import ast
import re
from functools import lru_cache

import pytest

from tests.docs.pages import ROOT, page

APPROVAL = """
    GHSA-hjvp-qhm6-wrh2 CVE-2026-32065 GHSA-xww8-gqvh-92x9 CVE-2026-29607 GHSA-796m-2973-wc5q CVE-2026-32898
    GHSA-qrp5-gfw2-gxv4 CVE-2026-28473 CVE-2026-28392 26032 29091 GHSA-9vvh-2768-c8vp GHSA-xh72-v6v9-mwhc
    GHSA-xmxx-7p24-h892 GHSA-4m3v-q747-pc6h CVE-2026-40149 18e433fc #4576 3062 Codex 55 13282 6674 CVE-2025-53773 Kiro
    PocketOS Replit
"""
DURABILITY = """
    #4411 #86 #4420 #19714 #95980 #100408 #5592 #780 #2529 #766 #10073 #666 #8889 #599 #1484 #212 #2903 #69252 #7780
    #3246 CVE-2025-67644 CVE-2025-64439
"""
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
STATUS = re.compile(r"held|held; not built yet: .+|not built yet: .+")
TABLES = page("docs/incidents.md").text.split("\n## ")[1:]
ROWS = [row for table in TABLES for row in ROW.findall(table) if row[0] not in {"where", "---"}]


@lru_cache
def functions_in(file: str) -> frozenset[str]:
    """Those of a file, as it is written."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("table", "refs"), [(0, APPROVAL), (1, DURABILITY)], ids=["approval", "durability"])
def test_every_incident_is_in_its_table(table: int, refs: str) -> None:
    where = " ".join(row[0] for row in ROW.findall(TABLES[table]))
    assert [ref for ref in refs.split() if not re.search(rf"(?<![\w#-]){re.escape(ref)}(?![\w-])", where)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_incident_has_a_test_that_exists_or_says_what_is_not_built(row: tuple[str, str, str, str]) -> None:
    _, broke, tests, status = row
    assert broke.strip()
    assert STATUS.fullmatch(status), status
    named = NAMED.findall(tests)
    assert len(named) == tests.count("::")
    assert bool(named) == status.startswith("held")
    assert [name for file, name in named if name not in functions_in(file)] == []


def test_every_test_of_an_incident_is_named_by_one() -> None:
    named = {name for row in ROWS for _, name in NAMED.findall(row[2])}
    files = sorted((ROOT / "tests" / "incidents").glob("test_*.py"))
    there = {name for file in files for name in functions_in(str(file)) if name.startswith("test_")}
    assert len(there) > 20
    assert there - named == set()
