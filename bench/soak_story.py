"""What people do in a soak: short stories, each with every outcome that is right for it."""

from dataclasses import dataclass
from typing import TypeAlias

from bench.soak_stubs import APPROVER, OUTSIDER, SECOND
from bot.models.call import CallStatus
from bot.models.request import RequestStatus


@dataclass(frozen=True, slots=True)
class Click:
    """A person's vote on the whole card."""

    user: str = APPROVER
    yes: bool = True


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The requester withdraws."""


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """The time for voting passes."""


Act: TypeAlias = Click | TakeBack | NobodyCame
S = CallStatus
ENDED = frozenset({RequestStatus.DONE})
TAKEN_BACK = frozenset({RequestStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Story:
    """A request for calls of `tools`, and what people do about it.

    `outcomes` are right for each call, `ends` for the request, provided that no call was ever unknown. `same` says that
    all calls name the same user.
    """

    name: str
    tools: tuple[str, ...]
    acts: tuple[Act, ...]
    outcomes: frozenset[CallStatus] = frozenset({S.SUCCEEDED})
    ends: frozenset[RequestStatus] = ENDED
    same: bool = False


ONE, TWO_PEOPLE = ("suspend_user",), ("remove_user",)
STORIES = (
    Story("approve", ONE, (Click(),)),
    Story("two calls", ("suspend_user", "suspend_user"), (Click(),)),
    Story("the same call twice", ("suspend_user", "suspend_user"), (Click(),), same=True),
    Story("read and write", ("get_user", "suspend_user"), (Click(),)),
    Story("two people", TWO_PEOPLE, (Click(), Click(SECOND))),
    Story("one of two, twice", TWO_PEOPLE, (Click(), Click(), Click(SECOND))),
    Story("an outsider first", ONE, (Click(OUTSIDER), Click())),
    Story("deny", ONE, (Click(yes=False),), frozenset({S.DENIED})),
    Story("one of two denies", TWO_PEOPLE, (Click(), Click(SECOND, yes=False)), frozenset({S.DENIED})),
    Story("denied too late", ONE, (Click(), Click(SECOND, yes=False)), frozenset({S.SUCCEEDED, S.DENIED})),
    Story("withdraw", ONE, (TakeBack(),), frozenset({S.WITHDRAWN}), TAKEN_BACK),
    Story("withdraw between two votes", TWO_PEOPLE, (Click(), TakeBack()), frozenset({S.WITHDRAWN}), TAKEN_BACK),
    Story("withdrawn too late", ONE, (Click(), TakeBack()), frozenset({S.SUCCEEDED, S.WITHDRAWN}), ENDED | TAKEN_BACK),
)
LATE_STORIES = (
    Story("expire", ONE, (NobodyCame(),), frozenset({S.EXPIRED})),
    Story("expire after one of two", TWO_PEOPLE, (Click(), NobodyCame()), frozenset({S.EXPIRED})),
    Story("approved after the expiry", ONE, (NobodyCame(), Click()), frozenset({S.EXPIRED})),
)
"""They move the clock for everybody by hours, so they are played among themselves."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request that is played. `ts` is that of its mention, and different for each case on one file."""

    story: Story
    ts: str

    @property
    def text(self) -> str:
        """What the requester writes."""
        return "Please " + ", ".join(f"{tool}:{user}" for tool, user in zip(self.story.tools, self._users, strict=True))

    @property
    def _users(self) -> list[str]:
        return [f"leaver-{self.ts}-{0 if self.story.same else n}@example.com" for n in range(len(self.story.tools))]
