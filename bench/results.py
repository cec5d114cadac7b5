"""What a measurement gives back: one value per round for each side, and the goal it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from statistics import median
from typing import TypeAlias

Rounds: TypeAlias = Sequence[float]
"""One value per round, in the order of the rounds, so that two sides can be compared round by round."""


class Sense(StrEnum):
    AT_MOST = "≤"
    AT_LEAST = "≥"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound. `of_ratio`: on ours divided by the other side, otherwise on our own value."""

    sense: Sense
    bound: float
    of_ratio: bool = True

    def met_by(self, value: float) -> bool:
        return value <= self.bound if self.sense is Sense.AT_MOST else value >= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One compared figure. An empty `ours` was not measured, an empty `theirs` has nothing beside it."""

    what: str
    unit: str
    ours: Rounds
    beside: str = ""
    theirs: Rounds = ()
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Ours / theirs: the median of the rounds' own ratios, because what slows a round slows both sides of it."""
        if not self.ours or not self.theirs:
            return None
        return median(mine / other for mine, other in zip(self.ours, self.theirs, strict=True))

    @property
    def met(self) -> bool | None:
        """None: no goal, or nothing measured that it could be held against."""
        if self.goal is None or not self.ours:
            return None
        value = self.ratio if self.goal.of_ratio else median(self.ours)
        return None if value is None else self.goal.met_by(value)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A table of the report. `how` and `limits` are sentences for a reader who wants to repeat or doubt it."""

    title: str
    rows: Sequence[Row]
    how: str
    limits: str
    versions: Sequence[str] = ()


def percentile(values: Rounds, share: float) -> float:
    """Nearest rank: the smallest of the values that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]
