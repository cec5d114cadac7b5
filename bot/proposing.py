"""From what the model wants to a Call that policy has spoken of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonschema.exceptions import ValidationError

from bot import call_states, risk
from bot.canonical import canonical, digest, loads
from bot.errors import BadInput
from bot.fitting import Unusable, misfit
from bot.models.call import Call
from bot.models.policy import Decision, Deny, Policy
from bot.models.question import Asker, Question
from bot.models.replacing import replace
from bot.models.request import Request
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.policy import decide
from bot.ports import ToolUse
from bot.untrusted import redact

UNREADABLE = frozenset({("unknown tool",), ("unusable arguments",)})
"""Rules of calls that were refused before policy saw them."""
REMEMBERED = 1000
"""Characters of the arguments whose risk is kept; so the memory of it stays below a megabyte."""
HIDDEN = "a secret value does not fit what the tool takes"
NO_TOOL = Tool("", "", "", "{}", "", "", Effect.WRITE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the calls of one turn have in common."""

    request: Request
    turn: int
    toolset: Toolset
    policy: Policy
    at: datetime
    argument_text: int
    asker: Asker = field(default_factory=Asker)


def propose(proposal: Proposal, index: int, use: ToolUse, call_id: str) -> tuple[Call, Decision]:
    """The call and what policy says of it. Whatever cannot be read or checked is denied, with a sentence that helps."""
    tool = proposal.toolset.find(use.name)
    if tool is None:
        server, _, name = use.name.partition("__")
        unknown = replace(NO_TOOL, server=server, name=name)
        return _call(proposal, index, use, unknown, "{}", call_id), _refused("unknown tool", _no_such(use, proposal))
    try:
        arguments = checked(tool, use.arguments, proposal.argument_text)
    except BadInput as refused:
        return _call(proposal, index, use, tool, "{}", call_id), _refused("unusable arguments", f"{refused}.")
    call = _call(proposal, index, use, tool, arguments, call_id)
    return call, decide(question(call, proposal.at, tool, proposal.asker), proposal.policy)


def question(call: Call, at: datetime, tool: Tool | None = None, asker: Asker | None = None) -> Question:
    """The call as policy sees it. Its risk is worked out anew; without its tool, what only the tool says is unknown."""
    asker = asker or Asker()
    if tool is None:
        return Question(call.name, call.effect, call.arguments, at, call.tainted, server=call.server, asker=asker)
    return question_of(tool, call.arguments, at, asker, tainted=call.tainted)


def question_of(tool: Tool, arguments: str, at: datetime, asker: Asker, *, tainted: bool) -> Question:
    """A call of this tool with these canonical arguments, as policy sees it."""
    return Question(
        tool=tool.full_name,
        effect=tool.effect,
        arguments=arguments,
        at=at,
        tainted=tainted,
        server=tool.server,
        risk=assessed(tool, arguments).risk,
        category=tool.category,
        target=tool.target,
        takes=takes(tool.schema),
        asker=asker,
    )


@lru_cache(maxsize=256)
def takes(schema: str) -> frozenset[str] | None:
    """The arguments that a tool with this schema can be called with, or None when it takes any."""
    try:
        read: Any = loads(schema)
    except (ValueError, RecursionError):
        return None
    known = read.get("properties", {}) if isinstance(read, dict) else None
    return frozenset(known) if isinstance(known, dict) and not read.get("additionalProperties") else None


def bound(call: Call, request: Request) -> str:
    """The digest of what is stored; it must equal `call.digest` when the call is claimed."""
    return digest(*_identity(call, request), str(call.policy_version), call.id)


def is_about(call: Call, tool: Tool) -> bool:
    """Whether the call was decided about exactly this tool, with this schema, on this server, with this effect."""
    pins = (call.name, call.schema_digest, call.server_digest, call.effect)
    return pins == (tool.full_name, tool.schema_digest, tool.server_digest, tool.effect)


