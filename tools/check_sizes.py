"""Fails when a file or a function has grown too long. There are no exceptions to list.

Files count if git knows them or would. Fixtures that are taken over whole and golden files are no code of ours.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

FILE_LINES = 350
FUNCTION_LINES = 50
MEDIAN_FILE = 100
MEDIAN_FUNCTION = 9
SUFFIXES = frozenset({".py", ".js", ".css"})
NOT_OURS = ("tests/slack_contract/",)


def main(root: Path) -> int:
    """The exit code: 1 when something is too long; each such thing is printed with its place."""
    files = {path: (root / path).read_text(encoding="utf-8") for path in _paths(root)}
    found = [*_long_files(files), *_long_functions(files), *_high_medians(files)]
    for line in found:
        print(line)
    return int(bool(found))


def functions(source: str) -> list[tuple[str, int, int]]:
    """(name, first line, length in lines) of every function, without its decorators."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


def lines(text: str) -> int:
    """How many lines an editor shows."""
    return len(text.splitlines())


def _paths(root: Path) -> list[str]:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({name for name in names if name and _counts(name) and (root / name).is_file()})


def _counts(name: str) -> bool:
    path = Path(name)
    return path.suffix in SUFFIXES and "golden" not in path.parent.parts and not name.startswith(NOT_OURS)


def _long_files(files: dict[str, str]) -> Iterable[str]:
    for path, text in files.items():
        if lines(text) > FILE_LINES:
            yield f"{path}: {lines(text)} lines; at most {FILE_LINES}"


def _long_functions(files: dict[str, str]) -> Iterable[str]:
    for path, text in files.items():
        for name, line, length in functions(text) if path.endswith(".py") else ():
            if length > FUNCTION_LINES:
                yield f"{path}:{line}: {name} has {length} lines; at most {FUNCTION_LINES}"


def _high_medians(files: dict[str, str]) -> Iterable[str]:
    ours = [text for path, text in files.items() if path.endswith(".py") and not path.startswith("tests/") and text]
    lengths = [length for text in ours for _, _, length in functions(text)]
    yield from _high("file", [lines(text) for text in ours], MEDIAN_FILE)
    yield from _high("function", lengths, MEDIAN_FUNCTION)


def _high(what: str, lengths: Sequence[int], most: int) -> Iterable[str]:
    middle = median(lengths) if lengths else 0
    if middle > most:
        yield f"half of the Python outside tests/: the median {what} has {middle:g} lines; at most {most}"


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))
