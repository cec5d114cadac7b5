"""Plausible records for tests; each builder takes the fields that matter as keywords."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.canonical import tools_digest
from bot.models.audit import GENESIS, AuditEvent, Entry, link
from bot.models.call import Call, Judgement, Result, Vote
from bot.models.inbound import Mention, ReplyReceived, VerdictReceived, VoteReceived, WithdrawReceived
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Actor, Membership, Person, Surface
from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.models.request import Approval, Origin, Record, Request, Turn
from bot.models.requirement import Clause, Effect, Requirement
from bot.models.tools import Tool, Toolset

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=4)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **parts: float) -> datetime:
        """Moves on by `timedelta(**parts)` and tells the new moment."""
        self.at += timedelta(**parts)
        return self.at


def an_actor(**fields: Any) -> Actor:
    return replace(Actor(team="T1", user="U-requester", surface=Surface.SLACK), **fields)


def a_person(**fields: Any) -> Person:
    user = fields.get("user", "U-approver")
    return replace(Person(team="T1", user=user, identity=user, name="Ada Approver", answered_at=NOW), **fields)


def a_membership(**fields: Any) -> Membership:
    return replace(Membership(group="it-admins", users=("U-approver",), answered_at=NOW), **fields)


def a_clause(**fields: Any) -> Clause:
    return replace(Clause(groups=("it-admins",), count=1), **fields)


def a_requirement(**fields: Any) -> Requirement:
    plain = Requirement(
        clauses=(a_clause(),), total=1, expires_at=LATER, execute_by=LATER + timedelta(hours=1), channel="C-approvers"
    )
    return replace(plain, **fields)


def an_origin(**fields: Any) -> Origin:
    return replace(Origin(channel="C-ops", thread_ts="1767603600.000100", message_ts="1767603600.000100"), **fields)


def a_request(**fields: Any) -> Request:
    plain = Request(
        id="r1",
        actor=an_actor(),
        origin=an_origin(),
        text="Lock the account of sam@example.com",
        created_at=NOW,
        version=1,
    )
    return replace(plain, **fields)


def a_turn(**fields: Any) -> Turn:
    return replace(Turn(request_id="r1", number=1, content="[]", stop_reason="tool_use", at=NOW), **fields)


def a_call(**fields: Any) -> Call:
    plain = Call(
        id="c1",
        request_id="r1",
        turn=1,
        index=0,
        tool_use_id="toolu_1",
        server="google",
        server_digest="5e" * 32,
        tool="suspend_user",
        schema_digest="5c" * 32,
        arguments='{"email":"sam@example.com"}',
        effect=Effect.WRITE,
        digest="d1" * 32,
        fingerprint="f1" * 32,
        policy_version=1,
        requirement=a_requirement(),
    )
    return replace(plain, **fields)


def a_judgement(**fields: Any) -> Judgement:
    return replace(Judgement(counts=True, why="", person=a_person(), groups=("it-admins",), at=NOW), **fields)


def a_vote(**fields: Any) -> Vote:
    plain = Vote(
        id="v1",
        call_id="c1",
        team="T1",
        user="U-approver",
        yes=True,
        at=NOW,
        surface=Surface.SLACK,
        judgement=a_judgement(),
    )
    return replace(plain, **fields)


def a_result(**fields: Any) -> Result:
    return replace(Result(text="done", at=NOW, structured='{"ok":true}', reference="req-1"), **fields)


def an_approval(**fields: Any) -> Approval:
    return replace(Approval(id="a1", request_id="r1", turn=1, channel="C-approvers", created_at=NOW), **fields)


def a_record(**fields: Any) -> Record:
    """A request whose one call stands on one card."""
    plain = Record(a_request(), turns=(a_turn(),), calls=(a_call(approval_id="a1"),), approvals=(an_approval(),))
    return replace(plain, **fields)


def an_audit_chain(*kinds: str, request_id: str = "r1", after: AuditEvent | None = None) -> tuple[AuditEvent, ...]:
    """One event of each kind, linked to `after`, or from the beginning."""
    events: list[AuditEvent] = []
    for kind in kinds:
        prev, seq = (after.hash, after.seq + 1) if after else (GENESIS, 1)
        after = link(prev, request_id, seq, NOW, Entry("U-requester", kind, {"number": seq}))
        events.append(after)
    return tuple(events)


def an_outbox_row(**fields: Any) -> OutboxRow:
    plain = OutboxRow(
        id="card:a1",
        request_id="r1",
        kind=Kind.CARD,
        channel="C-approvers",
        thread_ts="",
        due_at=NOW,
        subject="a1",
    )
    return replace(plain, **fields)


def a_mention(**fields: Any) -> Mention:
    origin = an_origin()
    plain = Mention(
        actor=an_actor(),
        channel=origin.channel,
        thread_ts=origin.thread_ts,
        message_ts=origin.message_ts,
        text="Lock the account of sam@example.com",
        keys=("Ev1", f"T1/{origin.channel}/{origin.message_ts}"),
    )
    return replace(plain, **fields)


def a_vote_received(**fields: Any) -> VoteReceived:
    approver = an_actor(user="U-approver")
    return replace(VoteReceived(id="in1", request_id="r1", call_id="c1", actor=approver, yes=True, at=NOW), **fields)


def a_withdrawal_received(**fields: Any) -> WithdrawReceived:
    return replace(WithdrawReceived(id="in2", request_id="r1", actor=an_actor(), at=NOW), **fields)


def a_verdict_received(**fields: Any) -> VerdictReceived:
    approver = an_actor(user="U-approver")
    plain = VerdictReceived(id="in3", request_id="r1", call_id="c1", actor=approver, happened=True, at=NOW)
    return replace(plain, **fields)


def a_reply_received(**fields: Any) -> ReplyReceived:
    return replace(ReplyReceived(id="in4", request_id="r1", actor=an_actor(), text="Sam in Oslo", at=NOW), **fields)


def an_ask(**fields: Any) -> Ask:
    return replace(Ask(clauses=(a_clause(),), total=1, expires=14_400, execute_within=3_600), **fields)


def a_rule(**fields: Any) -> Rule:
    return replace(Rule(name="locking", effect=RuleEffect.ASK, tools=("google__suspend_*",), ask=an_ask()), **fields)


def a_policy(**fields: Any) -> Policy:
    return replace(Policy(version=1, rules=(a_rule(),), default_ask=an_ask()), **fields)


def a_tool(**fields: Any) -> Tool:
    plain = Tool(
        server="google",
        name="suspend_user",
        description="Suspends a user.",
        schema='{"properties":{"email":{"type":"string"}},"required":["email"],"type":"object"}',
        schema_digest="5c" * 32,
        server_digest="5e" * 32,
        effect=Effect.WRITE,
        verb="Suspend",
        target="email",
        system="Google Workspace",
    )
    return replace(plain, **fields)


def a_toolset(**fields: Any) -> Toolset:
    plain = replace(Toolset(digest="", tools=(a_tool(),)), **fields)
    return plain if plain.digest else named(plain)


def named(tools: Toolset) -> Toolset:
    """With the digest that it is stored under."""
    return replace(tools, digest=_digest(tools.tools, tools.missing))


@cache
def _digest(tools: tuple[Tool, ...], missing: tuple[str, ...]) -> str:
    return tools_digest([asdict(tool) for tool in tools], missing)
