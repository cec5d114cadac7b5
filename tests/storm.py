"""Two engines on one store while people vote, withdraw, edit the policy, join and leave, and time is moved.

A seed chooses what happens and who goes on at each point. A witness stands where calls arrive and knows what had been
true, for everybody to see, before the step began that sends one.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random  # noqa: TID251 - a seeded one is handed in
from types import MappingProxyType
from typing import Any

from bot.call_states import TRANSITIONS
from bot.models.audit import first_bad
from bot.models.call import Call, CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Policy, Rule, RuleEffect
from bot.models.request import Record
from bot.models.tools import Tool, Toolset
from bot.ports import ToolResult
from bot.services import Withdrawal
from tests.direct_store import direct_store, fresh_image
from tests.engine import ASK, Engine, a_policy
from tests.factories import HandClock
from tests.interleaving import Endless, Gated, Interleaving, me
from tests.storm_facts import APPROVERS, THIRD, Facts, unjust
from tests.world import APPROVER, OUTSIDER, SECOND, World, says, suspend, uses

S = CallStatus
GROUP = "@it-admins"
TWO = replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2)
POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "one": a_policy(),
        "two": a_policy(ask=TWO),
        "forbids": a_policy(Rule("not now", RuleEffect.DENY, tools=("google__*",))),
        "allows": a_policy(Rule("free", RuleEffect.ALLOW, tools=("google__*",))),
    }
)
STEPS = 5
"""So often each engine works on the request during a storm."""
AFTERWARDS = 12
MOST = 5_000
"""Points of one storm; they have some hundreds."""
LIVE = frozenset({S.STARTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN})


@dataclass(frozen=True)
class Witness:
    """Where calls arrive. Whatever should not have come is noted."""

    toolbox: Any
    storm: "Storm"

    async def tools(self) -> Toolset:
        found: Toolset = await self.toolbox.tools()
        return found

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        await self.storm.witness(tool.full_name, arguments)
        result: ToolResult = await self.toolbox.call(tool, arguments)
        return result


@dataclass
class Storm:
    """One request with two calls, and everything that happens to it."""

    rng: Random
    world: World
    order: Interleaving
    facts: Facts
    engines: list[Engine] = field(default_factory=list)
    request: str = ""
    wrong: list[str] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def wrap(self, name: str, port: Any) -> Any:
        """The store and the toolbox have points; the toolbox has a witness."""
        if name == "Toolbox":
            port = Witness(port, self)
        return Gated(port, lambda: self.order) if name in {"Store", "Toolbox"} else port

    async def witness(self, tool: str, arguments: str) -> None:
        """A call arrives: it must be started, by people who still count, under a policy that lets it."""
        during = self.facts.during.get(me()) or self.facts.now(self.world.clock.now())
        record = await self.engines[0].store.load(self.request)
        [call] = [call for call in record.calls if (call.name, call.arguments) == (tool, arguments)]
        self.wrong += [f"{call.index}: {what}" for what in unjust(call, during)]

    async def work(self, engine: Engine) -> None:
        """One process takes steps, again and again."""
        for _ in range(STEPS):
            await self.order.point("takes a step")
            self.facts.begin(me(), self.world.clock.now())
            await engine.drive(self.request)

    async def happen(self, act: "Act") -> None:
        """One of the things that people do."""
        await self.order.point("acts")
        await act(self)
        self.done.append(me())

    async def rest(self) -> Record:
        """Afterwards: the directory speaks again, and time passes until nothing happens any more."""
        self.world.silent = False
        self.facts.during.clear()
        for _ in range(AFTERWARDS):
            for engine in self.engines:
                await engine.run()
            record = await self.engines[0].record(self.request)
            if not record.request.is_open and await self.engines[0].store.next_due() is None:
                break
            self.world.clock.advance(hours=1)
        return record


Act = Callable[[Storm], Awaitable[None]]


def vote(user: str, *, yes: bool = True) -> Act:
    """A click on the whole card."""

    async def act(storm: Storm) -> None:
        engine = storm.rng.choice(storm.engines)
        key = f"click:{me()}"
        approval = (await engine.store.load(storm.request)).approvals[0].id
        await engine.click(approval=approval, user=user, yes=yes, key=key)
        storm.acked.append(key)

    return act


async def withdraw(storm: Storm) -> None:
    """The requester takes it all back."""
    engine = storm.rng.choice(storm.engines)
    record = await engine.store.load(storm.request)
    key = f"withdraw:{me()}"
    await engine.services.withdraw(Withdrawal(record.approvals[0].id, record.request.actor, key, "C-approvals"))
    storm.acked.append(key)
    if record.request.is_open:
        storm.facts.withdrawn = True


def publish(name: str) -> Act:
    """The operator edits the policy."""

    async def act(storm: Storm) -> None:
        await storm.rng.choice(storm.engines).store.publish(POLICIES[name])
        storm.facts.publish(name)

    return act


def remove(user: str) -> Act:
    """Somebody is no approver any more."""

    async def act(storm: Storm) -> None:
        storm.world.groups[GROUP] = tuple(one for one in storm.world.groups[GROUP] if one != user)
        storm.facts.removed.add(user)

    return act


def come_back(user: str) -> Act:
    """Somebody is an approver again."""

    async def act(storm: Storm) -> None:
        storm.world.groups[GROUP] = tuple(dict.fromkeys((*storm.world.groups[GROUP], user)))
        storm.facts.add(user)

    return act


async def silence(storm: Storm) -> None:
    """Nobody can say who anybody is, for some while."""
    storm.world.silent = True
    for _ in range(storm.rng.randint(1, 40)):
        await storm.order.point("keeps silent")
    storm.world.silent = False


def pass_time(**parts: float) -> Act:
    """So much later."""

    async def act(storm: Storm) -> None:
        storm.world.clock.advance(**parts)

    return act


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "approve": vote(APPROVER),
        "second approves": vote(SECOND),
        "third approves": vote(THIRD),
        "deny": vote(SECOND, yes=False),
        "an outsider clicks": vote(OUTSIDER),
        "withdraw": withdraw,
        "forbid": publish("forbids"),
        "ask two": publish("two"),
        "ask one": publish("one"),
        "allow all": publish("allows"),
        "remove the first": remove(APPROVER),
        "remove the second": remove(SECOND),
        "the first comes back": come_back(APPROVER),
        "silence": silence,
        "ten minutes": pass_time(minutes=10),
        "four hours": pass_time(hours=4),
        "six hours": pass_time(hours=6),
    }
)
LIKELY = ("approve", "approve", "second approves", "second approves", "third approves", "approve")


def drawn(rng: Random) -> list[str]:
    """What happens: two to four votes, and two to five of anything."""
    return [rng.choice(LIKELY) for _ in range(rng.randint(2, 4))] + rng.choices(list(ACTS), k=rng.randint(2, 5))


@dataclass(frozen=True)
class Aftermath:
    """How a storm ended. `wrong` says what should not be; `log` is the schedule."""

    seed: int
    acts: Sequence[str]
    record: Record
    wrong: Sequence[str]
    log: Sequence[str]

    def told(self) -> str:
        """Enough to see it again."""
        schedule = "\n  ".join(self.log)
        return f"seed {self.seed} ({', '.join(self.acts)}): {'; '.join(self.wrong)}\n  {schedule}"


@dataclass(frozen=True)
class Start:
    """The stores that storms begin with, made once."""

    images: Mapping[str, bytes]

    @classmethod
    async def make(cls) -> "Start":
        """One for each policy that asks."""
        return cls({name: await fresh_image(POLICIES[name], HandClock()) for name in ("one", "two")})


async def storm(start: Start, seed: int) -> Aftermath:
    """One schedule, from the mention to the rest."""
    rng = Random(seed)
    policy = rng.choice(("one", "two"))
    world = World(script=[uses(suspend(), suspend("other@example.com")), says("Finished.")])
    world.groups[GROUP] = APPROVERS
    one = Storm(rng, world, Interleaving(rng, most=MOST), Facts(policy))
    store = direct_store(start.images[policy], world.clock)
    try:
        one.engines += [Engine(world, store, one.wrap) for _ in range(2)]
        one.request = await one.engines[0].mention("suspend them")
        await one.engines[0].drive(one.request)
        acts = drawn(rng)
        names = [f"{number} {name}" for number, name in enumerate(acts)]
        tasks = [one.happen(ACTS[name]) for name in acts] + [one.work(engine) for engine in one.engines]
        await one.order.run(*tasks, names=[*names, "engine A", "engine B"])
        record = await one.rest()
        return Aftermath(seed, acts, record, [*one.wrong, *await _wrong(one, record)], one.order.log)
    except Endless as endless:
        wrong = [*one.wrong, f"it never came to rest ({endless})"]
        return Aftermath(seed, acts, await store.load(one.request), wrong, one.order.log)
    finally:
        await store.close()


async def _wrong(one: Storm, record: Record) -> list[str]:
    """One decision, at most one execution, nobody's click lost, and everything at rest."""
    store = one.engines[0].store
    audit = tuple(await store.audit(record.request.id))
    rows = await store.rows(record.request.id)
    wrong = [what for call in record.calls for what in _call_wrong(one, call)]
    if record.request.is_open or await store.inbox(record.request.id):
        wrong.append(f"not at rest: {record.request.status}")
    if record.request.incident:
        wrong.append("a fault of ours ended it")
    if first_bad(audit) is not None:
        wrong.append("the audit chain does not hold")
    ends = Counter(event.kind for event in audit if event.kind.removeprefix("call.") in _FINAL)
    if sum(ends.values()) != len(record.calls):
        wrong.append(f"{dict(ends)} for {len(record.calls)} calls")
    trace = " ".join(event.detail for event in audit) + " ".join(row.id for row in rows if row.kind is Kind.PRIVATE)
    wrong += [f"{key} had no effect and no answer" for key in one.acked if key not in trace and _is_click(key)]
    return wrong


def _is_click(key: str) -> bool:
    return key.startswith("click:")


_FINAL = frozenset(status for status, ways in TRANSITIONS.items() if not ways)


def _call_wrong(one: Storm, call: Call) -> list[str]:
    ran = one.world.effects.count((call.name, call.arguments))
    wrong = []
    if ran > 1:
        wrong.append(f"call {call.index} ran {ran} times")
    if (ran > 0) != (call.status is S.SUCCEEDED):
        wrong.append(f"call {call.index} is {call.status} and ran {ran} times")
    if call.attempt is not None and call.status not in LIVE:
        wrong.append(f"call {call.index} was started and is {call.status}")
    return wrong
