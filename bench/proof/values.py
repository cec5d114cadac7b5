"""What was tried, how often, and what came of it, on both sides."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row. `broke` counts what must never happen, `told` says in sentences what it was (the first few).

    `happened` counts what came of it otherwise, by name.
    """

    tried: int
    broke: int
    happened: Mapping[str, int] = field(default_factory=dict)
    told: Sequence[str] = ()

    def with_also(self, other: "Side") -> "Side":
        """Both together."""
        happened = Counter(self.happened) + Counter(other.happened)
        told = tuple(dict.fromkeys((*self.told, *other.told)))[:MOST_TOLD]
        return Side(self.tried + other.tried, self.broke + other.broke, dict(happened), told)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of attack. `theirs` is None where the baseline has no such form."""

    group: str
    attack: str
    ours: Side
    theirs: Side | None = None

    @property
    def holds(self) -> bool:
        """It was tried, and nothing happened that must not."""
        return self.ours.tried > 0 and not self.ours.broke

    @property
    def proves(self) -> bool:
        """The same attack goes through where it has a form without us."""
        return self.theirs is None or self.theirs.broke > 0


def side(found: Iterable[str]) -> Side:
    """Of one sentence per try, empty where all was well."""
    every = list(found)
    broken = [what for what in every if what]
    return Side(len(every), len(broken), {}, tuple(dict.fromkeys(broken))[:MOST_TOLD])


def merged(rows: Iterable[Row]) -> list[Row]:
    """The parts of one attack as one row, in the order in which they first came."""
    whole: dict[str, Row] = {}
    for row in rows:
        if row.attack in whole:
            whole[row.attack] = _both(whole[row.attack], row)
        else:
            whole[row.attack] = row
    return list(whole.values())


def _both(one: Row, other: Row) -> Row:
    theirs = one.theirs.with_also(other.theirs) if one.theirs and other.theirs else one.theirs or other.theirs
    return replace(one, ours=one.ours.with_also(other.ours), theirs=theirs)
