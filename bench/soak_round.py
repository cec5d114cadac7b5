"""One round of a soak: people act on several requests at once while processes are killed and stopped under them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bench.soak_checks import Found, broken, happened, unasked
from bench.soak_crew import ANSWERS, ASTRAY, NUDGES, PATIENCE, Crew, Stuck
from bench.soak_story import Act, Case, Click, NobodyCame, TakeBack
from bench.soak_stubs import APPROVER, APPROVERS_CHANNEL, CHANNEL, EXPIRES, REQUESTER, TEAM
from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import Call, CallStatus
from bot.models.inbound import Mention
from bot.models.outbox import Kind
from bot.models.people import Actor, Surface
from bot.models.request import Record, RequestStatus
from bot.services import Ballot, Verdict, Withdrawal

ENDS = 3
"""So often the last process may end in the middle of something."""


@dataclass(slots=True)
class Round:
    """Plays `cases` on one file. `store` is the parent's own look at it."""

    crew: Crew
    store: SqliteStore
    cases: Sequence[Case]
    requests: dict[str, str] = field(default_factory=dict)

    async def play(self) -> list[str]:
        """The violations. All processes of the crew are gone afterwards."""
        world = self.crew.world
        before = len(world.effects())
        try:
            await self.crew.start()
            await self._act()
            await self._settle()
            await self._end()
        except Stuck as stuck:
            return [f"I9: {stuck}"]
        finally:
            await self.crew.end()
        found = [await self._found(case) for case in self.cases]
        self._tally(found)
        effects, posts = world.effects(), world.posts()
        wrong = [f"{one.case.story.name}: {what}" for one in found for what in broken(one, effects, posts)]
        return [*wrong, *unasked([one.record for one in found], effects[before:])]

    async def _act(self) -> None:
        """Each case in its own order, the cases in any."""
        todo = [(case, [self._mention, *map(self._doing, case.story.acts)]) for case in self.cases]
        while todo:
            case, acts = self.crew.chance.choice(todo)
            await acts.pop(0)(case)
            todo = [(one, left) for one, left in todo if left]
        await self.crew.more_kills()

    async def _mention(self, case: Case) -> None:
        key = f"mention:{case.ts}"
        mention = Mention(_actor(REQUESTER), CHANNEL, case.ts, case.ts, case.text, (key, f"message:{case.ts}"))
        await self.crew.hand_in("mention", key, mention)
        self.requests[case.ts] = self.crew.acks[key]

    def _doing(self, act: Act) -> Callable[[Case], Awaitable[None]]:
        async def perform(case: Case) -> None:
            approval = await self._card(case)
            key = f"{case.ts}:{len(self.crew.acks)}"
            match act:
                case NobodyCame():
                    await self._hours_later()
                case TakeBack():
                    withdrawal = Withdrawal(approval, _actor(REQUESTER), f"withdraw:{key}", APPROVERS_CHANNEL)
                    await self.crew.hand_in("withdraw", withdrawal.key, withdrawal)
                case Click(user, yes):
                    ballot = Ballot(approval, (), _actor(user), yes, f"click:{key}", APPROVERS_CHANNEL, "1.0")
                    await self.crew.hand_in("vote", ballot.key, ballot)

        return perform

    async def _hours_later(self) -> None:
        """Nobody is in the middle of anything for hours."""
        await self.crew.dismiss_zombies()
        await self._rest()
        await self.crew.pass_time(EXPIRES + max(ASTRAY) - min(ASTRAY))

    async def _card(self, case: Case) -> str:
        """The approval whose card people see, once they do."""

        def cards() -> list[str]:
            posts = self.crew.world.posts()
            return [post.subject for post in posts if post.kind is Kind.CARD and post.about == case.ts]

        await self.crew.wait(lambda: bool(cards()), f"{case.story.name}: the card never appeared")
        return cards()[0]

    async def _settle(self) -> None:
        """Who was stopped goes on and ends; then people look, and tell the truth about unknown calls."""
        self.crew.set_clock()
        for _ in range(ANSWERS):
            await self.crew.dismiss_zombies()
            await self._rest()
            unknown = [(record, call) for record in await self._records() for call in record.calls if _to_tell(call)]
            if not unknown:
                return
            await self.crew.replace()  # while somebody could still send a call, the world does not tell its outcome
            for record, call in unknown:
                await self._tell(record, call)
        raise Stuck("calls went on becoming unknown")

    async def _end(self) -> None:
        """The last process ends. What it showed so late that nobody knows what people see, the next one shows again."""
        for _ in range(ENDS):
            await self.crew.close()
            if await self._at_rest():
                return
            await self.crew.start()
            await self._rest()
        raise Stuck("whoever ends leaves something to do")

    async def _tell(self, record: Record, call: Call) -> None:
        truth = happened(call, record, self.crew.world.effects())
        self.crew.count["unknown, had happened" if truth else "unknown, had not"] += 1
        key = f"verdict:{call.id}"
        verdict = Verdict(call.approval_id, call.id, _actor(APPROVER), truth, key, APPROVERS_CHANNEL)
        await self.crew.hand_in("verdict", key, verdict)

    async def _rest(self) -> None:
        for nudge in NUDGES:
            end = asyncio.get_running_loop().time() + PATIENCE
            while asyncio.get_running_loop().time() < end:
                if await self._at_rest():
                    return
                await asyncio.sleep(0.01)
            await self.crew.pass_time(nudge)
        states = [
            f"{one.request.status} with {', '.join(c.status for c in one.calls)}" for one in await self._records()
        ]
        raise Stuck(f"no rest: {'; '.join(states)}; due {await self.store.next_due()}, now {self.crew.world.now()}")

    async def _at_rest(self) -> bool:
        """Nothing happens any more by itself, in one and the same reading of all."""
        records = await self._records()
        if not all(_waits_for_people(record) for record in records):
            return False
        for record in records:
            rows = await self.store.rows(record.request.id)
            unseen = any(row.shown < row.wanted and not row.gave_up for row in rows)
            if unseen or await self.store.inbox(record.request.id):
                return False
        due = await self.store.next_due()
        if self.crew.world.in_hand() or self.crew.world.to_look_for():
            return False
        return (due is None or due > self.crew.world.now()) and records == await self._records()

    async def _records(self) -> list[Record]:
        return [await self.store.load(request) for request in self.requests.values()]

    async def _found(self, case: Case) -> Found:
        request = self.requests[case.ts]
        acked = frozenset(key for key in self.crew.acks if f":{case.ts}:" in f"{key}:")
        audit, inbox = await self.store.audit(request), await self.store.inbox(request)
        rows = await self.store.rows(request)
        return Found(case, await self.store.load(request), tuple(audit), tuple(inbox), tuple(rows), acked)

    def _tally(self, found: Sequence[Found]) -> None:
        count = self.crew.count
        places: dict[str, set[str]] = {}
        for one in found:
            count["requests"] += 1
            count.update(f"calls {call.status}" for call in one.record.calls)
        for post in self.crew.world.posts():
            if post.request in self.requests.values():
                places.setdefault(post.row, set()).add(post.ts)
        count["messages"] += len(places)
        count["messages posted twice"] += sum(len(where) > 1 for where in places.values())


def _actor(user: str) -> Actor:
    return Actor(TEAM, user, Surface.SLACK)


def _to_tell(call: Call) -> bool:
    return call.status is CallStatus.UNKNOWN and not call.attached_to


def _waits_for_people(record: Record) -> bool:
    """Closed, or somebody would have to click; that all have clicked already is for the checks to see."""
    runs = {CallStatus.APPROVED, CallStatus.ALLOWED, CallStatus.STARTED}
    waits = record.request.status is RequestStatus.WAITING and not runs & {call.status for call in record.calls}
    return waits or not record.request.is_open
