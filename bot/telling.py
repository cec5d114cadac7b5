"""One log line for every audited step, once it is saved. Texts and arguments stay in the audit trail."""

import json
import logging
from collections.abc import Mapping
from types import MappingProxyType

from bot.models.audit import AuditEvent

log = logging.getLogger("bot.steps")

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "request.received": "request stored",
        "call.proposed": "the model wants a call",
        "call.allowed": "policy: allow",
        "call.pending": "policy: ask people",
        "call.denied": "call denied",
        "call.approved": "call approved",
        "call.started": "approval spent, the call leaves",
        "call.succeeded": "call done",
        "call.failed": "call failed",
        "call.interrupted": "the process that sent the call is gone",
        "call.unknown": "outcome of the call unknown",
        "secret.sealed": "a tool made a secret; it is sent to the requester",
        "secret.sent": "the secret was sent to the requester",
        "secret.lost": "the secret could not be sent to the requester",
        "call.looked": "looked what became of the call",
        "verdict.refused": "a person may not say what became of the call",
        "policy.shadow": "the shadow policy says otherwise",
        "call.attached": "the same call is open already: attached to it",
        "approval.reminded": "people are reminded of a card",
        "approval.escalated": "further people are asked",
        "vote.refused": "a click does not count",
        "vote.late": "a click came too late",
        "withdraw.refused": "somebody else tried to withdraw the request",
        "withdraw.late": "there was nothing left to withdraw",
        "directory.silent": "the directory does not answer",
        "directory.answered": "the directory answers again",
        "request.cancel_requested": "the requester withdraws the request",
        "request.waiting": "request waits for people",
        "request.executing": "request is executing",
        "request.planning": "request goes back to the model",
        "request.answering": "the answer is saved",
        "request.done": "request done",
    }
)
_TOLD = ("call", "tool", "from", "to", "rules", "why", "incident", "failures", "problem")


def tell(events: tuple[AuditEvent, ...]) -> None:
    """Logs what has become durable."""
    if not log.isEnabledFor(logging.INFO):
        return
    for event in events:
        detail = json.loads(event.detail)
        fields = {f"step_{key}": detail[key] for key in _TOLD if key in detail}
        said = {"kind": event.kind, "request": event.request_id, "actor": event.actor, **fields}
        log.info("%s", WORDS.get(event.kind, event.kind), extra=said)
