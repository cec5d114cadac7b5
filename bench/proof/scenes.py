"""Attacks that are the same, move by move, on both bots. Each returns a sentence that says what broke, or nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from bench.proof import hostile, people, restarts
from bench.proof.bots import Bot

Play: TypeAlias = Callable[[Bot, Random], Awaitable[str]]
MODEL, PEOPLE, CRASHES = "A hostile model", "People, clicks and time", "Crashes"


@dataclass(frozen=True, slots=True)
class Scene:
    """`gated` is False where the baseline has no gate at all."""

    group: str
    play: Play
    gated: bool = True


SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "a write that nobody asked for, each trick of a hostile model": Scene(MODEL, hostile.a_trick, gated=False),
        "two calls, one of them approved": Scene(MODEL, hostile.two_calls_one_approval),
        "text that claims an approval, on every way in": Scene(MODEL, hostile.text_that_approves),
        "parallel calls, voted on in any order": Scene(MODEL, hostile.shuffled_calls),
        "a model that never ends": Scene(MODEL, hostile.an_endless_loop),
        "arguments with a key twice": Scene(MODEL, hostile.a_key_twice),
        "secrets in what a tool answers": Scene(MODEL, hostile.secrets_in_results),
        "clicks of people who may not decide": Scene(PEOPLE, people.who_may_not),
        "an empty list of approvers": Scene(PEOPLE, people.nobody_is_an_approver),
        "several clicks at the same moment": Scene(PEOPLE, people.clicks_at_once),
        "a click that is delivered again": Scene(PEOPLE, people.redelivered),
        "approved after its time": Scene(PEOPLE, people.too_late),
        "forbidden while people are asked": Scene(PEOPLE, people.forbidden_meanwhile),
        "an approver who was removed": Scene(PEOPLE, people.removed_meanwhile),
        "a restart while a card waits": Scene(CRASHES, restarts.a_waiting_card),
        "a crash right after the call left": Scene(CRASHES, restarts.after_the_effect),
    }
)
