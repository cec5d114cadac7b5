"""A call in words: what is done, to what, where. Exact, and safe to show."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from blocks.text import clip, counted
from bot.models.call import Call
from bot.models.request import Approval, Record
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.untrusted import redact


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name, and its value as it is written in the canonical JSON."""

    name: str
    written: str

    @property
    def label(self) -> str:
        """The name; as JSON when it is empty or begins with a quote, so that it too can be had back."""
        quoted = not self.name or self.name.startswith('"')
        return json.dumps(self.name, ensure_ascii=False) if quoted else self.name

    @property
    def text(self) -> str:
        """The value without quotes where that cannot be read as anything else, else its JSON.

        So the JSON can be had back: what does not parse is a string between quotes.
        """
        bare = self.written[1:-1]
        if not self.written.startswith('"') or "\\" in bare or not bare.strip() or bare != bare.strip():
            return self.written
        return self.written if _is_json(bare) else bare


@dataclass(frozen=True, slots=True)
class Row:
    """A call on its card, with what the operator knows of its tool. Without a tool every argument is hidden."""

    record: Record
    call: Call
    tool: Tool | None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """In canonical order."""
        return tuple(members(self.call.arguments))

    def hides(self, name: str) -> bool:
        """The tool's schema marks this argument secret, or we do not know the schema."""
        return self.tool is None or name in self.tool.secrets

    @property
    def has_hidden(self) -> bool:
        """Something of it is not on the card."""
        return any(self.hides(argument.name) for argument in self.arguments)

    @property
    def approval(self) -> Approval | None:
        """The card on which people are asked; None when nobody is."""
        return next((each for each in self.record.approvals if each.id == self.call.approval_id), None)

    @property
    def verb(self) -> str:
        """What is done, as the operator words it: "Suspend user"."""
        words = (self.tool.verb if self.tool else "") or redact(self.call.tool).replace("_", " ").capitalize()
        return clip(words, 35)

    @property
    def target(self) -> str:
        """The value of the argument that names what is acted upon; empty when there is none to show."""
        wanted = self.tool.target if self.tool else ""
        found = (each.text for each in self.arguments if each.name == wanted and not self.hides(wanted))
        return clip(next(found, ""), 50)

    @property
    def system(self) -> str:
        """Where it happens."""
        return clip((self.tool.system if self.tool else "") or self.call.server, 20)

    @property
    def title(self) -> str:
        """ "Suspend user · leaver@example.com · Google Workspace", at most 147 characters."""
        return " · ".join(filter(None, (self.verb, self.target, self.system)))

    @property
    def phrase(self) -> str:
        """ "suspend user leaver@example.com"."""
        return " ".join(filter(None, (self.verb[:1].lower() + self.verb[1:], self.target)))


def rows(record: Record, approval: Approval, tools: Toolset) -> tuple[Row, ...]:
    """The rows of a card, in call order."""
    calls = record.card_calls(approval.id)
    return tuple(Row(record, call, tools.find(call.name)) for call in calls)


def also_runs(record: Record, approval: Approval, tools: Toolset) -> tuple[Row, ...]:
    """What the same turn changes without being asked about: allowed calls, other than reads."""
    calls = [call for call in record.calls_of(approval.turn) if call.effect is not Effect.READ and _was_allowed(call)]
    return tuple(Row(record, call, tools.find(call.name)) for call in calls)


def members(arguments: str) -> Iterator[Argument]:
    """The arguments as they are written; `arguments` is canonical: one JSON object without white space."""
    decoder = json.JSONDecoder()
    position = 0
    while arguments[position] != "}" and arguments != "{}":
        name, colon = decoder.raw_decode(arguments, position + 1)
        _, position = decoder.raw_decode(arguments, colon + 1)
        yield Argument(name, arguments[colon + 1 : position])


def secret_text(argument: Argument) -> str:
    """What stands in place of a secret: its length and the beginning of its SHA-256."""
    value = json.loads(argument.written)
    text = value if isinstance(value, str) else argument.written
    start = hashlib.sha256(text.encode()).hexdigest()[:4]
    return f"‹secret · {counted(len(text), 'character')} · sha256 {start}…›"


def _was_allowed(call: Call) -> bool:
    return not call.approval_id and call.requirement is None and call.decided_by != "policy"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
