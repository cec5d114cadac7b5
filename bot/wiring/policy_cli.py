"""The composition root of `countersign policy`. Everything reads, but for `publish`.

All raise BadInput and StoreUnavailable. Nobody is asked about people: what only a directory knows of a
requester is not known here, and is read in the stricter way.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from bot import policy_cedar, policy_file
from bot.adapters import sqlite_inspect, sqlite_past
from bot.adapters.keys import ENTERS, signer
from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_past import Past
from bot.adapters.sqlite_store import SqliteStore
from bot.adapters.static_people import People, read_people
from bot.approvers import unconfirmed
from bot.budgets import Budgets
from bot.canonical import canonical
from bot.errors import BadInput, NotFound
from bot.models.people import Surface
from bot.models.policy import Policy
from bot.models.question import Asker, Question
from bot.models.replacing import replace
from bot.models.tools import Tool
from bot.policy_asks import NOTHING
from bot.policy_cedar import Cedar
from bot.policy_check import Warned, warnings
from bot.policy_explain import Difference, Explanation, explain, simulate
from bot.proposing import checked, question, question_of
from bot.setting_sources import read_text
from bot.shadowing import KIND, Shadowed, identity
from bot.wiring.system import SystemClock
from bot.wiring.usable import known


def published(database: Path) -> Policy:
    """The policy that the store holds."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        return _current(connection)


def read(file: Path, directory: Path | None = None, totp: Path | None = None, *, strict: bool = False) -> Policy:
    """The policy of a file. `strict`: it is to be in force beside these files of people and of secrets for codes."""
    return policy_file.parse(read_text(file), file.name, known(directory, totp) if strict else NOTHING)


def check(policy: Policy, database: Path | None, directory: Path | None) -> list[Warned]:
    """What looks wrong, beside the tools that the store knows and the groups of a directory file, where given."""
    groups = None
    if directory is not None:
        groups = {f"@{name.removeprefix('@')}": True for name in read_people(directory).groups}
    return warnings(policy, _tools(database), groups)


@dataclass(frozen=True, slots=True)
class Given:
    """What is taken to be so for a trial, in place of what is stored: who asks, when, and whether others wrote text.

    The file of people tells of what groups a requester is.
    """

    directory: Path | None = None
    user: str = ""
    at: datetime | None = None
    tainted: bool = False

    def of(self, asked: Question) -> Question:
        """The question under these circumstances. Raises BadInput for a file that cannot be used."""
        asker = Asker(self.user, Surface.SLACK, asked.asker.channel) if self.user else asked.asker
        if self.directory is not None and asker.user:
            asker = _looked_up(asker, read_people(self.directory))
        return replace(asked, asker=asker, at=self.at or asked.at, tainted=asked.tainted or self.tainted)


NOTHING_GIVEN = Given()


def _looked_up(asker: Asker, people: People) -> Asker:
    groups = {f"@{name}": asker.user in users for name, users in people.groups.items()}
    person = people.people.get(asker.user)
    return replace(asker, groups=groups, email=person.email if person else asker.email)


def explained(policy: Policy, call_id: str, database: Path, given: Given = NOTHING_GIVEN) -> Explanation:
    """What this policy says of a stored call, and why."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        try:
            asked = _question(sqlite_past.past_call(connection, call_id))
        except NotFound as unknown:
            raise BadInput(f"there is no call {call_id!r}", mend="`countersign requests --json` shows ids") from unknown
    return explain(given.of(asked), policy)


def supposed(policy: Policy, tool: str, arguments: str, database: Path, given: Given = NOTHING_GIVEN) -> Explanation:
    """What this policy would say of a call of a tool that the store knows, and whether the tool would take it."""
    known = next((one for one in _tools(database) if one.full_name == tool), None)
    if known is None:
        raise BadInput(f"there is no tool {tool!r} in the store", mend="write server, two underscores, tool")
    asked = question_of(known, canonical(arguments), SystemClock().now(), Asker(), tainted=False)
    found = explain(given.of(asked), policy)
    try:
        checked(known, arguments, Budgets().argument_text)
    except BadInput as refused:
        return replace(found, refused=str(refused))
    return found


def simulated(
    policy: Policy, database: Path, limit: int, given: Given = NOTHING_GIVEN
) -> tuple[int, tuple[Difference, ...]]:
    """How many of the newest calls were judged, and those of which this policy says something else."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        current = _current(connection)
        past = sqlite_past.past_calls(connection, limit)
    asked = [(one.call.id, given.of(_question(one))) for one in past if one.tool is not None]
    return len(asked), simulate(asked, current, policy)


def shadowed(database: Path, file: Path | None) -> list[Shadowed]:
    """What shadows said otherwise, newest first; of the one in the file alone, where it is given."""
    wanted = identity(read(file)) if file else ""
    with sqlite_inspect.read_only(database) as connection, told(database):
        events = sqlite_past.noted(connection, KIND)
    return [one for one in map(Shadowed.read, events) if one.policy == wanted or not wanted]


def cedar(policy: Policy, database: Path) -> Cedar:
    """The policy as Cedar, for the tools that the store knows."""
    tools = _tools(database)
    if not tools:
        raise BadInput("the store knows no tools", where=str(database), mend="let the bot answer one request first")
    return policy_cedar.export(policy, sorted(tools, key=lambda tool: tool.full_name))


def cedar_flaws(exported: Cedar) -> list[str]:
    """What Cedar itself finds wrong with policies and schema. Raises BadInput where cedarpy is not installed."""
    try:
        import cedarpy  # noqa: PLC0415 - an extra
    except ImportError as missing:
        mend = "pip install 'countersign[cedar]'"
        raise BadInput("cedarpy is not installed, so nothing was checked", where="--check", mend=mend) from missing
    found = cedarpy.validate_policies(exported.policies, exported.schema)
    return [str(error) for error in found.errors]


def publish(policy: Policy, database: Path, secret_key: str = "") -> Policy:
    """The policy under its version. A running bot goes by it from its next decision on, if it has the same key."""

    async def stored() -> Policy:
        sign = signer(secret_key, ENTERS) if secret_key else None
        store = await SqliteStore.open(database, SystemClock(), sign=sign)
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
