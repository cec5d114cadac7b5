"""The records behind the golden files: every state of a card, and text that wants to be more than text."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from blocks.answer import answer_message
from blocks.card import approval_card
from blocks.confirm import confirm_view
from blocks.deny import deny_view
from blocks.details import details_view, loading_view
from blocks.message import Message
from blocks.notice import notice_message
from blocks.progress import progress_message
from blocks.reminder import reminder_message
from blocks.result import result_message
from bot.models.call import Attempt, Call, CallStatus, Look, Told
from bot.models.request import Record, RequestStatus, Silence
from bot.models.requirement import Confirm, Effect, Requirement, Risk
from bot.models.tools import Probe, Toolset
from tests import factories as make
from tests.results import HOSTILE_BLOCKS, a_done_call, records

S = CallStatus
HOSTILE = "<!channel> <http://x.example|y> <@U0BOSS00> :white_check_mark: `*bold*` \u202eevil\u200b & ⟨U+202E⟩"
HOST = "media.example.com"
HOSTS = frozenset({HOST})
PICTURED = f"A cat: https://{HOST}/cat.gif and ![a pixel](https://evil.example/p.png)"
LINK = "https://example.slack.com/archives/C0HELPDESK/p1767603600000100"
UNDO = {"google__suspend_user": "restore the user"}
REQUESTER, APPROVER, SECOND = "U0REQUESTER", "U0APPROVER", "U0SECOND"
SILENCE = Silence(make.NOW, told=True)
NOT_STARTED: Mapping[str, Any] = MappingProxyType(
    {"votes": (make.a_vote(user=APPROVER),), "decided_by": APPROVER, "decided_at": make.LATER + timedelta(hours=1)}
)
WITNESS = Told("U0WITNESS", "Wim Witness", make.LATER)

TOOLS = make.a_toolset(
    tools=(
        make.a_tool(verb="Suspend user", secrets=("token",)),
        make.a_tool(name="reset_2fa", verb="Reset second factor"),
        make.a_tool(server="jira", name="create_issue", verb="Create issue", target="summary", system="Jira"),
    )
)


PROBED = make.a_toolset(
    tools=(replace(TOOLS.tools[0], probe=Probe("get_user", (("user_key", "email"),), "suspended", "true")),)
)


def a_requirement(**fields: Any) -> Requirement:
    return make.a_requirement(**{"clauses": (make.a_clause(groups=("@it-admins",)),)} | fields)


def a_call(status: CallStatus = S.PENDING, **fields: Any) -> Call:
    """A call on card a1, as it looks in that state."""
    plain = make.a_call(
        approval_id="a1f3c0de",
        arguments='{"email":"leaver@example.com"}',
        risk=Risk.HIGH,
        risk_rule="user accounts",
        reason="Rule “locking” asks first.",
        requirement=a_requirement(),
        status=status,
        policy_version=12,
        digest="9c1e" * 16,
    )
    return replace(plain, **_after(status) | fields)


def a_record(*calls: Call, **fields: Any) -> Record:
    numbered = tuple(replace(call, id=f"c{index}", index=index - 1) for index, call in enumerate(calls, 1))
    actor, origin = make.an_actor(user=REQUESTER), make.an_origin(channel="C0HELPDESK")
    text = fields.pop("text", "Please suspend leaver@example.com, they left on Friday")
    request = make.a_request(actor=actor, origin=origin, text=text, **fields.pop("request", {}))
    why = fields.pop("why", "The requester says the person left the company.")
    approval = make.an_approval(id="a1f3c0de", why=why)
    return make.a_record(request=request, calls=numbered or (a_call(),), approvals=(approval,), **fields)


def a_card(*calls: Call, tools: Toolset = TOOLS, level: int = 0, **fields: Any) -> Message:
    record = a_record(*calls, **fields)
    return approval_card(record, record.approvals[0], tools, permalink=LINK, undo=UNDO, level=level)


def some_details(*calls: Call, page: int = 0, tools: Toolset = TOOLS) -> dict[str, Any]:
    record = a_record(*calls)
    return details_view(record, record.approvals[0], tools, page, channel="C0APPROVERS", message_ts="1767603601.000100")


def a_denial(*calls: Call, only: tuple[str, ...] = ()) -> dict[str, Any]:
    record = a_record(*calls)
    where = {"channel": "C0APPROVERS", "message_ts": "1767603601.000100"}
    view = deny_view(record, record.approvals[0], TOOLS, only, **where)
    assert view is not None
    return view


def a_form(*calls: Call, only: tuple[str, ...] = ()) -> dict[str, Any]:
    record = a_record(*calls)
    where = {"channel": "C0APPROVERS", "message_ts": "1767603601.000100"}
    view = confirm_view(record, record.approvals[0], TOOLS, only, **where)
    assert view is not None
    return view


def a_reminder(*calls: Call, ids: Mapping[str, str] = MappingProxyType({}), hours: int = 1) -> Message:
    record = a_record(*calls)
    at = make.NOW + timedelta(hours=hours)
    return reminder_message(record, record.approvals[0], TOOLS, at, ids, address=LINK)


def wanting(confirm: Confirm, **fields: Any) -> Call:
    """A call that is confirmed like this, and escalates after two hours."""
    joining = make.a_clause(groups=("@managers",), users=(SECOND,))
    later = make.NOW + timedelta(hours=2)
    return a_call(requirement=a_requirement(confirm=confirm, escalation=joining, escalate_at=later), **fields)


def a_vote(**fields: Any) -> Any:
    return make.a_vote(**{"user": APPROVER} | fields)


def _after(status: CallStatus) -> dict[str, Any]:
    """What else is set when a call has come to this state."""
    yes = {"votes": (a_vote(),), "decided_at": make.NOW, "decided_by": APPROVER}
    sent = yes | {"attempt": Attempt("t1", make.NOW + timedelta(seconds=2), 60.0)}
    back = make.NOW + timedelta(seconds=3.2)
    no = a_vote(yes=False, reason="wrong person, ask HR first")
    fields: dict[CallStatus, dict[str, Any]] = {
        S.APPROVED: yes,
        S.STARTED: sent,
        S.UNKNOWN: sent,
        S.SUCCEEDED: sent | {"result": make.a_result(at=back)},
        S.FAILED: sent | {"result": make.a_result(at=back, text="user is a super admin.", reference="req-2")},
        S.DENIED: {"votes": (no,), "decided_at": make.NOW, "decided_by": APPROVER},
        S.EXPIRED: {"decided_at": make.LATER},
        S.WITHDRAWN: {"decided_at": make.NOW, "decided_by": REQUESTER},
        S.REVOKED: yes | {"reason": "Policy v13 no longer allows this."},
        S.NOT_RUN: yes,
        S.SUPERSEDED: {"decided_at": make.NOW, "decided_by": REQUESTER},
        S.ALLOWED: {"requirement": None, "approval_id": ""},
    }
    return fields.get(status, {})


def _in_state(status: CallStatus) -> Message:
    return a_card(a_call(status, approval_id="a1f3c0de"))


def _quorum() -> Message:
    both = a_requirement(total=2, clauses=(make.a_clause(groups=("@it-admins", "S0GROUP"), users=(SECOND,), count=2),))
    lost = make.a_judgement(counts=False, why="They left the group.")
    votes = (a_vote(), a_vote(id="v2", user=SECOND, judgement=lost))
    return a_card(a_call(requirement=both, votes=votes))


def _lost(look: Look, status: CallStatus = S.UNKNOWN, **fields: Any) -> Message:
    return a_card(a_call(status, look=look, **fields), tools=PROBED)


def _mixed() -> Message:
    others = (
        a_call(S.SUCCEEDED),
        a_call(tool="reset_2fa", risk=Risk.CRITICAL, requirement=a_requirement(confirm=Confirm.DIALOG)),
        a_call(S.UNKNOWN),
        a_call(S.ALLOWED, server="jira", tool="create_issue", arguments='{"summary":"Offboarding"}'),
    )
    return a_card(a_call(), *others)


def many(count: int, **fields: Any) -> tuple[Call, ...]:
    return tuple(a_call(arguments=f'{{"email":"leaver-{number}@example.com"}}', **fields) for number in range(count))


def _hostile() -> Message:
    text = HOSTILE.replace("`", "```")
    long = f'{{"body":"{"x" * 3_000}","email":"{text}","note":"5","number":5}}'
    return a_card(a_call(arguments=long, risk_rule=HOSTILE), text=HOSTILE, why=HOSTILE * 6)


def _answer() -> Message:
    rows = "\n".join(f"| person-{number}@example.com | {HOSTILE.replace('|', '/')} |" for number in range(20))
    return answer_message(
        f"**20 people** left. {HOSTILE}\n\n| who | note |\n|---|---|\n{rows}\n\n- one\n  1. two", 2, 5
    )


def _progress(status: RequestStatus, *calls: Call, **request: Any) -> Message:
    return progress_message(a_record(*calls, request={"status": status, **request}), TOOLS)


def a_result(call: Call, number: int = 0) -> Message:
    """A message of a result, with images of HOST allowed."""
    return result_message(call, (call,), number, HOSTS)


CARDS: Mapping[str, Callable[[], Message]] = MappingProxyType(
    {
        **{f"card_{status.value}": partial(_in_state, status) for status in S},
        "card_unknown_looked": lambda: _lost(Look(make.LATER, "suspended", "true")),
        "card_unknown_not_looked": lambda: _lost(Look(make.LATER, trouble="get_user gave no answer")),
        "card_interrupted": lambda: a_card(a_call(S.STARTED, attempt=Attempt("t1", make.NOW, 60.0, interrupted=True))),
        "card_told": lambda: _lost(Look(make.LATER, "suspended", "true"), S.SUCCEEDED, told=WITNESS),
        "card_quorum": _quorum,
        "card_mixed": _mixed,
        "card_receipt_of_three": lambda: a_card(a_call(S.SUCCEEDED), a_call(S.FAILED), a_call(S.NOT_RUN)),
        "card_secret": lambda: a_card(a_call(arguments='{"email":"a@example.com","token":"123456789012345678901234"}')),
        "card_hostile": _hostile,
        "card_smaller": lambda: a_card(a_call(), level=1),
        "card_rows_40": lambda: a_card(*many(40)),
        "card_rows_40_done": lambda: a_card(*many(40, status=S.DENIED, **_after(S.DENIED))),
        "card_rows_200": lambda: a_card(*many(200)),
        "answer_table": _answer,
        "answer_images": lambda: answer_message(PICTURED, 1, 1, HOSTS),
        "result_table": lambda: a_result(a_done_call(records(45)), 2),
        "result_table_long": lambda: a_result(a_done_call(records(5_000)), 0),
        "result_json": lambda: a_result(a_done_call({"user": {"mail": "a@example.com"}}), 0),
        "result_blocks_hostile": lambda: a_result(a_done_call({"blocks": HOSTILE_BLOCKS}), 0),
        "result_image": lambda: a_result(a_done_call({"gif_url": f"https://{HOST}/cat.gif"}), 0),
        "notice_hostile": lambda: notice_message(HOSTILE),
        "progress_planning": lambda: _progress(RequestStatus.PLANNING, a_call(S.ALLOWED, effect=Effect.READ)),
        "progress_waiting": lambda: _progress(RequestStatus.WAITING, a_call(), a_call(S.SUCCEEDED)),
        "progress_withdrawn": lambda: _progress(RequestStatus.EXECUTING, a_call(S.STARTED), cancelled_by=REQUESTER),
        "progress_silent": lambda: _progress(RequestStatus.EXECUTING, a_call(S.APPROVED), silence=SILENCE),
        "card_to_type": lambda: a_card(wanting(Confirm.TYPE_THE_TARGET)),
        "card_with_code": lambda: a_card(wanting(Confirm.TOTP), a_call()),
        "reminder": lambda: a_reminder(a_call(), ids={"@it-admins": "S0ADMINS"}),
        "reminder_escalated": lambda: a_reminder(wanting(Confirm.NONE), *many(4), hours=3),
        "reminder_hostile": lambda: a_reminder(a_call(arguments=json.dumps({"email": HOSTILE}, separators=(",", ":")))),
        "card_silent": lambda: a_card(a_call(), request={"silence": SILENCE}),
        "card_not_started": lambda: a_card(a_call(S.EXPIRED, **NOT_STARTED)),
        "progress_done": lambda: _progress(RequestStatus.DONE, a_call(S.SUCCEEDED)),
        "progress_failed": lambda: _progress(RequestStatus.FAILED, a_call(S.FAILED), incident="i1"),
    }
)

VIEWS: Mapping[str, Callable[[], dict[str, Any]]] = MappingProxyType(
    {
        "view_loading": loading_view,
        "view_deny": lambda: a_denial(a_call()),
        "view_deny_three": lambda: a_denial(a_call(), a_call(S.DENIED), a_call(tool="reset_2fa"), a_call()),
        "view_confirm_type": lambda: a_form(wanting(Confirm.TYPE_THE_TARGET)),
        "view_confirm_code": lambda: a_form(wanting(Confirm.TOTP)),
        "view_confirm_three": lambda: a_form(
            wanting(Confirm.TOTP), wanting(Confirm.TYPE_THE_TARGET, tool="reset_2fa"), a_call(S.DENIED), a_call()
        ),
        "view_details_confirm": lambda: some_details(
            wanting(Confirm.TOTP, votes=(a_vote(confirmed=Confirm.TYPE_THE_TARGET),))
        ),
        "view_details": lambda: some_details(a_call()),
        "view_details_done": lambda: some_details(a_call(S.SUCCEEDED)),
        "view_details_secret": lambda: some_details(a_call(arguments='{"email":"a@example.com","token":"hunter2"}')),
        "view_details_paged": lambda: some_details(a_call(arguments=f'{{"body":"{"y" * 9_000}"}}'), page=1),
    }
)


def payload(name: str) -> dict[str, Any]:
    """What would be sent to Slack for this example."""
    if name in VIEWS:
        return VIEWS[name]()
    message = CARDS[name]()
    return {"text": message.text, "blocks": message.blocks}
