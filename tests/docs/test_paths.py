"""What the pages point at is there."""

import re
import struct

import pytest

from tests.docs.pages import ROOT, Page, page, pages

PAGES = [pytest.param(one, id=str(one.path.relative_to(ROOT))) for one in pages()]
TREE_LINE = re.compile(r"^( *)([\w.]+/?) {2,}\S", re.MULTILINE)
MOST_BYTES = 250_000


@pytest.mark.parametrize("one", PAGES)
def test_every_link_leads_somewhere(one: Page) -> None:
    inside = [target.partition("#")[0] for _, target in one.links if not target.startswith(("https://", "#"))]
    assert [target for target in inside if not (one.path.parent / target).exists()] == []


@pytest.mark.parametrize("one", PAGES)
def test_every_path_in_the_text_exists(one: Page) -> None:
    folders = tuple(f"{entry.name}/" for entry in ROOT.iterdir() if entry.is_dir())
    named = [span for span in one.spans if span.startswith(folders) and " " not in span]
    assert [span for span in named if not (ROOT / span.partition("::")[0]).exists()] == []


def test_the_tree_in_the_readme_is_the_tree() -> None:
    (tree,) = page("README.md").fences("")
    found = TREE_LINE.findall(tree)
    parent = ""
    shown = set()
    for indent, name in found:
        parent = parent if indent else name
        assert (ROOT / (f"{parent}{name}" if indent else name)).exists(), name
        shown.add(name)
    code = {f"{entry.name}/" for entry in ROOT.iterdir() if any(entry.glob("**/*.py")) and entry.name[0] != "."}
    assert code <= shown


def test_every_picture_is_shown_small_and_described() -> None:
    readme = page("README.md")
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    targets = {target for _, target in readme.links}
    assert pictures
    for picture in pictures:
        content = picture.read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert f"docs/images/{picture.name}" in targets
        assert len(content) <= MOST_BYTES
        assert min(width, height) >= 300
    assert all(words for words, target in readme.links if target.endswith(".png"))
