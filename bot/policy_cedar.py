"""The policy as Cedar, for AgentCore Policy: `Target___tool`, `context.input`, deny by default, forbid wins.

Cedar knows no asking: what people are asked about is not permitted. Nor does it know what cannot be told: where a
rule could only be written more loosely, it is written more strictly, and that is said beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.models.policy import Policy, Rule, RuleEffect
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.policy_cedar_fields import SPOKEN, Unsayable, condition
from bot.policy_cedar_schema import action, quoted, schema_of
from bot.policy_index import indexed
from bot.policy_words import asked

READS = "reads"
HEAD = """// Exported by Countersign from policy v{version}, for {tools} tool(s).
// Cedar has no "ask": what people are asked about is not permitted here. Who approves, by when, with what confirmation,
// reminders and escalation have no words in Cedar; @asks tells them to a reader.
// AgentCore itself does not give context.people, context.tainted, context.risk, context.surface and context.channel.
// Where they are missing, what depends on them is not permitted. context.people is true where the principal's id is the
// one that Countersign knows, and its groups are its parents."""


@dataclass(frozen=True, slots=True)
class Cedar:
    """`policies` and `schema` are Cedar text. `stricter` says, rule by rule, what Cedar could not express."""

    policies: str
    schema: str
    stricter: tuple[str, ...]


def export(policy: Policy, tools: Sequence[Tool]) -> Cedar:
    """The policy for exactly these tools; a tool that is not among them is not permitted."""
    reads = [tool for tool in tools if tool.effect is Effect.READ]
    pieces = [_statement("permit", READS, reads, "", [])] if reads else []
    notes: list[str] = []
    for rule in policy.rules:
        for number, (some, body, said) in enumerate(_parts(rule, tools), 1):
            notes += [f"{rule.name}: {what}" for what in said]
            name = rule.name if number == 1 else f"{rule.name} ({number})"
            pieces.append(_written(rule, name, some, body, said))
    head = HEAD.format(version=policy.version, tools=len(tools))
    return Cedar("\n\n".join([head, *pieces]) + "\n", schema_of(tools), tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Body:
    """`holds` is the condition; None: what it needs cannot be said, so the rule permits nothing."""

    holds: str | None


def _parts(rule: Rule, tools: Sequence[Tool]) -> Iterator[tuple[list[Tool], _Body, list[str]]]:
    """The tools that the rule names, those together of which it says the same."""
    alike: dict[tuple[str | None, tuple[str, ...]], list[Tool]] = {}
    named = indexed(rule)
    for tool in tools:
        if named.names(tool.full_name, tool.server) and (found := _of_tool(rule, tool)) is not None:
            alike.setdefault(found, []).append(tool)
    for (holds, said), some in alike.items():
        yield some, _Body(holds), list(said)


def _of_tool(rule: Rule, tool: Tool) -> tuple[str | None, tuple[str, ...]] | None:
    """The condition and what is stricter in it; None when the rule does not speak of the tool."""
    is_allow = rule.effect is RuleEffect.ALLOW
    terms, said, lost = list[str](), list[str](), False
    for field in SPOKEN:
        if getattr(rule, field) in (None, ()):
            continue
        try:
            term = condition(field, rule, tool)
        except Unsayable as unsayable:
            lost = True
            said.append(f"{field} of {tool.full_name}: {unsayable.why}, so it {_instead(is_allow)}")
            continue
        if term == "false":
            return None
        terms += [term] if term != "true" else []
    if is_allow and tool.effect is not Effect.READ and not rule.even_if_tainted:
        terms.append("(context has tainted && !context.tainted)")
    return (None if lost and is_allow else " && ".join(terms)), tuple(said)


def _instead(is_allow: bool) -> str:
    return "permits nothing" if is_allow else "forbids whatever it is"


def _written(rule: Rule, name: str, tools: Sequence[Tool], body: _Body, said: Sequence[str]) -> str:
    comments = [f"// stricter: {' '.join(what.split())}" for what in said]
    if body.holds is None:
        return "\n".join([*comments, f"// left out: {quoted(name)} (allow)"])
    verb = "permit" if rule.effect is RuleEffect.ALLOW else "forbid"
    marks = [f"@effect({quoted(rule.effect.value)})"]
    if rule.ask is not None:
        marks.append(f"@asks({quoted(asked(rule.ask))})")
    if rule.reason:
        marks.append(f"@reason({quoted(rule.reason)})")
    return "\n".join([*comments, _statement(verb, name, tools, body.holds, marks)])


def _statement(verb: str, name: str, tools: Sequence[Tool], holds: str, marks: Sequence[str]) -> str:
    actions = ", ".join(action(tool) for tool in tools)
    when = f"\nwhen {{ {holds} }}" if holds else ""
    head = "\n".join([f"@id({quoted(name)})", *marks])
    return f"{head}\n{verb} (principal, action in [{actions}], resource){when};"
