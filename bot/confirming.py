"""What an approver does besides clicking: types what the call is about, or a one-time code (RFC 6238).

It is checked when the form is sent, by the use case itself, before a vote is stored.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

import pyotp

from bot.core import Core
from bot.errors import BadInput, NotConfirmed, Unavailable
from bot.models.call import Call, CallStatus
from bot.models.codes import Code, CodeAnswer, CodeRules
from bot.models.people import Actor
from bot.models.requirement import Confirm
from bot.models.tools import Tool
from bot.requirements import strictest
from bot.services import Ballot
from bot.targets import named, target, untypable

STEP = 30
"""Seconds (RFC 6238, section 5.2: the default)."""
RULES = CodeRules()
DIGITS = re.compile(r"[0-9]{6,8}")
UNUSABLE = "this is neither base32 of 112 bits or more nor an otpauth:// URL"
UNTYPABLE = "Its target cannot be typed, so nobody can confirm it like that. Deny it, and ask for it in other words."
NOT_IT = "This is not it. Type exactly: {label}."
WRONG = "This code is not right. Enter the one that your authenticator shows now."
USED = "This code was used before. Wait for the next one, at most 30 seconds."
LOCKED = "Too many wrong codes. Yours are not taken for up to 10 minutes; nobody else is held up."
NOBODYS = "You have no one-time codes here yet. {who} can give you some: countersign totp enroll {user}"
SILENT = "One-time codes cannot be checked now, so nothing was saved. Tell an admin: {what}"


async def confirmed(core: Core, ballot: Ballot, ids: Sequence[str]) -> dict[str, Confirm]:
    """What was confirmed of each of these calls. A plain click confirms nothing, and costs nothing; a form asks as well
    as a question before the click does.

    Raises:
        NotConfirmed: something that was typed is wrong; nothing was stored but that a code was wrong, or taken.
    """
    if not ballot.yes or not (ballot.typed or ballot.code):
        return dict.fromkeys(ids, Confirm.DIALOG) if ballot.yes and ballot.asked else {}
    record = await core.store.find_approval(ballot.approval_id)
    calls = {call.id: call for call in record.calls if call.id in ids and call.status is CallStatus.PENDING}
    wanted = {call_id: call.requirement.confirm for call_id, call in calls.items() if call.requirement}
    toolset = await core.store.tools(record.request.tools)
    for call_id, call in calls.items():
        if wanted.get(call_id) is Confirm.TYPE_THE_TARGET:
            _typed(call, toolset.find(call.name), dict(ballot.typed).get(call_id, ""))
    if Confirm.TOTP in wanted.values():
        await _code(core, ballot)
    return {call_id: strictest([confirm, Confirm.DIALOG]) for call_id, confirm in wanted.items()}


def _typed(call: Call, tool: Tool | None, text: str) -> None:
    """Spaces around it are no matter: a target has none. Raises NotConfirmed."""
    if untypable(call, tool):
        raise NotConfirmed(call.id, UNTYPABLE)
    if text.strip() != target(call, tool):
        raise NotConfirmed(call.id, NOT_IT.format(label=named(call, tool)))


async def _code(core: Core, ballot: Ballot) -> None:
    """Raises NotConfirmed."""
    actor, now = ballot.actor, core.clock.now()
    secret = await _secret(core, actor)
    if secret is None:
        who = ", ".join(core.operator.admins) or "The person who runs Countersign"
        raise NotConfirmed("", NOBODYS.format(who=who, user=actor.user))
    code = Code(actor.team, actor.user, step_of(secret, ballot.code, now), ballot.key)
    match await core.store.take_code(code, RULES):
        case CodeAnswer.WRONG:
            raise NotConfirmed("", WRONG)
        case CodeAnswer.USED:
            raise NotConfirmed("", USED)
        case CodeAnswer.LOCKED:
            raise NotConfirmed("", LOCKED)
        case CodeAnswer.TAKEN:
            return


async def _secret(core: Core, actor: Actor) -> pyotp.TOTP | None:
    try:
        found = await core.code_secrets.secret(actor.user) if core.code_secrets else None
        return generator(found) if found else None
    except (Unavailable, BadInput) as silent:
        raise NotConfirmed("", SILENT.format(what=silent)) from silent


def generator(secret: str) -> pyotp.TOTP:
    """What makes the codes. Raises BadInput, without the secret in it, for what is no secret of 30-second codes."""
    try:
        found = pyotp.parse_uri(secret) if secret.startswith("otpauth:") else pyotp.TOTP(_base32(secret))
        found.generate_otp(0)
    except ValueError as wrong:
        raise BadInput(UNUSABLE, mend="countersign totp enroll USER makes one") from wrong
    if not isinstance(found, pyotp.TOTP) or found.interval != STEP or not 6 <= found.digits <= 8:
        raise BadInput("this is not for codes of 30 seconds", mend="write otpauth://totp/…, with period 30")
    return found


def _base32(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def step_of(secret: pyotp.TOTP, code: str, now: datetime) -> int | None:
    """The step that the code is of: now, or one before or after, for clocks differ. All three are compared."""
    text = re.sub(r"\s", "", code)
    current = int(now.timestamp()) // STEP
    if not DIGITS.fullmatch(text):
        return None
    fits = {step: hmac.compare_digest(secret.generate_otp(step), text) for step in (current, current - 1, current + 1)}
    return next((step for step, is_it in fits.items() if is_it), None)
