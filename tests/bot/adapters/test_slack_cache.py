"""Answers are kept for a moment, measured by a clock that may be set back."""

from datetime import timedelta

from bot.adapters.slack_cache import Answers
from tests.factories import HandClock


async def test_an_answer_from_before_the_clock_was_set_back_is_not_used() -> None:
    clock, asked = HandClock(), [0]
    answers: Answers[int] = Answers(clock, 30.0)

    async def ask() -> int:
        asked[0] += 1
        return asked[0]

    assert (await answers.get("who", ask, None))[0] == 1
    clock.advance(seconds=20)
    assert (await answers.get("who", ask, None))[0] == 1
    clock.at -= timedelta(hours=1)
    clicked_at = clock.now()
    clock.advance(seconds=1)
    assert (await answers.get("who", ask, clicked_at))[0] == 2
