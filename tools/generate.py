"""Writes the files that are made from the code: docs/states.md, docs/settings.md and .env.example.

With --check it only says which of them differ, and exits 1 if one does.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot import call_states, request_states
from bot.models.call import CallStatus
from bot.models.request import RequestStatus
from bot.settings import REPLACED, Settings

ROOT = Path(__file__).resolve().parents[1]
SETTINGS_RULES = (
    "The environment wins over `.env`, that over `countersign.yml`, that over the default. Flags are few: `--database "
    "FILE` of the commands that look after the store wins over `DATABASE_URL`. An empty value counts as not given. A "
    "secret may be written as `file:PATH`: then the file's content is used. An unknown name that begins with "
    "`COUNTERSIGN_` is an error. In `.env` a comment may stand after a blank and `#`; quotes keep it in the value. In "
    "`countersign.yml` a value is taken as it is written, and a name stands once."
)
NOTE = "Made by `make fix` (tools/generate.py) from the code; a change by hand is overwritten."

REQUEST_WORDS: Mapping[RequestStatus, str] = {
    RequestStatus.PLANNING: "The model is asked what to do next; calls that only read run here.",
    RequestStatus.WAITING: "People are asked: to approve, or to say what became of a call that was cut short.",
    RequestStatus.EXECUTING: "The decided calls run, in call order, each at most once.",
    RequestStatus.ANSWERING: "The answer is posted, page by page.",
    RequestStatus.DONE: "Every page of the answer is shown.",
    RequestStatus.CANCELLED: "The requester took it back; what had started was finished and recorded first.",
    RequestStatus.FAILED: "A fault of ours ended it; the requester was told with an incident id.",
}
CALL_WORDS: Mapping[CallStatus, str] = {
    CallStatus.PROPOSED: "The model wants it; policy has not spoken yet.",
    CallStatus.PENDING: "People are asked; votes are counted.",
    CallStatus.ALLOWED: "Policy allows it without asking anybody.",
    CallStatus.APPROVED: "Enough people agreed; it waits for its turn to run.",
    CallStatus.STARTED: "The approval is spent and the call may have left.",
    CallStatus.SUCCEEDED: "It happened.",
    CallStatus.FAILED: "It did not happen: it was refused before it was sent, or the system behind the tool said so.",
    CallStatus.UNKNOWN: "It was cut short, or the store was restored; it may have happened, and people are asked.",
    CallStatus.DENIED: "Policy or an approver refused it.",
    CallStatus.EXPIRED: "Nobody decided in time, or it was not run in time.",
    CallStatus.WITHDRAWN: "The requester took it back before it started.",
    CallStatus.SUPERSEDED: "Its arguments were edited and another call stands for it, or the store was restored.",
    CallStatus.REVOKED: "It was approved or allowed, and the policy in force when it should run forbids it.",
    CallStatus.NOT_RUN: "An earlier call of the same turn did not succeed.",
}


def documents() -> dict[str, str]:
    """Path from the root -> text, for every generated file."""
    return {"docs/states.md": _states(), "docs/settings.md": _settings(), ".env.example": _dotenv()}


def main(arguments: Sequence[str], root: Path) -> int:
    """The exit code: 1 when --check found a difference."""
    differing = [path for path, text in documents().items() if _read(root / path) != text]
    for path in differing:
        print(f"{path} differs from the code; run: make fix" if "--check" in arguments else f"wrote {path}")
    if "--check" in arguments:
        return int(bool(differing))
    for path in differing:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(documents()[path], encoding="utf-8")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _states() -> str:
    request = _machine(request_states.TRANSITIONS, REQUEST_WORDS, RequestStatus.PLANNING)
    call = _machine(call_states.TRANSITIONS, CALL_WORDS, CallStatus.PROPOSED)
    twin = (
        "A call that is identical to an open one is attached to it instead of being asked about again: it stays "
        f"`{CallStatus.PENDING}` and takes over the outcome of the other."
    )
    return f"# States\n\n{NOTE}\n\n## Request\n\n{request}\n\n## Call\n\n{call}\n\n{twin}\n"


def _machine(table: Mapping[Any, frozenset[Any]], words: Mapping[Any, str], first: StrEnum) -> str:
    rows = [(f"`{status}`", words[status], _following(ways)) for status, ways in table.items()]
    return f"{_diagram(table, first)}\n\n{_table(('status', 'meaning', 'what can follow'), rows)}"


def _diagram(table: Mapping[Any, frozenset[Any]], first: StrEnum) -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for status, ways in table.items():
        lines += [f"    {status} --> {following}" for following in sorted(ways) or ["[*]"]]
    return "\n".join([*lines, "```"])


def _following(ways: frozenset[Any]) -> str:
    return ", ".join(f"`{status}`" for status in sorted(ways)) or "nothing: it is closed"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _settings() -> str:
    known = [
        (f"`{one.metadata['env']}`", one.metadata["doc"], "a secret" if one.metadata["secret"] else _default(one))
        for one in fields(Settings)
    ]
    replaced = [(f"`{name}`", instead) for name, instead in sorted(REPLACED.items())]
    return "\n\n".join(
        [
            "# Settings",
            NOTE,
            SETTINGS_RULES,
            _table(("name", "what it is", "default"), known),
            "## Names that do nothing here",
            "Each is an error that says what to do instead.",
            _table(("name", "instead"), replaced) + "\n",
        ]
    )


def _default(one: Any) -> str:
    return f"`{one.default}`" if one.default else "empty"


def _dotenv() -> str:
    head = "# Copy this to .env and fill in what you need; docs/settings.md explains it.\n# " + NOTE
    return "\n\n".join([head, *(_entry(one) for one in fields(Settings))]) + "\n"


def _entry(one: Any) -> str:
    name, doc = one.metadata["env"], one.metadata["doc"]
    if name.endswith("*"):
        return f"# {doc}: each name that begins with {name.removesuffix('*')}"
    return f"# {doc}\n{name}={'' if one.metadata['secret'] else one.default}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ROOT))
