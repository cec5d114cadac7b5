"""A secret's whole path: a tool server, the core, a file, Slack. It stands in one direct message and nowhere else."""

import base64
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Context, FastMCP
from fastmcp.tools.base import ToolResult

from bot import logs
from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.adapters.sealed_secrets import Unsealing
from bot.adapters.sqlite_store import SqliteStore
from bot.core import Core, Operator
from bot.models.call import CallStatus
from bot.models.inbound import Mention
from bot.models.people import Actor, Surface
from bot.models.request import Record
from bot.models.tools import Tool, Toolset
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.ports import ToolResult as Outcome
from bot.services import Ballot
from bot.steps import drive
from mcp_tools.sealing import NOBODY, SEALED, recipient, refused, sealed_result
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from tests.bot.adapters.slack_stage import a_notifier
from tests.engine import a_policy
from tests.handlers.slack.world import World
from tests.world import TEAM, FakeDirectory, FakeHistory, FakeModel, says, uses
from tests.world import World as Outside

PASSWORD = "kite-plum-73-Vexed"
KEY = Unsealing.of(base64.b64encode(bytes(range(32))).decode())
WANTED = ("demo__add_user", '{"mail":"new@example.com"}')


class Accounts:
    """A tool server that keeps accounts. `careless` quotes the password in its own words, too."""

    def __init__(self, careless: str = "") -> None:
        self.made: list[str] = []
        self.careless = careless
        self.server = FastMCP("demo")
        self.server.tool(self.add_user)

    def add_user(self, mail: str, context: Context) -> ToolResult:
        """Add an account with a fresh password."""
        to = recipient(context)
        if to is None:
            return refused()
        sealed = to.seal("Password", PASSWORD)
        self.made.append(mail)
        return sealed_result({"mail": mail, "said": self.careless}, sealed)


@dataclass(frozen=True)
class Private:
    """The toolbox with the bot's key."""

    toolbox: McpToolbox

    async def tools(self) -> Toolset:
        return await self.toolbox.tools()

    async def call(self, tool: Tool, arguments: str) -> Outcome:
        return await self.toolbox.call(tool, arguments, KEY.public)


@dataclass
class Bot:
    """The core with real adapters but for the model and the directory."""

    core: Core
    pump: Pump
    accounts: Accounts
    outside: Outside
    lines: io.StringIO
    store: SqliteStore
    asked: str
    database: Path
    workflow: LocalWorkflow = field(init=False)

    def use(self, core: Core) -> None:
        """From now on it is this core that works."""

        async def step(request_id: str) -> Any:
            return (await drive(core, request_id)).due_at

        self.core, self.workflow = core, LocalWorkflow(core.store, core.clock, step, self.pump.start_due)

    async def approved(self, surface: Surface = Surface.SLACK) -> Record:
        """Robin asks, the call is approved and has run. Nothing of what came of it was shown yet."""
        services = Orchestrator(self.core, self.workflow).services()
        mention = Mention(Actor(TEAM, ROBIN, surface), IT_HELP, self.asked, self.asked, "add new@example.com", ("k",))
        request = await services.receive(mention)
        await self.workflow.drain()
        await self.pump.drain()
        record = await self.store.load(request)
        clicked = Actor(TEAM, ALEX, Surface.SLACK)
        await services.vote(Ballot(record.approvals[0].id, (), clicked, True, "click", APPROVALS, "2.0"))
        await self.workflow.drain()
        return await self.store.load(request)

    async def told(self) -> None:
        """Everything is shown, and what came of that is saved and shown."""
        for _ in range(3):
            await self.pump.drain()
            await self.workflow.drain()

    def files(self) -> str:
        found = sorted(self.database.parent.glob(f"{self.database.name}*"))
        return b"".join(file.read_bytes() for file in found).decode("latin-1")


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What an operator reads who wants to know everything; the loggers are put back afterwards."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in ("", *logs._NOISY)}
    stream = io.StringIO()
    logs.configure(stream, "debug")
    yield stream
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
async def bot(world: World, accounts: Accounts, tmp_path: Path, lines: io.StringIO) -> AsyncIterator[Bot]:
    outside = Outside(script=[uses(WANTED), says("Finished.")])
    outside.groups = {"@it-admins": (ALEX,)}
    asked = await world.say(ROBIN, IT_HELP, "@Countersign add new@example.com")
    store = await SqliteStore.open(tmp_path / "store.sqlite3", outside.clock)
    await store.publish(a_policy())
    toolbox = McpToolbox([ServerSpec("demo", accounts.server, "demo")])
    model, people, history = FakeModel(outside), FakeDirectory(outside), FakeHistory()
    core = Core(store, people, history, model, toolbox, outside.clock, outside.new_id)
    core = replace(core, operator=Operator(approver_channel=APPROVALS), private=Private(toolbox))
    pump = Pump(store, a_notifier(world, store.tools, KEY.open), outside.clock)

    opened = Bot(core, pump, accounts, outside, lines, store, asked, tmp_path / "store.sqlite3")
    opened.use(core)
    yield opened
    await toolbox.close()
    await store.close()


