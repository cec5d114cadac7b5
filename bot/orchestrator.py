"""What surfaces hand in: stored first, then the workflow is told, then the surface may acknowledge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import approvers
from bot.confirming import confirmed
from bot.core import Core
from bot.edit import Edit, progress_row
from bot.errors import DirectoryUnavailable, NotFound
from bot.models.inbound import Inbound, Mention, ReplyReceived, VerdictReceived, VoteReceived, WithdrawReceived
from bot.models.people import Actor
from bot.models.replacing import replace
from bot.models.request import Approval, Origin, Record, Request
from bot.models.requirement import Confirm
from bot.ports import ThreadMessage, Workflow
from bot.replies import queued
from bot.services import Ballot, Services, Verdict, Withdrawal
from bot.telling import tell
from bot.trusting import trusted_or_told

FARTHEST = timedelta(hours=24)
"""No clock of a machine that works is behind by more; a moment after that is not believed."""


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """The use cases. Everything is durable when a method returns; StoreUnavailable means that it may not be.

    What speaks of a request whose stored record was edited outside raises ChangedOutside, and stores nothing.
    """

    core: Core
    workflow: Workflow

    def services(self) -> Services:
        """The bundle that listeners receive."""
        return Services(self.receive, self.reply, self.vote, self.withdraw, self.verdict, self.details, self.may_decide)

    async def receive(self, mention: Mention) -> str:
        """Opens a request; a redelivery of the same mention wakes the request that it opened."""
        now = self.core.clock.now()
        origin = Origin(mention.channel, mention.thread_ts, mention.message_ts)
        request = Request(self.core.new_id(), mention.actor, origin, mention.text, now)
        edit = Edit(Record(request), now)
        edit.note("request.received", mention.actor.user, text=mention.text, surface=mention.actor.surface)
        edit.say(progress_row(request, now))
        opened = edit.change()
        request_id = await self.core.store.receive(opened, mention.keys)
        if request_id == request.id:
            tell(opened.audit)
        await self.workflow.start(request_id)
        return request_id

    async def reply(self, mention: Mention) -> bool:
        """Keeps a message of a thread that we take part in, and queues it if its author has an open request there.

        Of what is more than the model reads at once only that is queued, and its author is told.
        """
        place = (mention.actor.team, mention.channel, mention.thread_ts)
        request_id = await self.core.store.open_in_thread(*place, mention.actor.user)
        if request_id is None and not await self.core.store.is_backfilled(*place):
            return False
        said = ThreadMessage(mention.message_ts, mention.actor.user, mention.text)
        await self.core.store.remember(*place, [said])
        if request_id is None:
            return False
        reply = ReplyReceived(mention.keys[0], request_id, mention.actor, mention.text, self.core.clock.now())
        waiting = [event for event in await self.core.store.inbox(request_id) if isinstance(event, ReplyReceived)]
        if event := queued(reply, waiting, self.core.budgets):
            await self._append(request_id, [event])
        return True

    async def vote(self, ballot: Ballot) -> None:
        """A click on a card: one vote for each row it speaks of. Raises NotFound, NotConfirmed."""
        card = await self.core.store.card_rows(ballot.approval_id)
        await self._demand_unchanged(card.request_id)
        ids = ballot.call_ids or card.pending or card.call_ids[:1]
        done = await confirmed(self.core, ballot, ids)
        at = self._moment(ballot.at)
        votes = [_vote(card.request_id, ballot, call_id, at) for call_id in ids]
        votes = [replace(vote, confirmed=done.get(vote.call_id, Confirm.NONE)) for vote in votes]
        await self._append(card.request_id, votes)

    async def withdraw(self, withdrawal: Withdrawal) -> None:
        """Raises NotFound."""
        request_id = withdrawal.request_id
        if not request_id:
            request_id = (await self.core.store.card_rows(withdrawal.approval_id)).request_id
        await self._demand_unchanged(request_id)
        at = self._moment(withdrawal.at)
        event = WithdrawReceived(withdrawal.key, request_id, withdrawal.actor, at, withdrawal.channel)
        await self._append(request_id, [event])

    async def verdict(self, verdict: Verdict) -> None:
        """Raises NotFound."""
        request_id = (await self.core.store.card_rows(verdict.approval_id)).request_id
        await self._demand_unchanged(request_id)
        at = self._moment(verdict.at)
        event = VerdictReceived(
            verdict.key, request_id, verdict.call_id, verdict.actor, verdict.happened, at, verdict.channel
        )
        await self._append(request_id, [event])

    async def details(self, approval_id: str) -> tuple[Record, Approval]:
        """What a card speaks of. Raises NotFound."""
        record = await self._record_of(approval_id)
        approval = next((one for one in record.approvals if one.id == approval_id), None)
        if approval is None:
            raise NotFound(approval_id)
        return record, approval

    async def may_decide(self, approval_id: str, actor: Actor) -> bool:
        """Whether this person may see what only approvers see. A silent directory means no. Raises NotFound."""
        record = await self._record_of(approval_id)
        now = self.core.clock.now()
        try:
            for call in record.card_calls(approval_id):
                answers = await approvers.ask_directory(self.core, record.request, call, actor.team, actor.user, now)
                if not approvers.judge(call, answers, now).counts:
                    return False
        except DirectoryUnavailable:
            return False
        return True

    async def _record_of(self, approval_id: str) -> Record:
        return await self._demand_unchanged((await self.core.store.card_rows(approval_id)).request_id)

    async def _demand_unchanged(self, request_id: str) -> Record:
        """Nobody decides on what somebody else wrote: such a click is refused, and not kept for when it is mended."""
        return await trusted_or_told(self.core.store, request_id)

    def _moment(self, said: datetime | None) -> datetime:
        """When it was clicked: what the surface says, since our clock may be behind, but never before our own time."""
        now = self.core.clock.now()
        return said if said is not None and now < said <= now + FARTHEST else now

    async def _append(self, request_id: str, events: Sequence[Inbound]) -> None:
        await self.core.store.append(events)
        await self.workflow.wake(request_id)


def _vote(request_id: str, ballot: Ballot, call_id: str, at: datetime) -> VoteReceived:
    event = VoteReceived(f"{ballot.key}:{call_id}", request_id, call_id, ballot.actor, ballot.yes, at)
    return replace(event, reason=ballot.reason, channel=ballot.channel)
