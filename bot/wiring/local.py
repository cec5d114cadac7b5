"""The composition root of the laptop and the single server: SQLite, Slack, Bedrock, tools in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.code_file import CodeFile
from bot.adapters.keys import ENTERS, signer
from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.sealed_secrets import Unsealing
from bot.adapters.slack_client import SlackIdentity, app_id_of, outgoing_client, outgoing_session
from bot.adapters.slack_directory import SlackDirectory
from bot.adapters.slack_history import SlackHistory
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_render import Renderer
from bot.adapters.sqlite_store import SqliteStore
from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import read_people
from bot.budgets import Budgets
from bot.core import Core, Operator
from bot.executor import save_all_unsaved
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.ports import Clock, Directory
from bot.services import Services
from bot.settings import Settings
from bot.steps import drive
from bot.wiring.late import Late, Private
from bot.wiring.system import RandomIds, SystemClock
from bot.wiring.usable import read_policy, read_shadow


@dataclass(frozen=True, slots=True)
class Local:
    """What an entry point needs: the use cases, the Slack client and identity, the loop that does the work.

    `late` says when the model and the tools are there, or that they never will be.
    """

    services: Services
    client: AsyncWebClient
    identity: SlackIdentity
    store: SqliteStore
    workflow: LocalWorkflow
    pump: Pump
    late: Late


@asynccontextmanager
async def local(settings: Settings) -> AsyncIterator[Local]:
    """Everything opened, and closed again in the end.

    Raises:
        BadInput: a file that the settings name is unusable; what concerns model and tools comes from `late`.
        StoreUnavailable: the database is.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await _store(settings, clock, stack)
        session = await stack.enter_async_context(outgoing_session())
        client = outgoing_client(settings.slack_bot_token, settings.slack_api_url, session)
        identity = SlackIdentity(client, asyncio.sleep, app_id_of(settings.slack_app_token))
        late = Late(settings, store)
        unsealing = Unsealing.of(settings.secret_key) if settings.secret_key else None
        stack.push_async_callback(late.close)
        directory = _directory(settings, client, identity, clock)
        core = Core(
            store=store,
            directory=directory,
            history=SlackHistory(client, identity),
            model=late,
            toolbox=late,
            clock=clock,
            new_id=RandomIds(),
            budgets=_budgets(settings),
            operator=_operator(settings),
            shadow=read_shadow(settings),
            code_secrets=CodeFile(settings.totp_path) if settings.totp_path else None,
            private=Private(late, unsealing.public) if unsealing else None,
        )

        async def step(request_id: str) -> datetime | None:
            return (await drive(core, request_id)).due_at

        queue = SlackQueue(clock, asyncio.sleep)
        renderer = _renderer(settings, identity, store, unsealing, directory)
        pump = Pump(store, SlackNotifier(client, queue, renderer), clock)
        stack.push_async_callback(pump.close)

        async def catch_up() -> int:
            await save_all_unsaved(core)
            return await pump.start_due()

        workflow = LocalWorkflow(store, clock, step, catch_up, lease=timedelta(seconds=float(settings.lease)))
        stack.push_async_callback(workflow.close)
        stack.callback(queue.end)  # these two first: what has not left need not be waited for
        stack.callback(late.end)
        yield Local(Orchestrator(core, workflow).services(), client, identity, store, workflow, pump, late)


async def _store(settings: Settings, clock: Clock, stack: AsyncExitStack) -> SqliteStore:
    """Opened until `stack` ends, with the policy of the settings in force."""
    sign = signer(settings.secret_key, ENTERS) if settings.secret_key else None
    store = await SqliteStore.open(settings.database_path, clock, sign=sign)
    stack.push_async_callback(store.close)
    await store.publish(read_policy(settings))
    return store


def _renderer(
    settings: Settings,
    identity: SlackIdentity,
    store: SqliteStore,
    unsealing: Unsealing | None,
    directory: Directory,
) -> Renderer:
    hosts = frozenset(_listed(settings.image_hosts))
    group_id = directory.group_id if isinstance(directory, SlackDirectory) else None
    return Renderer(identity, store.tools, unsealing.open if unsealing else None, hosts, group_id)


def _directory(settings: Settings, client: AsyncWebClient, identity: SlackIdentity, clock: Clock) -> Directory:
    if settings.directory_path:
        return StaticDirectory(read_people(Path(settings.directory_path)), clock)
    return SlackDirectory(client, identity, clock)


def _budgets(settings: Settings) -> Budgets:
    return Budgets(
        tokens=int(settings.request_tokens),
        user_day=int(settings.user_day_tokens or 0),
        channel_day=int(settings.channel_day_tokens or 0),
        day=int(settings.day_tokens or 0),
        month=int(settings.month_tokens or 0),
    )


def _operator(settings: Settings) -> Operator:
    return Operator(
        approver_channel=settings.slack_channel,
        trusted_servers=frozenset(_listed(settings.trusted_servers)),
        admins=_listed(settings.admins),
        grace=float(settings.write_grace),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())
