"""What a server offers, as our Tools; what could not be called safely is left out, with the reason."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import mcp_types

from bot.adapters.mcp_schema import Allowance, schema_text, secrets
from bot.adapters.mcp_servers import CardWords, ServerSpec
from bot.canonical import digest
from bot.errors import BadInput
from bot.models.replacing import replace
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.untrusted import redact, visible

# Anthropic docs, "Tool use", and Bedrock's Converse API, ToolSpecification: a tool's name.
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ALIKE = str.maketrans("01i5-", "olls_")
_UNDERSCORES = re.compile("_+")
LONGEST_DESCRIPTION = 10_000
"""Characters: every description is sent to the model with every turn."""
MOST_TOOLS = 500
"""Of one server."""
LONGEST_TOLD = 80
"""Characters of a name in a log line or a list."""
ALIKE = "its full name looks like that of a tool of another server"
_NO_WORDS = CardWords("", "", "")


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools of one server, and why others of it were refused, by the name they came with.

    `hints` are the effects that the server gives its tools. `warnings` are about what the operator wrote. `disputed`
    are tools whose full names look like those of other servers' tools.
    """

    tools: tuple[Tool, ...]
    refused: Mapping[str, str]
    hints: Mapping[str, Effect]
    warnings: tuple[str, ...] = ()
    disputed: frozenset[str] = frozenset()


def nothing_off(_name: str) -> bool:
    """No tool is disabled."""
    return False


def offer(spec: ServerSpec, listed: Sequence[mcp_types.Tool], is_off: Callable[[str], bool] = nothing_off) -> Offer:
    """Our view of a listing. Names that look alike are two faces of one tool to a reader: both are refused."""
    tools: list[Tool] = []
    refused: dict[str, str] = {}
    on = [tool for tool in listed if not (is_off(tool.name) or _is_disabled(spec, tool.name))]
    faces, left = Counter(face(tool.name) for tool in on), Allowance()
    for number, tool in enumerate(on):
        try:
            _check_name(spec, tool.name, faces)
            _check_number(number)
            tools.append(_tool(spec, tool, left))
        except BadInput as why:
            refused[told(tool.name)] = why.what
    hints = {tool.name: _hinted(tool) for tool in on}
    return Offer(tuple(tools), refused, hints, tuple(_warnings(spec, [tool.name for tool in listed])))


def apart(offers: Mapping[str, Offer], ours: Collection[str]) -> dict[str, Offer]:
    """The offers of several servers by alias. Nobody has a tool that looks like one of the servers that are `ours`.

    Tools of others that look like one another are named: somebody was there first, and an offer does not say who.
    """
    faces = Counter(face(tool.full_name) for one in offers.values() for tool in one.tools)
    taken = {face(tool.full_name) for alias in ours if alias in offers for tool in offers[alias].tools}
    found = {}
    for alias, one in offers.items():
        left = one if alias in ours else without(one, [tool for tool in one.tools if face(tool.full_name) in taken])
        others = [] if alias in ours else [tool.name for tool in left.tools if faces[face(tool.full_name)] > 1]
        found[alias] = replace(left, disputed=frozenset(others))
    return found


def without(one: Offer, alike: Sequence[Tool]) -> Offer:
    """The offer without these tools, which look like others."""
    tools = tuple(tool for tool in one.tools if tool not in alike)
    return replace(one, tools=tools, refused={**one.refused, **{tool.name: ALIKE for tool in alike}})


def face(name: str) -> str:
    """The same for names that a reader takes for one another: of another case, o and 0, l, i and 1, rn and m, - and _.

    Names are ASCII (Unicode Technical Standard 39, "confusables", for these letters).
    """
    plain = name.casefold().translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return _UNDERSCORES.sub("_", plain)


def told(name: str) -> str:
    """A name by a server, as a line can hold it."""
    plain = visible(redact(name[: LONGEST_TOLD * 50]))
    return plain if len(plain) <= LONGEST_TOLD else f"{plain[:LONGEST_TOLD]}… ({len(name):,} characters)"


def server_digest(spec: ServerSpec) -> str:
    """Binds calls to the server's configuration."""
    return digest(spec.alias, spec.identity)


def _is_disabled(spec: ServerSpec, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in spec.disabled_tools)


def _warnings(spec: ServerSpec, names: Sequence[str]) -> Iterator[str]:
    for pattern in spec.disabled_tools:
        if not any(fnmatchcase(name, pattern) for name in names):
            yield f"disabled_tools: no tool is named {told(pattern)}"
    for key, named in (("effects", spec.effects), ("words", spec.words)):
        for name in named:
            if name not in names:
                yield f"{key}: no tool is named {told(name)}"


def _check_name(spec: ServerSpec, name: str, faces: Mapping[str, int]) -> None:
    if not name or not _NAME.fullmatch(f"{spec.alias}__{name}"):
        raise BadInput("alias__name is not 1 to 64 of the characters a-z A-Z 0-9 _ -")
    if faces[face(name)] > 1:
        raise BadInput("the name, or one that looks like it, stands there more than once")


def _check_number(number: int) -> None:
    if number >= MOST_TOOLS:
        raise BadInput(f"the server offers more than {MOST_TOOLS} tools")


def _tool(spec: ServerSpec, listed: mcp_types.Tool, left: Allowance) -> Tool:
    description = listed.description or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise BadInput(f"the description has {len(description):,} characters")
    schema = schema_text(listed.input_schema, left)
    left.take_characters(len(description) + len(schema))
    words = spec.words.get(listed.name, _NO_WORDS)
    effect = _effect(spec, listed)
    return Tool(
        server=spec.alias,
        name=listed.name,
        description=description,
        schema=schema,
        schema_digest=digest(listed.name, description, schema),
        server_digest=server_digest(spec),
        effect=effect,
        category=spec.categories.get(listed.name, spec.category),
        verb=words.verb,
        target=words.target,
        system=words.system,
        undo=words.undo,
        timeout=spec.timeout if effect is Effect.READ else spec.write_timeout,
        secrets=secrets(listed.input_schema),
        probe=None if effect is Effect.READ else spec.probes.get(listed.name),
        trusted=spec.trusted,
    )


def _effect(spec: ServerSpec, listed: mcp_types.Tool) -> Effect:
    """The operator's word, then the server's own if the operator trusts it, else the strictest (DESIGN, rule 5)."""
    unsaid = _hinted(listed) if spec.trust_annotations else Effect.WRITE
    return spec.effects.get(listed.name, unsaid)


def _hinted(listed: mcp_types.Tool) -> Effect:
    """MCP 2025-11-25, ToolAnnotations. `openWorldHint` is true by default, so only a server that says it is heard."""
    hints = listed.annotations
    if hints is None or hints.read_only_hint is not True:
        return Effect.WRITE
    return Effect.OUTBOUND if hints.open_world_hint is True else Effect.READ