def checked(tool: Tool, raw: str, most: int) -> str:
    """Canonical arguments that fit the tool's schema. Raises BadInput."""
    if len(raw) > most:
        raise BadInput(f"the arguments have {len(raw):,} characters", mend=f"at most {most:,}")
    arguments = canonical(raw)
    _fits(tool, loads(arguments))
    return arguments


def _fits(tool: Tool, arguments: dict[str, Any]) -> None:
    try:
        error = misfit(tool.schema, arguments)
    except Unusable as why:
        raise BadInput(f"the schema of this tool cannot be checked: {why}", mend="tell an admin") from why
    _nothing_strange(loads(tool.schema), arguments)
    if error is not None and _quotes_a_secret(tool, error):
        raise BadInput(HIDDEN, where=str(error.path[0]) if error.path else "arguments")
    if error is not None:
        message = error.message.replace("Unevaluated properties are not allowed", "the tool has no such argument here")
        raise BadInput(message[:300], where="/".join(map(str, error.path)) or "arguments")


def _quotes_a_secret(tool: Tool, error: ValidationError) -> bool:
    """The validator's sentence may hold the value, or the whole arguments."""
    if error.path:
        return error.path[0] in tool.secrets
    return bool(tool.secrets) and error.validator not in {"required", "unevaluatedProperties"}


def _nothing_strange(schema: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Unlike JSON Schema, whatever the tool does not name is refused, unless it says that it takes more."""
    known = schema.get("properties", {})
    strange = sorted(set(arguments) - set(known))
    if strange and not schema.get("additionalProperties"):
        raise BadInput(f"the tool has no argument {strange[0]!r}", mend=f"it has {', '.join(known) or 'none'}")


def _call(proposal: Proposal, index: int, use: ToolUse, tool: Tool, arguments: str, call_id: str) -> Call:
    assessment = assessed(tool, arguments)
    call = Call(
        id=call_id,
        request_id=proposal.request.id,
        turn=proposal.turn,
        index=index,
        tool_use_id=use.id,
        server=tool.server,
        server_digest=tool.server_digest,
        tool=tool.name,
        schema_digest=tool.schema_digest,
        arguments=arguments,
        effect=tool.effect,
        digest="",
        fingerprint="",
        policy_version=proposal.policy.version,
        risk=assessment.risk,
        risk_rule=assessment.rule,
        tainted=bool(proposal.request.tainted_by),
    )
    fingerprint = digest(*_identity(call, proposal.request))
    return replace(call, fingerprint=fingerprint, digest=bound(call, proposal.request))


def assessed(tool: Tool, arguments: str) -> risk.Assessment:
    """How dangerous a call of this tool with these canonical arguments looks."""
    look = _assessed if len(arguments) <= REMEMBERED else _assessed.__wrapped__
    return look(tool.name, tool.effect, tool.category, arguments)


@lru_cache(maxsize=256)
def _assessed(name: str, effect: Effect, category: str, arguments: str) -> risk.Assessment:
    """Every look at a call on its way asks for it, so the last answers are kept."""
    return risk.assess(name, effect, category, arguments, targets=_targets(arguments))


def _identity(call: Call, request: Request) -> Sequence[str]:
    return (
        request.actor.team,
        request.actor.user,
        call.server,
        call.server_digest,
        call.tool,
        call.schema_digest,
        call.arguments,
        call.account,
        call.region,
    )


def _targets(arguments: str) -> int:
    return max((len(value) for value in loads(arguments).values() if isinstance(value, list)), default=1)


def _refused(rule: str, why: str) -> Deny:
    return Deny((rule,), why)


def _no_such(use: ToolUse, proposal: Proposal) -> str:
    offered = ", ".join(tool.full_name for tool in proposal.toolset.tools[:20]) or "none"
    return f"There is no tool {redact(use.name)[:80]!r}. There are: {offered}."


def decided(call: Call, decision: Decision, at: datetime) -> Call:
    """The call after policy spoke."""
    return call_states.apply(call, call_states.Decided(decision, at))
