"""The pages of the project: README and everything under docs, with their links and code spans."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def prose(self) -> str:
        """Without fenced blocks."""
        return FENCE.sub("", self.text)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Words and target of each link or picture."""
        return LINK.findall(self.prose)

    @property
    def spans(self) -> list[str]:
        """What stands between backticks."""
        return SPAN.findall(self.prose)

    def fences(self, kind: str) -> list[str]:
        """The content of the fenced blocks of that kind."""
        return [body for found, body in FENCE.findall(self.text) if found == kind]


def page(name: str) -> Page:
    path = ROOT / name
    return Page(path, path.read_text(encoding="utf-8"))


def pages() -> list[Page]:
    docs = (path.relative_to(ROOT) for path in sorted((ROOT / "docs").rglob("*.md")))
    return [page(str(name)) for name in (Path("README.md"), *docs)]
