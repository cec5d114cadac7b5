"""What people do while processes crash. Every act ends with exactly one acknowledgement, so it is known what is left.

Besides the acts, people tell what became of unknown calls; `verdict` is therefore no act, and one that is says `told`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pyotp

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Escalation, Policy, Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.models.requirement import Confirm
from bot.ports import Reply, ThreadMessage, ToolOutcome, ToolResult
from tests.engine import ASK, Engine, a_policy
from tests.world import APPROVER, SECOND, SECRET, World, says, suspend, uses

Act = Callable[[Engine], Awaitable[None]]
S = CallStatus
JOINING = "U-joining"
TWO_PEOPLE = a_policy(ask=replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2))


@dataclass(frozen=True)
class Script:
    """What people do, what the model says, and which outcomes are right when nothing goes wrong.

    `world` holds fields of the World that differ from a plain one.
    """

    name: str
    acts: tuple[Act, ...]
    model: tuple[Reply, ...]
    outcomes: tuple[CallStatus, ...]
    ends: RequestStatus = RequestStatus.DONE
    policy: Policy = field(default_factory=a_policy)
    world: Mapping[str, Any] = field(default_factory=dict)

    def new_world(self) -> World:
        """The world before anything has happened."""
        return World(script=list(self.model), **{name: make() for name, make in self.world.items()})


async def mention(engine: Engine) -> None:
    await engine.mention("suspend leaver@example.com")


async def mention_in_thread(engine: Engine) -> None:
    await engine.mention("suspend leaver@example.com", thread="90.0")


async def another_word(engine: Engine) -> None:
    """The requester writes on, without a mention, while people are asked."""
    await engine.reply("and thank you", thread="90.0")


def click(user: str = APPROVER, *, yes: bool = True, row: int | None = None, card: int = 1) -> Act:
    """A vote on the card with this number, or on one row of it."""

    async def act(engine: Engine) -> None:
        approval = await _card(engine, card)
        rows = (await engine.store.card_rows(approval)).call_ids
        key = f"click:{user}:{card}:{row}"
        picked = () if row is None else (rows[row],)
        said = {"approval": approval, "call_ids": picked, "reason": "" if yes else "wrong person"}
        await engine.click(user=user, yes=yes, key=key, **said)

    return act


async def _card(engine: Engine, number: int) -> str:
    """The card with this number, once people see it; what is unknown before is told first."""
    for _ in range(4):
        if len(await engine.approvals()) >= number:
            break
        engine.world.clock.advance(minutes=1)
        await engine.run()
        await tell_unknown(engine)
    return (await engine.approvals())[number - 1]


async def tell_unknown(engine: Engine) -> None:
    """An approver looks at the outside system and tells what became of every call that nobody knows of."""
    for approval in await engine.approvals():
        record = await engine.store.find_approval(approval)
        for call in record.card_calls(approval):
            if call.status is S.UNKNOWN:
                happened = (call.name, call.arguments) in engine.world.effects
                await engine.verdict(call.id, happened=happened, approval=approval)
                await engine.run()


async def an_hour(engine: Engine) -> None:
    """Nobody comes, so that people are reminded, and others join."""
    engine.world.clock.advance(hours=1)
    engine.world.acks.append("time")


async def click_with_code(engine: Engine) -> None:
    """Somebody who joined approves, with the code that their authenticator shows."""
    code = pyotp.TOTP(SECRET).at(engine.world.clock.now())
    await engine.click(user=JOINING, key="form:1", code=code, approval=await _card(engine, 1))


async def four_hours(engine: Engine) -> None:
    """Nobody comes."""
    engine.world.clock.advance(hours=4)
    engine.world.acks.append("time")


async def forbid(engine: Engine) -> None:
    """The operator publishes a policy that forbids it."""
    await engine.core.store.publish(a_policy(Rule("not now", RuleEffect.DENY, tools=("google__*",))))
    engine.world.acks.append("published")


async def take_back(engine: Engine) -> None:
    """The requester withdraws the whole request."""
    await engine.withdraw()


async def look_and_tell(engine: Engine) -> None:
    """An approver looks at the outside system once the outcome is known to be unknown, and tells what they found."""
    for _ in range(3):
        unknown = [call for call in await calls_of(engine) if call.status is S.UNKNOWN]
        if unknown:
            break
        engine.world.clock.advance(minutes=2)
        await engine.run()
    [call] = unknown or (await calls_of(engine))[:1]
    await engine.verdict(call.id, happened=(call.name, call.arguments) in engine.world.effects)
    engine.world.acks.append("told")


def done(acks: Sequence[str]) -> int:
    """How many acts are behind, by what was acknowledged."""
    return sum(not ack.startswith("verdict ") for ack in acks)


async def calls_of(engine: Engine) -> tuple[Any, ...]:
    """The calls of the one request there is."""
    record = await engine.store.find_approval((await engine.approvals())[-1])
    return record.calls


def _cut_short(_tool: Any, _arguments: str) -> ToolResult:
    return ToolResult(ToolOutcome.UNKNOWN, "The connection was lost.")


def _busy() -> dict[Kind, Any]:
    plain = World()
    return {Kind.CARD: plain.clock.advance(minutes=1)}


PLAIN, OTHER, THIRD = suspend(), suspend("other@example.com"), suspend("third@example.com")
LOOK = ("google__get_user", '{"user_key":"leaver@example.com"}')
ONE = (uses(PLAIN), says("Finished."))
TWO = (uses(PLAIN, OTHER), says("Finished."))
THREE = (uses(PLAIN, OTHER, THIRD), says("Finished."))
MIXED = (uses(LOOK, PLAIN), says("Finished."))
TWO_TURNS = (uses(PLAIN), uses(OTHER), says("Finished."))
TOLD = (mention, click(), look_and_tell)
LOST = MappingProxyType({"answer": lambda: _cut_short})
NEVER_LEFT = MappingProxyType({"answer": lambda: _cut_short, "reaches": lambda: lambda _tool: False})
IN_A_THREAD = MappingProxyType({"history": lambda: [ThreadMessage("90.0", SECOND, "The new colleague is here.")]})
BUSY = MappingProxyType({"busy_until": _busy})

ESCALATING = a_policy(
    ask=replace(
        ASK,
        confirm=Confirm.TOTP,
        reminders=(1800,),
        escalation=Escalation(3600, users=(JOINING,), channel="C-joining"),
    )
)

SCRIPTS = (
    Script("approve", (mention, click()), ONE, (S.SUCCEEDED,)),
    Script("deny", (mention, click(yes=False)), ONE, (S.DENIED,)),
    Script("expire", (mention, four_hours), ONE, (S.EXPIRED,)),
    Script("two people", (mention, click(), click(SECOND)), ONE, (S.SUCCEEDED,), policy=TWO_PEOPLE),
    Script("one of two denies", (mention, click(), click(SECOND, yes=False)), ONE, (S.DENIED,), policy=TWO_PEOPLE),
    Script("two calls", (mention, click()), TWO, (S.SUCCEEDED, S.SUCCEEDED)),
    Script(
        "three rows, one denied",
        (mention, click(row=0), click(row=1, yes=False), click(SECOND, row=2)),
        THREE,
        (S.SUCCEEDED, S.DENIED, S.SUCCEEDED),
    ),
    Script("read and write", (mention, click()), MIXED, (S.SUCCEEDED, S.SUCCEEDED)),
    Script("two cards", (mention, click(), click(card=2)), TWO_TURNS, (S.SUCCEEDED, S.SUCCEEDED)),
    Script("two clicks", (mention, click(), click(SECOND)), ONE, (S.SUCCEEDED,)),
    Script("withdraw", (mention, take_back), ONE, (S.WITHDRAWN,), RequestStatus.CANCELLED),
    Script(
        "cancel between two votes",
        (mention, click(), take_back, click(SECOND)),
        TWO,
        (S.WITHDRAWN, S.WITHDRAWN),
        RequestStatus.CANCELLED,
        TWO_PEOPLE,
    ),
    Script("forbidden while people are asked", (mention, forbid, click()), ONE, (S.REVOKED,)),
    Script("unknown, it happened", TOLD, ONE, (S.SUCCEEDED,), world=LOST),
    Script("unknown, it did not", TOLD, ONE, (S.FAILED,), world=NEVER_LEFT),
    Script(
        "cancel while unknown",
        (mention, click(), take_back, look_and_tell),
        ONE,
        (S.SUCCEEDED,),
        RequestStatus.CANCELLED,
        world=LOST,
    ),
    Script("in a thread", (mention_in_thread, another_word, click()), ONE, (S.SUCCEEDED,), world=IN_A_THREAD),
    Script("remind and escalate", (mention, an_hour, click_with_code), ONE, (S.SUCCEEDED,), policy=ESCALATING),
    Script("a busy surface", (mention, click()), ONE, (S.SUCCEEDED,), world=BUSY),
)
