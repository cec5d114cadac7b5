"""A second policy, judged beside the one in force. Where it differs is written down, and nothing else happens."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import approvers
from bot.canonical import digest
from bot.codec import encode
from bot.core import Core
from bot.edit import Edit
from bot.errors import DirectoryUnavailable
from bot.models.audit import AuditEvent
from bot.models.call import Call
from bot.models.policy import Decision, MustAsk, Policy
from bot.models.question import Asker, Question
from bot.models.replacing import replace
from bot.policy import decide
from bot.policy_explain import turn, word

log = logging.getLogger(__name__)

KIND = "policy.shadow"
"""The audit event of a difference."""
ERROR = "error"
"""What stands there for a shadow that could not be judged."""


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What was noted of one call, of which a shadow (by its identity) said something else than policy in force."""

    policy: str
    call: str
    tool: str
    status: str
    live: str
    shadow: str
    rules: tuple[str, ...]
    asks: str
    at: datetime

    @classmethod
    def read(cls, event: AuditEvent) -> "Shadowed":
        """Out of the event that was noted."""
        said = json.loads(event.detail)
        texts = {name: str(said[name]) for name in ("policy", "call", "tool", "status", "live", "shadow", "asks")}
        return cls(at=event.at, rules=tuple(said["rules"]), **texts)


async def beside(core: Core, edit: Edit, call: Call, asked: Question, live: Decision) -> None:
    """Notes what the shadow, if there is one, says otherwise of this call. Whatever is wrong with it raises nothing."""
    shadow = core.shadow
    if shadow is None:
        return
    try:
        said = decide(replace(asked, asker=await _asker(core, edit, shadow, asked.asker)), shadow)
    except Exception:  # a draft is not in force: nothing in it may change or stop what the live policy decides
        log.exception("policy.shadow: it could not be judged", extra={"request": call.request_id, "call": call.id})
        _note(edit, call, live, shadow, {"shadow": ERROR, "rules": [], "asks": ""})
        return
    if turn(live, said) is not None:
        asks = approvers.wanted(said.requirement) if isinstance(said, MustAsk) else ""
        _note(edit, call, live, shadow, {"shadow": word(said), "rules": list(said.rules), "asks": asks})


def _note(edit: Edit, call: Call, live: Decision, shadow: Policy, said: Mapping[str, object]) -> None:
    about = {"call": call.id, "tool": call.name, "status": call.status, "policy": identity(shadow)}
    edit.note(KIND, "policy", **about, live=word(live), **said)


def identity(shadow: Policy) -> str:
    """Tells one version of a shadow from another: the digest of what it says."""
    return digest(encode(replace(shadow, version=0)).decode())[:12]


async def _asker(core: Core, edit: Edit, shadow: Policy, known: Asker) -> Asker:
    """The same person, with what the rules of the shadow want to know of them, as far as the directory answers."""
    try:
        found = await approvers.asker(core, edit.request, shadow)
    except DirectoryUnavailable:
        return known
    return replace(known, groups={**found.groups, **known.groups})
