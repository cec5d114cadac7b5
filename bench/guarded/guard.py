"""One guard: what stands in the way of an attack, and the test that fails without it."""

from dataclasses import dataclass
from typing import TypeAlias

Row: TypeAlias = tuple[str, str, str]
"""The guard's name, its text, and what takes its place."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`old`, which occurs once in `file`, becomes `new`; then one of `tests` (pytest's node ids) must fail.

    `rule`: of the nine rules in docs/proof.md.
    """

    rule: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def removed_from(self, text: str) -> str:
        """Raises ValueError when the guard is not there exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.old!r} occurs {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


def group(rule: int, file: str, test: str, *rows: Row) -> tuple[Guard, ...]:
    """The guards of one file that one test watches."""
    return tuple(Guard(rule, name, file, old, new, (test,)) for name, old, new in rows)