async def direct(world: World, user: str, reader: str) -> str:
    """What `reader` sees of the direct messages of `user` with the bot, through the page's own interface."""
    channel = world.slack.workspace.direct_channel(user).id
    async with world.http.get(f"{world.url}/sandbox/channels/{channel}/messages", params={"as": reader}) as answer:
        return await answer.text()


async def everything_else(world: World, bot: Bot, record: Record) -> str:
    """All that anybody but Robin, in the direct messages, can ever read."""
    posts = [message.body for place in (IT_HELP, APPROVALS) for message in world.messages(place, ROBIN)]
    audit = await bot.store.audit(record.request.id)
    rows = await bot.store.rows(record.request.id)
    return str((posts, audit, rows, bot.outside.prompts, record)) + bot.lines.getvalue() + bot.files()


async def test_it_stands_in_the_requesters_direct_message_and_nowhere_else(world: World, bot: Bot) -> None:
    before = await bot.approved()
    [call] = before.calls
    assert (bot.accounts.made, call.status) == (["new@example.com"], CallStatus.SUCCEEDED)
    assert PASSWORD not in await everything_else(world, bot, before)
    await bot.told()
    assert PASSWORD in await direct(world, ROBIN, ROBIN)
    assert PASSWORD not in await direct(world, ROBIN, ALEX)
    after = await bot.store.load(before.request.id)
    read = await everything_else(world, bot, after)
    assert PASSWORD not in read
    assert SEALED not in read
    assert "the secret was sent to the requester" in read
    assert "Sent to the requester alone, in a direct message" in str(json.loads(bot.outside.prompts[-1].messages))


async def test_no_base64_of_what_was_sent_is_left_in_the_store(world: World, bot: Bot) -> None:
    record = await bot.approved()
    [row] = [row for row in await bot.store.rows(record.request.id) if row.id.startswith("secret:")]
    ciphertext = json.loads(row.text)[0]["ciphertext"]
    assert ciphertext in bot.files()
    await bot.told()
    assert ciphertext not in await everything_else(world, bot, await bot.store.load(record.request.id))


@pytest.mark.parametrize("accounts", [Accounts(f"The new password is {PASSWORD}")], ids=["careless"])
async def test_what_a_careless_tool_says_beside_it_is_redacted(world: World, bot: Bot) -> None:
    record = await bot.approved()
    await bot.told()
    assert PASSWORD in await direct(world, ROBIN, ROBIN)
    assert PASSWORD not in await everything_else(world, bot, await bot.store.load(record.request.id))


async def test_for_a_requester_who_cannot_be_told_alone_the_tool_refuses_before_it_changes_anything(
    world: World, bot: Bot
) -> None:
    record = await bot.approved(Surface.API)
    [call] = record.calls
    assert (bot.accounts.made, call.status) == ([], CallStatus.FAILED)
    assert call.result is not None
    assert NOBODY in call.result.text
    await bot.told()
    assert PASSWORD not in await direct(world, ROBIN, ROBIN)


async def test_without_a_key_the_tool_refuses_before_it_changes_anything(bot: Bot) -> None:
    bot.use(replace(bot.core, private=None))
    await bot.approved()
    assert bot.accounts.made == []
