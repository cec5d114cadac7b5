"""What models cost: tokens, by day, and whose budgets they come out of."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spending:
    """Tokens of one model message as its provider counts them: input, cached or not, and output. `day` is UTC's."""

    team: str
    user: str
    channel: str
    day: date
    tokens: int


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens used up on one day: by the person, in the channel, by everybody; by everybody since its month began."""

    user: int = 0
    channel: int = 0
    day: int = 0
    month: int = 0
