"""Who writes while the power may go: several requests at once, clicks on them, and somebody who shows messages."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from bench.power_ledger import Ledger, Story
from bot.adapters.sqlite_store import SqliteStore
from bot.edit import Edit, notice_row, progress_row
from bot.errors import StoreUnavailable
from bot.models.inbound import VoteReceived
from bot.models.people import Actor, Surface
from bot.models.request import Approval, Origin, Record, Request, Turn
from bot.store_ports import Change
from bot.wiring.system import SystemClock

ACTOR = Actor("T0POWER", "U0ASKS", Surface.SLACK)
LONGEST_TEXT = 9_000
"""Characters: more than two pages of the file."""
MOST_AT_ONCE = 5
MOST_STEPS = 6
LEASE = timedelta(seconds=60)


@dataclass(slots=True)
class Crew:
    """Works until everything is done or the power is off; the ledger notes what was tried and acknowledged."""

    store: SqliteStore
    ledger: Ledger
    chance: Random

    async def work(self) -> None:
        """Returns when nobody has anything left to write."""
        old = self.chance.sample(sorted(self.ledger.stories), min(2, len(self.ledger.stories)))
        new = [self.ledger.new_id() for _ in range(self.chance.randint(1, MOST_AT_ONCE))]
        jobs = [*(self._carry_on(request_id) for request_id in old), *(self._ask(name) for name in new), self._show()]
        for ended in await asyncio.gather(*jobs, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, StoreUnavailable):
                raise ended

    async def _ask(self, request_id: str) -> None:
        now = SystemClock().now()
        request = Request(request_id, ACTOR, Origin("C0IT", request_id, request_id), self._text(), now)
        edit = Edit(Record(request), now)
        edit.note("request.received", ACTOR.user, text=request.text)
        edit.say(progress_row(request, now))
        change = edit.change()
        story = self.ledger.stories[request_id] = Story(change)
        _noted(story, change, edit)
        await self.store.receive(change, [story.key])
        story.acknowledged = 1
        await self._carry_on(request_id)

    async def _carry_on(self, request_id: str) -> None:
        story = self.ledger.stories[request_id]
        for _ in range(self.chance.randint(1, MOST_STEPS)):
            if self.chance.random() < 0.3:
                await self._click(story)
            else:
                await self._step(story)

    async def _step(self, story: Story) -> None:
        now, record = SystemClock().now(), story.looks[-1]
        version, request = record.request.version + 1, record.request
        edit = Edit(record, now)
        edit.note("step", "", text=self._text())
        edit.add_turn(Turn(request.id, len(record.turns) + 1, self._text(), "tool_use", now))
        edit.add_approval(Approval(f"{request.id}:{version}", request.id, len(record.turns) + 1, "C0IT", now))
        edit.say(notice_row(request, f"{request.id}:{version}", self._text(), now))
        change = edit.change()
        _noted(story, change, edit)
        await self.store.save(change)
        story.acknowledged = version

    async def _click(self, story: Story) -> None:
        """Two rows of a card at once."""
        request_id, number = story.opened.request.id, len(story.clicks) + 1
        now = SystemClock().now()
        pair = [VoteReceived(f"{request_id}:{number}:{row}", request_id, "c", ACTOR, True, now) for row in "ab"]
        story.clicks.append(tuple(event.id for event in pair))
        await self.store.append(pair)
        story.clicks_acknowledged += 1

    async def _show(self) -> None:
        """The message's place on the surface tells how often it was shown."""
        for _ in range(self.chance.randint(0, MOST_STEPS)):
            now = SystemClock().now()
            for row in await self.store.claim_rows(now, now + LEASE, 3):
                times = int(row.posted_ts or 0) + 1
                await self.store.shown(row, row.wanted, str(times))
                self.ledger.shown[row.id] = times

    def _text(self) -> str:
        return "power " * int(LONGEST_TEXT / 6 * self.chance.random() ** 4)


def _noted(story: Story, change: Change, edit: Edit) -> None:
    record = edit.record()
    story.looks.append(replace(record, approvals=tuple(sorted(record.approvals, key=lambda one: one.created_at))))
    story.audit.append(change.audit)
