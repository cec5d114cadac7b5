"""All single crashes and all ordered pairs of them (crash, recover, crash again), without playing anything twice.

A crash leaves a moment: the file and the world. It is copied at every point, and the next life goes on from the copy.
Between two points often nothing durable changes; what follows such equal moments is the same and is played once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.crash_life import Moment, beginning, lived
from tests.crash_scripts import Script
from tests.invariants import broken

Points: TypeAlias = list[tuple[str, Moment]]


@dataclass(frozen=True)
class Tried:
    """One life that began after a crash: what was wrong at its end, and its own points if they were kept."""

    wrong: Sequence[str]
    points: Points


@dataclass
class Tally:
    """What was tried. `places` are the names of the points at which a process ended."""

    singles: int = 0
    pairs: int = 0
    lives: int = 0
    places: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Counts another one in."""
        self.singles += other.singles
        self.pairs += other.pairs
        self.lives += other.lives
        self.places |= other.places
        self.wrong += other.wrong


async def calm(script: Script, start: Moment | None = None) -> Tried:
    """The script without a crash, and every moment that a crash could leave."""
    points: Points = []
    start = start or await beginning(script)
    found = await lived(script, start, lambda name, moment: points.append((name, moment)))
    return Tried(broken(found), points)


@dataclass
class Explorer:
    """Crashes of one script. Only pairs that begin at every `share`th point, from `first` on, are played.

    `ends` is what is known of the last lives already, by the moment at which they begin.
    """

    script: Script
    share: int = 1
    first: int = 0
    tally: Tally = field(default_factory=Tally)
    ends: dict[bytes, Sequence[str]] = field(default_factory=dict)

    async def singles(self) -> Tally:
        """Each point once."""
        await self._explore(pairs=False)
        return self.tally

    async def all(self) -> Tally:
        """Each point once, and each pair."""
        await self._explore(pairs=True)
        return self.tally

    async def _explore(self, *, pairs: bool) -> None:
        first = await calm(self.script)
        self._note(first.wrong, ())
        self.tally.places |= {name for name, _ in first.points}
        for number, ((name, moment), repeats) in enumerate(distinct(first.points)):
            second = await self._second(moment, keep=pairs and number % self.share == self.first % self.share)
            self.tally.singles += repeats
            self._note(second.wrong, (name,))
            for (again, left), times in distinct(second.points):
                self.tally.pairs += repeats * times
                self._note(await self._third(left), (name, again))

    async def _second(self, moment: Moment, *, keep: bool) -> Tried:
        points: Points = []
        take = (lambda name, left: points.append((name, left))) if keep else None
        self.tally.lives += 1
        return Tried(broken(await lived(self.script, moment.later(), take)), points)

    async def _third(self, moment: Moment) -> Sequence[str]:
        key = moment.key()
        if key not in self.ends:
            self.tally.lives += 1
            self.ends[key] = broken(await lived(self.script, moment.later()))
        return self.ends[key]

    def _note(self, wrong: Sequence[str], crashes: Sequence[str]) -> None:
        where = " and ".join(crashes) or "no point"
        self.tally.wrong += [f"{self.script.name}, crashed at {where}: {what}" for what in wrong]


def distinct(points: Points) -> Iterator[tuple[tuple[str, Moment], int]]:
    """Each moment once, with the number of points that leave it."""
    groups: dict[bytes, Points] = {}
    for name, moment in points:
        groups.setdefault(moment.key(), []).append((name, moment))
    yield from ((same[0], len(same)) for same in groups.values())
