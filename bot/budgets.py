"""How much one request may use, and how much people may use a day. Whatever is exceeded ends a request in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.models.request import Spent
from bot.models.spending import Used

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Budgets:
    """Limits per request. Sizes are in characters, `step_failures` counts steps that broke in a row.

    `result_text` is what the model reads of one result; `result_kept` is kept of all of them, for people only.
    `request_text` holds for a mention, and for all replies that a turn takes in; there are at most `replies` of these.
    `unreadable` counts turns in a row of which no call could be read. The last four are tokens that may be used up by
    one person a day, in one channel a day, by everybody a day and by everybody a month (UTC); 0 sets no limit.
    """

    turns: int = 20
    calls: int = 60
    calls_per_turn: int = 20
    cards: int = 8
    tokens: int = 400_000
    request_text: int = 12_000
    replies: int = 50
    thread_text: int = 4_000
    thread_messages: int = 12
    result_text: int = 60_000
    result_kept: int = 2_000_000
    argument_text: int = 100_000
    answer_text: int = 120_000
    step_failures: int = 5
    unreadable: int = 3
    user_day: int = 0
    channel_day: int = 0
    day: int = 0
    month: int = 0

    @property
    def are_shared(self) -> bool:
        """Whether what others used, or used before, can end a request."""
        return any((self.user_day, self.channel_day, self.day, self.month))


def exceeded(spent: Spent, budgets: Budgets) -> str:
    """A sentence that says which limit was reached, or nothing."""
    if spent.turns >= budgets.turns:
        return f"I stopped after {spent.turns} rounds of planning without reaching an end. Please ask for less."
    if spent.calls >= budgets.calls:
        return f"I stopped after {spent.calls} tool calls, the limit for one request."
    if spent.cards >= budgets.cards:
        return f"I stopped after {spent.cards} approval cards, the limit for one request."
    if spent.input_tokens + spent.output_tokens >= budgets.tokens:
        return f"I stopped: this request has used its {budgets.tokens:,} tokens."
    return ""


def overspent(used: Used, budgets: Budgets, at: datetime) -> str:
    """Whose budget is used up at that moment (UTC), how much it is, when it is free again and what raises it.

    Empty while there is something left of each. It is asked before every message of the model, so each request that is
    being planned at that moment (at most 64 in a process) can go beyond a limit by one message: its prompt and
    COUNTERSIGN_MAX_TOKENS. Of a message that broke off, or that its requester did not wait for, what the service had
    told or sent until then is counted; of one in whose middle this process was killed, nothing.
    """
    reached = list(_reached(used, budgets))
    if not reached:
        return ""
    whose, settings = (" and ".join(words) for words in zip(*reached, strict=True))
    free = _free_again(used, budgets, at)
    return f"The budget for the model is used up: {whose}. {free} An admin can raise {settings}"


def _reached(used: Used, budgets: Budgets) -> Iterator[tuple[str, str]]:
    for count, limit, whose, setting in (
        (used.user, budgets.user_day, "you have used {} of your {} tokens today", "USER_DAY"),
        (used.channel, budgets.channel_day, "this channel has used {} of its {} tokens today", "CHANNEL_DAY"),
        (used.day, budgets.day, "everybody together has used {} of {} tokens today", "DAY"),
        (used.month, budgets.month, "everybody together has used {} of {} tokens this month", "MONTH"),
    ):
        if 0 < limit <= count:
            yield whose.format(f"{count:,}", f"{limit:,}"), f"COUNTERSIGN_{setting}_TOKENS"


def _free_again(used: Used, budgets: Budgets, at: datetime) -> str:
    """Days and months begin at midnight, UTC."""
    free = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if 0 < budgets.month <= used.month:
        free = (free.replace(day=1) + timedelta(days=31)).replace(day=1) if free.day > 1 else free
    hours = -((at - free) // HOUR)
    wait = "less than an hour" if hours <= 1 else f"{hours} hours" if hours <= 48 else f"{hours // 24} days"
    return f"It is free again on {free.day} {free:%B} at 00:00 UTC, in {wait}."
