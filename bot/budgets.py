"""How much one request may use. Whatever is exceeded ends it in words."""

from dataclasses import dataclass

from bot.models.request import Spent


@dataclass(frozen=True, slots=True)
class Budgets:
    """Limits per request. Sizes are in characters, `step_failures` counts steps that broke in a row."""

    turns: int = 20
    calls: int = 60
    calls_per_turn: int = 20
    cards: int = 8
    tokens: int = 400_000
    request_text: int = 12_000
    thread_text: int = 4_000
    thread_messages: int = 12
    result_text: int = 60_000
    argument_text: int = 100_000
    answer_text: int = 120_000
    step_failures: int = 5


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
