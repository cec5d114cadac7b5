"""What a look at one thing found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Evidence: TypeAlias = Mapping[str, str | int | float | bool | Sequence[str] | None]


class State(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    """It works, and somebody should look at it."""
    FAIL = "fail"
    """Something does not work."""
    SKIPPED = "skipped"
    """It could not be looked at, or there is nothing to look at; `what` says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is stable, for programs; `mend` says what to do, empty where nothing is to be done."""

    name: str
    state: State
    what: str
    mend: str = ""
    evidence: Evidence = field(default_factory=dict)


def ok(name: str, what: str, **evidence: object) -> Finding:
    """It is as it should be."""
    return Finding(name, State.OK, what, "", _plain(evidence))


def warn(name: str, what: str, mend: str, **evidence: object) -> Finding:
    """It works, but."""
    return Finding(name, State.WARN, what, mend, _plain(evidence))


def fail(name: str, what: str, mend: str, **evidence: object) -> Finding:
    """It does not work."""
    return Finding(name, State.FAIL, what, mend, _plain(evidence))


def skipped(name: str, why: str, mend: str = "") -> Finding:
    """It was not looked at."""
    return Finding(name, State.SKIPPED, why, mend)


def worst(findings: Sequence[Finding]) -> State:
    """What counts for all of them."""
    ranks = (State.FAIL, State.WARN, State.OK)
    states = {finding.state for finding in findings}
    return next((state for state in ranks if state in states), State.SKIPPED)


def _plain(evidence: Mapping[str, object]) -> Evidence:
    """As JSON can hold it."""
    return {name: _of(value) for name, value in evidence.items()}


def _of(value: object) -> str | int | float | bool | Sequence[str] | None:
    match value:
        case float():
            return round(value, 3)
        case str() | int() | None:
            return value
        case set() | frozenset() | tuple() | list():
            return [str(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
        case _:
            return str(value)
