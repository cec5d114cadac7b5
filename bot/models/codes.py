"""One-time codes, as they are kept: never the code itself, nor what it is made from."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Code:
    """Somebody's code after it was compared: the 30-second step that it is of, or None when it is of none.

    `by` is the same when the same form is sent again.
    """

    team: str
    user: str
    step: int | None
    by: str


class CodeAnswer(StrEnum):
    """What became of a code. `used`: the code of this step was taken before."""

    TAKEN = "taken"
    USED = "used"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class CodeRules:
    """`misses` wrong codes within `window` lock a person's codes for `locked`. A taken one is remembered for `kept`."""

    misses: int = 5
    window: timedelta = timedelta(minutes=5)
    locked: timedelta = timedelta(minutes=10)
    kept: timedelta = timedelta(minutes=5)
