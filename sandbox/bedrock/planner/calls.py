"""Which calls a conversation needs, made or not, and what has to be asked back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.bedrock.planner import answer, arguments, schema
from sandbox.bedrock.planner.arguments import Filled
from sandbox.bedrock.planner.conversation import Step, Talk, call_key, mails, next_token, others, records
from sandbox.bedrock.planner.entities import SHAPES
from sandbox.bedrock.planner.request import PRONOUN, Clause, clauses
from sandbox.bedrock.planner.tools import Tool, best
from sandbox.bedrock.planner.words import READS, split_name, stem, thing

PAGES = 20


@dataclass(frozen=True, slots=True)
class Want:
    """A call that a clause needs. `lookup` says that it only serves another."""

    tool: Tool
    args: dict[str, Any]
    clause: Clause
    lookup: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return call_key(self.tool.name, self.args)


@dataclass(slots=True)
class Calls:
    """The calls that the conversation needs, in order, and `notes`: questions and what could not be found."""

    talk: Talk
    offered: Sequence[Tool]
    wants: list[Want] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def work_out(self) -> None:
        """Goes through everything that was asked."""
        extra = frozenset(stem(part) for tool in self.offered for part in split_name(tool.name))
        around, last = mails(self.talk.around), None
        for ask in self.talk.asks:
            for clause in clauses(ask, last, extra):
                self._serve(arguments.with_context(self._pointed(clause), around))
                last = clause

    def _pointed(self, clause: Clause) -> Clause:
        """ "Suspend him": the one address that others wrote in the thread."""
        named = mails(others(self.talk.around))
        if clause.targets or not PRONOUN.search(clause.text) or len(named) != 1:
            return clause
        return clause.only("mails", *named)

    def _serve(self, clause: Clause) -> None:
        tool = best(self.offered, clause, _fit)
        if tool is None:
            return
        for filled in arguments.calls(tool.schema, clause):
            target = schema.named_target(tool.schema, filled.missing)
            if target and (clause.names or clause.loose) and not _is_new(filled):
                for name in clause.names or clause.loose:
                    self._by_name(Want(tool, filled.args, clause), target, name)
            elif filled.missing:
                self.notes.append(_question(tool, filled.missing))
            else:
                self._add(Want(tool, filled.args, clause), every_page=clause.wants_all)

    def _add(self, want: Want, *, every_page: bool) -> list[Want]:
        added = [want, *(self._pages(want) if every_page else [])]
        self.wants += added
        return added

    def _by_name(self, want: Want, target: tuple[str, str], name: str) -> None:
        """The call itself once all pages of the look-up are there and hold the name once."""
        tool, clause = want.tool, want.clause
        around = {kind: clause.get(kind) for kind in ("context", "domains", "regions")}
        finder = self._finder(tool, target[1], Clause(f"find {tool.noun} {name}", READS, around, (name,)))
        if finder is None:
            self.notes.append(_question(tool, [target[1]]))
            return
        pages = self._add(finder, every_page=True)
        steps = self._made(pages)
        if len(steps) < len(pages) or any(step.outcome != "succeeded" for step in steps):
            return
        rows = (row for step in steps for row in records(step.data) or [] if answer.has_name(row, name))
        ids = list(dict.fromkeys(value for row in rows if (value := _value(row, *target))))
        if len(ids) != 1:
            self.notes.append(_unclear(tool, name, ids))
        elif "groups" in schema.kinds(target[1]):
            self.wants.append(replace(want, args=want.args | {target[1]: ids[0]}))
        else:
            self.wants += [
                Want(tool, one.args, clause) for one in arguments.calls(tool.schema, clause.only(target[0], *ids))
            ]

    def _finder(self, tool: Tool, place: str, asked: Clause) -> Want | None:
        """A read that can find such a thing by name: rather on the same server, rather by searching than by listing."""
        found: list[tuple[tuple[bool, bool, bool, int], Tool, Filled]] = []
        about = {thing(part) for part in split_name(place)}
        for n, other in enumerate(self.offered):
            filled = arguments.fill(other.schema, asked, other.schema)
            if other.reads and not filled.missing and other.things & (about | tool.things):
                order = (other.alias == tool.alias, bool(other.things & about), asked.names[0] in str(filled.args), -n)
                found.append((order, other, filled))
        if not found:
            return None
        _, other, filled = max(found, key=lambda item: item[0])
        return Want(other, filled.args, asked, lookup=True)

    def _made(self, wants: Sequence[Want]) -> list[Step]:
        keys = {want.key for want in wants}
        return [step for step in self.talk.steps if step.key in keys]

    def _pages(self, want: Want) -> list[Want]:
        """The same read for every further page that is known of, at most 20."""
        fields = want.tool.schema
        param = next((name for name, _ in schema.properties(fields, fields) if schema.TOKEN.match(name)), None)
        pages = [want]
        while param and want.tool.reads and len(pages) < PAGES:
            token = next((next_token(step.data) for step in self._made(pages[-1:])), "")
            args = _put(want.args, param, token, nested=param not in fields.get("properties", {}))
            if not token or any(page.args == args for page in pages):
                break
            pages.append(Want(want.tool, args, want.clause, want.lookup))
        return pages[1:]


def _is_new(filled: Filled) -> bool:
    """A name that was taken for the name of somebody new says nobody who could be looked up."""
    return any(schema.kinds(name) == ("part of name",) for name in filled.args)


def _put(args: dict[str, Any], param: str, value: str, *, nested: bool) -> dict[str, Any]:
    """The arguments with one more, inside their only object if the schema has it there."""
    if not nested:
        return args | {param: value}
    return {key: inner | {param: value} if isinstance(inner, dict) else inner for key, inner in args.items()}


def _fit(tool: Tool, clause: Clause) -> float:
    """How well the schema can be filled from the clause."""
    filled = arguments.fill(tool.schema, clause, tool.schema)
    values = str(filled.args)
    used = sum(
        any(v in values for v in clause.get(kind)) for kind in clause.found if kind not in ("context", "numbers")
    )
    used += any(name in values for name in clause.names + clause.loose)
    flags = sum(isinstance(value, bool) for value in filled.args.values())
    required = set(tool.schema.get("required", ())) - set(filled.missing)
    return 1.5 * min(used, 3) + flags + 1.5 * len(required) - 2.5 * len(filled.missing)


def _question(tool: Tool, missing: list[str]) -> str:
    wanted = " and ".join(" ".join(split_name(name)) for name in missing)
    return f"{answer.join('To', tool.verb, tool.noun)} I need to know the {wanted}. Please tell me, and I will go on."


def _unclear(tool: Tool, name: str, hits: list[str]) -> str:
    if not hits:
        return f"I found nothing called {name}, so I did not {tool.verb} anything. An exact address or id would help."
    return f"{name} could be any of {', '.join(hits)}. Which one do you mean? I did not {tool.verb} anything."


def _value(record: dict[str, Any], kind: str, name: str) -> str | None:
    """What a record holds for a property: its main address, or the field of the property's own name, or its id."""
    scalars = {key: str(value) for key, value in answer.flat(record).items()}
    if kind == "mails":
        addresses = {key: value for key, value in scalars.items() if SHAPES["mails"].fullmatch(value)}
        return next((v for k, v in addresses.items() if "primary" in k.lower()), next(iter(addresses.values()), None))
    wanted = [stem(part) for part in split_name(name)]
    same = (v for k, v in scalars.items() if [stem(p) for p in split_name(k)] == wanted)
    return next(same, scalars.get("id", scalars.get("key")))
