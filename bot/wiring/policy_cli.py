"""The composition root of `countersign policy`. Everything reads, but for `publish`.

All raise BadInput and StoreUnavailable. Nobody is asked about people: what only a directory knows of a
requester is not known here, and is read in the stricter way.
"""

import asyncio
from pathlib import Path
from sqlite3 import Connection

from bot import policy_file
from bot.adapters import sqlite_inspect, sqlite_past
from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_past import Past
from bot.adapters.sqlite_store import SqliteStore
from bot.adapters.static_people import read_people
from bot.canonical import canonical
from bot.errors import BadInput, NotFound
from bot.models.policy import Policy
from bot.models.question import Asker, Question
from bot.models.tools import Tool
from bot.people import unconfirmed
from bot.policy_check import Warned, warnings
from bot.policy_explain import Difference, Explanation, explain, simulate
from bot.proposing import question, question_of
from bot.wiring.system import SystemClock


def published(database: Path) -> Policy:
    """The policy that the store holds."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        return _current(connection)


def read(file: Path) -> Policy:
    """The policy of a file."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the policy file cannot be read", where=str(file), mend=str(error)) from error
    return policy_file.parse(text, file.name)


def check(policy: Policy, database: Path | None, directory: Path | None) -> list[Warned]:
    """What looks wrong, beside the tools that the store knows and the groups of a directory file, where given."""
    groups = None
    if directory is not None:
        groups = {f"@{name.removeprefix('@')}": True for name in read_people(directory).groups}
    return warnings(policy, _tools(database), groups)


def explained(policy: Policy, call_id: str, database: Path) -> Explanation:
    """What this policy says of a stored call, and why."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        try:
            asked = _question(sqlite_past.past_call(connection, call_id))
        except NotFound as unknown:
            raise BadInput(f"there is no call {call_id!r}", mend="`countersign requests --json` shows ids") from unknown
    return explain(asked, policy)


def supposed(policy: Policy, tool: str, arguments: str, database: Path) -> Explanation:
    """What this policy would say of a call of a tool that the store knows."""
    known = next((one for one in _tools(database) if one.full_name == tool), None)
    if known is None:
        raise BadInput(f"there is no tool {tool!r} in the store", mend="write server, two underscores, tool")
    asked = question_of(known, canonical(arguments), SystemClock().now(), Asker(), tainted=False)
    return explain(asked, policy)


def simulated(policy: Policy, database: Path, limit: int) -> tuple[int, tuple[Difference, ...]]:
    """How many of the newest calls were judged, and those of which this policy says something else."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        current = _current(connection)
        past = sqlite_past.past_calls(connection, limit)
    asked = [(one.call.id, _question(one)) for one in past if one.tool is not None]
    return len(asked), simulate(asked, current, policy)


def publish(policy: Policy, database: Path) -> Policy:
    """The policy under its version. A running bot goes by it from its next decision on."""

    async def stored() -> Policy:
        store = await SqliteStore.open(database, SystemClock())
        try:
            return await store.publish(policy)
        finally:
            await store.close()

    with sqlite_inspect.read_only(database) as connection, told(database):
        sqlite_inspect.demand_current(connection, database)
    return asyncio.run(stored())


def _current(connection: Connection) -> Policy:
    try:
        return sqlite_past.current_policy(connection)
    except NotFound as nothing:
        raise BadInput("no policy was published yet", mend="start the bot once, or publish a file") from nothing


def _question(past: Past) -> Question:
    return question(past.call, past.request.created_at, past.tool, unconfirmed(past.request))


def _tools(database: Path | None) -> tuple[Tool, ...]:
    if database is None or not database.is_file():
        return ()
    with sqlite_inspect.read_only(database) as connection, told(database):
        return sqlite_past.latest_tools(connection)
