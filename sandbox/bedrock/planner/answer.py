"""The final text: what happened first, then a table or a list."""

import re
from collections.abc import Sequence
from typing import Any

from sandbox.bedrock.planner.conversation import Step, next_token, records
from sandbox.bedrock.planner.request import Clause
from sandbox.bedrock.planner.tools import Tool
from sandbox.bedrock.planner.words import actions, past, split_name, stem

SAID = {
    "superseded": "was replaced by an edited call",
    "revoked": "was stopped after its approval",
    "not run": "was not run",
    "expired": "expired",
    "failed": "failed",
}
REMARKS = frozenset({"comment", "note", "reason"})
LONG = 100
"""Rows; what is longer is not copied but referred to, as the system prompt says."""
FIRST_COLUMNS = ("mail", "key", "name", "summary", "title", "status", "state", "suspended", "id")


def happened(tool: Tool, step: Step) -> str:
    """A sentence or two about a call that changes something, or that went wrong."""
    what = join(tool.verb, tool.noun, target(step.args))
    said = reason(step)
    if step.outcome == "succeeded":
        done = join("Done:", past(tool.verb), tool.noun, target(step.args)) + "."
        facts = bullets(step.data) if isinstance(step.data, dict) else ""
        return done if not (said or facts) else said if facts and said else f"{done}\n\n{facts or said}"
    if step.outcome == "unknown":
        return f"Nobody knows yet whether this happened: {what}. {said}".strip()
    nothing = "" if "nothing was" in said.lower() else "It was not done."
    what = what[0].upper() + what[1:]
    if said.lower().startswith(step.outcome) and step.outcome not in SAID:
        return join(what, "was", said[0].lower() + said[1:], nothing)
    return join(what, SAID.get(step.outcome, f"was {step.outcome}") + ".", said, nothing)


def join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def reason(step: Step) -> str:
    """What the result itself says, as a sentence; of a record without one its fields."""
    data: Any = step.data
    while isinstance(data, dict) and isinstance(data.get("error"), dict):
        data = data["error"]
    if not isinstance(data, dict):
        return sentence(" ".join(step.text.split())[:500])
    said = next((str(data[k]) for k in ("summary", "reason", "message", "error", "detail", "note") if data.get(k)), "")
    return sentence(said)


def sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?" else text + "."


def target(args: Any) -> str:
    """What a call is aimed at, in its own words."""
    if isinstance(args, dict):
        aimed = {key: value for key, value in args.items() if key not in REMARKS} or args
        values = [target(value) for value in aimed.values() if value not in (None, "", True, False)]
        return next((value for value in values if value), "")
    return ", ".join(map(str, args)) if isinstance(args, list) else str(args)


def found(tool: Tool, steps: Sequence[Step], clause: Clause | None) -> str:
    """What all pages of a read say, narrowed to what the clause asked for."""
    rows = [row for step in steps for row in records(step.data) or ()]
    if all(records(step.data) is None for step in steps):
        return _single(steps[-1], clause)
    rows = narrowed(rows, clause) if clause else rows
    every = not clause or len(rows) == sum(len(records(step.data) or ()) for step in steps)
    noun = tool.noun or "results"
    count = f"Found {len(rows)} {noun if len(rows) != 1 else noun.removesuffix('s')}." if rows else f"Found no {noun}."
    more = "\n\nThere are more. Ask for all of them to see the rest." if next_token(steps[-1].data) else ""
    shown = f"[[result {steps[-1].tool}]]" if every and len(rows) > LONG else table(rows)
    return f"{count}\n\n{shown}{more}".strip()


def narrowed(rows: list[dict[str, Any]], clause: Clause) -> list[dict[str, Any]]:
    """The rows whose flags agree with the clause ("suspended"), and that carry a name it mentions, if any does."""
    flags = [
        key for key, value in (rows[0] if rows else {}).items() if isinstance(value, bool) and is_said(key, clause)
    ]
    if flags and "not" not in clause.stems:
        rows = [row for row in rows if any(row.get(flag) is True for flag in flags)]
    named = [row for row in rows if any(has_name(row, name) for name in clause.names + clause.loose)]
    return named or rows


def is_said(flag: str, clause: Clause) -> bool:
    """The clause speaks of it: "admins" of is_super_admin, "disabled" of suspended."""
    parts = {stem(part) for part in split_name(flag)} - {"is", "has"}
    return bool(parts & clause.stems) or any(
        actions(part) & actions(state) for part in parts for state in clause.states
    )


def has_name(row: dict[str, Any], name: str) -> bool:
    """Every word of the name stands in the record."""
    text = str(row).lower()
    return all(re.search(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])", text) for word in name.split())


def _single(step: Step, clause: Clause | None) -> str:
    if not isinstance(step.data, dict):
        return f"This is what came back:\n\n{step.text}" if step.text else "It came back empty."
    who = target(step.args)
    if clause and re.match(r"\W*(?:is|are|was|has)\b", clause.text, re.IGNORECASE):
        for key, value in flat(step.data).items():
            if isinstance(value, bool) and stem(key.rpartition(".")[2]) in clause.states:
                yes = "Yes" if value else "No"
                return f"{yes}, {who} is {'' if value else 'not '}{key.rpartition('.')[2]}.\n\n{bullets(step.data)}"
    return f"This is {who or 'the result'}:\n\n{bullets(step.data)}"


def flat(data: dict[str, Any], depth: int = 2) -> dict[str, Any]:
    """Scalars of a record, those one level down as "outer.inner"."""
    out: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict) and depth > 1:
            out |= {f"{key}.{inner}": v for inner, v in flat(value, depth - 1).items()}
        elif not isinstance(value, dict | list):
            out[key] = value
    return out


def bullets(data: dict[str, Any]) -> str:
    return "\n".join(
        f"- {key}: {cell(value)}" for key, value in list(flat(data).items())[:12] if value not in (None, "")
    )


def table(rows: list[dict[str, Any]]) -> str:
    """A markdown table of at most six columns, the telling ones first."""
    flats = [flat(row) for row in rows]
    keys = list(dict.fromkeys(key for row in flats for key in row))

    def rank(key: str) -> int:
        return next((n for n, word in enumerate(FIRST_COLUMNS) if word in key.lower()), len(FIRST_COLUMNS))

    columns = sorted(keys, key=rank)[:6]
    if not columns:
        return ""
    lines = [columns, ["---"] * len(columns), *([cell(row.get(key, "")) for key in columns] for row in flats)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: Any) -> str:
    """A value for a table: yes and no for flags, one line."""
    text = {True: "yes", False: "no", None: ""}.get(value) if isinstance(value, bool | None) else str(value)
    return " ".join(str(text).split()).replace("|", "\\|")


def abilities(tools: Sequence[Tool]) -> str:
    """What can be asked for, one line a server."""
    if not tools:
        return "I have no tools here, so I can only talk. An admin can connect some."
    by_server: dict[str, list[str]] = {}
    for tool in tools:
        by_server.setdefault(tool.alias or "tools", []).append(f"{tool.verb} {tool.noun}".strip())
    lines = [f"- {alias}: {', '.join(dict.fromkeys(names))}" for alias, names in by_server.items()]
    return (
        "This is what I can do here:\n\n"
        + "\n".join(lines)
        + "\n\nName the person or thing it is about, and I will look after it."
    )
