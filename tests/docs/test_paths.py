"""What the pages point at is there."""

import re

import pytest

from tests.docs.pages import ROOT, Page, page, pages
from tools.pictures import chunks, dimensions

PAGES = [pytest.param(one, id=str(one.path.relative_to(ROOT))) for one in pages()]
TREE_LINE = re.compile(r"^( *)([\w.]+/?) {2,}\S", re.MULTILINE)
IMAGES = ROOT / "docs" / "images"
CLIP = IMAGES / "clip.webp"
MOST_BYTES = 600_000
MOST_BYTES_OF_ALL = 3_000_000


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


def test_every_picture_is_shown_and_described() -> None:
    links = [(words, where, target) for where in ("README.md", "docs/look.md") for words, target in page(where).links]
    shown = {(ROOT / where).parent / target for _, where, target in links}
    pictures = set(IMAGES.rglob("*.*"))
    assert pictures
    assert pictures <= shown
    assert all(words for words, _, target in links if target.endswith(".webp"))


def test_pictures_are_small_and_large_enough_to_read() -> None:
    sizes = []
    for picture in IMAGES.rglob("*.webp"):
        content = picture.read_bytes()
        sizes.append(len(content))
        size = dimensions(content)
        assert min(int.from_bytes(size[:3], "little"), int.from_bytes(size[3:], "little")) >= 300
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= MOST_BYTES_OF_ALL


def test_the_clip_takes_some_twenty_seconds() -> None:
    frames = [data for name, data in chunks(CLIP.read_bytes()) if name == b"ANMF"]
    assert 15_000 <= sum(int.from_bytes(frame[12:15], "little") for frame in frames) <= 25_000
