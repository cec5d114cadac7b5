"""A crash at every point from the call that made a secret to its deletion: it arrives, or people know it is lost."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.sealed import Sealed
from bot.ports import ToolOutcome, ToolResult
from tests.crash_life import beginning, lived
from tests.crash_pairs import calm, distinct
from tests.crash_scripts import ONE, Script, click, mention
from tests.invariants import Evidence, broken

SEALED = (Sealed("Password", "Y2lwaGVydGV4dA=="),)


def _makes_one(_tool: Any, _arguments: str) -> ToolResult:
    return ToolResult(ToolOutcome.SUCCEEDED, "done", sealed=SEALED)


WORLD = MappingProxyType({"answer": lambda: _makes_one, "has_key": lambda: True})
SCRIPT = Script("a secret", (mention, click()), ONE, (CallStatus.SUCCEEDED,), world=WORLD)


def wrong_with_the_secret(found: Evidence) -> Iterator[str]:
    kinds = [event.kind for event in found.audit]
    posted = [row for row, _ in found.messages if row.kind is Kind.SECRET]
    if not posted and not found.ever_unknown:
        yield "it never arrived, and nobody knows"
    if len(posted) > 1:
        yield "it was posted more than once"
    if posted and (kinds.count("secret.sealed"), kinds.count("secret.sent"), kinds.count("secret.lost")) != (1, 1, 0):
        yield f"the trail says {kinds}"
    if any(row.text for row in found.rows if row.kind is Kind.SECRET) or SEALED[0].ciphertext in str(found.audit):
        yield "it is still kept"


async def test_it_arrives_once_or_people_know_that_it_is_lost() -> None:
    points = list(distinct((await calm(SCRIPT, await beginning(SCRIPT))).points))
    assert len(points) > 30
    for (name, moment), _ in points:
        found = await lived(SCRIPT, moment.later())
        assert [*wrong_with_the_secret(found), *broken(found)] == [], name
