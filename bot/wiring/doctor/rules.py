"""The policy: whether it loads, is in force, and means what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from bot.adapters import sqlite_inspect, sqlite_past
from bot.adapters.sqlite_connection import told
from bot.errors import BadInput, NotFound, StoreUnavailable
from bot.models.policy import Policy
from bot.models.replacing import replace
from bot.models.tools import Tool
from bot.policy_check import warnings
from bot.settings import Settings
from bot.wiring.doctor.finding import Finding, fail, ok, skipped, warn
from bot.wiring.usable import read_policy

TEAM = "SELECT team FROM requests ORDER BY seq DESC LIMIT 1"
SHIPPED = "the policy that is shipped"


def written(settings: Settings) -> Policy | BadInput:
    """The policy that the bot would publish at its next start."""
    try:
        return read_policy(settings)
    except BadInput as wrong:
        return wrong


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store remembers: the policy in force, the tools it has seen, the workspace of its newest request."""

    policy: Policy | None = None
    tools: tuple[Tool, ...] = ()
    team: str = ""


def kept(database: Path) -> Kept:
    """Nothing of a store that is not there, cannot be read, or is of another version: `store` says why."""
    try:
        with sqlite_inspect.read_only(database) as connection, told(database):
            sqlite_inspect.demand_current(connection, database)
            newest = connection.execute(TEAM).fetchone()
            tools = sqlite_past.latest_tools(connection)
            return Kept(_in_force(connection), tools, newest[0] if newest else "")
    except (BadInput, StoreUnavailable):
        return Kept()


def loads(policy: Policy | BadInput, settings: Settings, in_force: Policy | None) -> list[Finding]:
    """Whether the file can be used, and whether the bot goes by it."""
    source = settings.policy_path or SHIPPED
    if isinstance(policy, BadInput):
        return [fail("policy.file", f"{policy.where}: {policy.what}", policy.mend, source=source)]
    read = ok("policy.file", f"{source}: {len(policy.rules)} rule(s)", rules=len(policy.rules), source=source)
    if in_force is None:
        return [read, skipped("policy.in_force", "no bot has published one in this store yet")]
    version = in_force.version
    if replace(in_force, version=0) == replace(policy, version=0):
        return [read, ok("policy.in_force", f"v{version}, the same as {source}", version=version)]
    what = f"v{version} is in force, and {source} says something else"
    mend = "the file is published when the bot starts, or with `countersign policy publish FILE`"
    return [read, warn("policy.in_force", what, mend, version=version)]


def rules(policy: Policy, tools: Sequence[Tool]) -> list[Finding]:
    """What is allowed and yet probably a mistake. Groups are told by `approvers`, so these are not said twice."""
    found = warnings(policy, tools)
    if not found:
        looked = f"{len(tools)} tool(s) looked at" if tools else "no tools are known yet to look at names with"
        return [ok("policy.rules", f"nothing looks like a mistake; {looked}", tools=len(tools))]
    mend = "`countersign policy check FILE` lists it; docs/policy.md explains the fields"
    return [warn("policy.rules", f"{one.rule or 'defaults.ask'}: {one.what}", mend, rule=one.rule) for one in found]


def _in_force(connection: Connection) -> Policy | None:
    try:
        return sqlite_past.current_policy(connection)
    except NotFound:
        return None
