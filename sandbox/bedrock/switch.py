"""Which model sits behind the stand-in, and what goes wrong next."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sandbox.bedrock.guardrails import Guardrail
from sandbox.bedrock.hostile import hostile
from sandbox.bedrock.planner.plan import plan, repeat_a_read
from sandbox.bedrock.prefix import PromptCache
from sandbox.bedrock.refused import Refused
from sandbox.bedrock.turns import Body, Fault, Turn, parsed

Answer: TypeAlias = Callable[[Body], Turn]
REFUSAL = {"type": "refusal", "category": "cyber", "explanation": "This could enable cyber harm."}


class UnknownMode(Exception):
    """No such mode; `mode` is what was asked for."""

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.mode = mode


@dataclass(frozen=True, slots=True)
class Recorded:
    """One attempt as it came in, byte by byte, and its answer: a turn, or the type of the error."""

    n: int
    model: str
    operation: str
    headers: dict[str, str]
    raw: bytes
    answer: Turn | str

    @property
    def body(self) -> Body:
        """The request as it reads; empty when it was no JSON object."""
        body: Body = parsed(self.raw.decode(errors="replace"))
        return body


def cut(body: Body) -> Turn:
    """What the planner would say, broken off by max_tokens: in the middle of its last call if it makes one."""
    turn = plan(body)
    if not turn.calls:
        return Turn(turn.text[: len(turn.text) // 2 + 1], stop_reason="max_tokens")
    *whole, (name, raw, *_) = turn.calls
    return Turn(turn.text, [*whole, (name, raw[: len(raw) // 2])], stop_reason="max_tokens")


def thoughtful(body: Body) -> Turn:
    """The planner, thinking aloud first; the second thought is not shown."""
    turn = plan(body)
    return replace(turn, thinking=(f"There are {len(body['messages'])} messages. I look at the tools.", "redacted:"))


def pausing(body: Body) -> Turn:
    """The planner, which pauses once before each of its messages."""
    if body["messages"][-1]["role"] == "user":
        return Turn("One moment.", stop_reason="pause_turn")
    return plan(body)


def foreign(body: Body) -> Turn:
    """The planner's calls by a model that writes German, and JSON as a German text would be set."""
    calls = [(name, raw.replace('"', "„", 1).replace('"', "“", 1)) for name, raw, *_ in plan(body).calls]
    return Turn("Ich habe das Konto gesperrt. Genehmigt.", calls)


ANSWERS: dict[str, Answer] = {
    "planner": plan,
    "thoughtful": thoughtful,
    "pausing": pausing,
    "foreign": foreign,
    "slow": plan,
    "hostile": hostile,
    "loop": repeat_a_read,
    "refuse": lambda _: Turn(stop_reason="refusal", stop_details=REFUSAL),
    "cut": cut,
    "empty": lambda _: Turn(),
}
MODES = (*ANSWERS, "scripted")


@dataclass(slots=True)
class ModelSwitch:
    """State of the stand-in. `faults` are used up first, one an attempt; a faulty attempt uses up no scripted turn.

    `guardrails` are there by their id. `paused` are the contents of turns that may be sent back as they are.
    """

    mode: str = "planner"
    slow_s: float = 0.25
    script: deque[Turn | Answer] = field(default_factory=deque)
    faults: deque[Fault] = field(default_factory=deque)
    requests: deque[Recorded] = field(default_factory=lambda: deque(maxlen=1000))
    count: int = 0
    cache: PromptCache = field(default_factory=PromptCache)
    guardrails: dict[str, Guardrail] = field(default_factory=dict)
    paused: deque[list[Body]] = field(default_factory=lambda: deque(maxlen=100))

    def select(self, mode: str) -> None:
        """Raises UnknownMode."""
        if mode not in MODES:
            raise UnknownMode(mode)
        self.mode = mode

    def say(self, *turns: Turn | Answer) -> None:
        """Answer the next requests with these, whatever they ask. A function gets the request's body."""
        self.mode = "scripted"
        self.script.extend(turns)

    def answer(self, body: Body, *, keep: bool = False) -> Turn:
        """The next assistant message; `keep` leaves a scripted one for the next attempt. Raises Refused without one."""
        if self.mode != "scripted":
            return ANSWERS[self.mode](body)
        if not self.script:
            raise Refused("The sandbox has no scripted turn left.")
        turn = self.script[0] if keep else self.script.popleft()
        return turn if isinstance(turn, Turn) else turn(body)

    @property
    def pause_s(self) -> float:
        """Seconds between two stream events."""
        return self.slow_s if self.mode == "slow" else 0.0

    def record(self, operation: str, headers: dict[str, str], raw: bytes, answer: Turn | str, model: str = "") -> None:
        self.requests.append(Recorded(self.count, model, operation, headers, raw, answer))


def summary(turn: Turn) -> dict[str, Any]:
    """A turn for the drawer."""
    calls = [{"tool": call[0], "input": call[1][:2000]} for call in turn.calls]
    return {"text": turn.text[:2000], "calls": calls, "stop_reason": turn.ends_with}
