"""The composition root of the laptop and the single server: SQLite, Slack, Bedrock, tools in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot import policy_file
from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.slack_client import SlackIdentity, app_id_of, outgoing_client, outgoing_session
from bot.adapters.slack_directory import SlackDirectory
from bot.adapters.slack_history import SlackHistory
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_render import Renderer
from bot.adapters.sqlite_store import SqliteStore
from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import read_people
from bot.core import Core, Operator
from bot.errors import BadInput
from bot.executor import save_all_unsaved
from bot.models.policy import Policy
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.ports import Clock, Directory
from bot.services import Services
from bot.settings import Settings
from bot.steps import drive
from bot.wiring.late import Late
from bot.wiring.system import RandomIds, SystemClock

SHIPPED_POLICY = Path(__file__).parents[1] / "policies" / "default.yml"


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
        store = await SqliteStore.open(settings.database_path, clock)
        stack.push_async_callback(store.close)
        await store.publish(read_policy(settings))
        session = await stack.enter_async_context(outgoing_session())
        client = outgoing_client(settings.slack_bot_token, settings.slack_api_url, session)
        identity = SlackIdentity(client, asyncio.sleep, app_id_of(settings.slack_app_token))
        late = Late(settings)
        stack.push_async_callback(late.close)
        core = Core(
            store=store,
            directory=_directory(settings, client, identity, clock),
            history=SlackHistory(client, identity),
            model=late,
            toolbox=late,
            clock=clock,
            new_id=RandomIds(),
            operator=_operator(settings),
        )

        async def step(request_id: str) -> datetime | None:
            return (await drive(core, request_id)).due_at

        notifier = SlackNotifier(client, SlackQueue(clock, asyncio.sleep), Renderer(identity, store.tools))
        pump = Pump(store, notifier, clock)
        stack.push_async_callback(pump.close)

        async def catch_up() -> int:
            await save_all_unsaved(core)
            return await pump.start_due()

        lease = timedelta(seconds=float(settings.lease))
        workflow = LocalWorkflow(store, clock, step, catch_up, lease=lease)
        stack.push_async_callback(workflow.close)
        yield Local(Orchestrator(core, workflow).services(), client, identity, store, workflow, pump, late)


def read_policy(settings: Settings) -> Policy:
    """The policy file, or the one that is shipped. Raises BadInput."""
    file = Path(settings.policy_path) if settings.policy_path else SHIPPED_POLICY
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the policy file cannot be read", where=f"POLICY_PATH {file}", mend=str(error)) from error
    return policy_file.parse(text, file.name)


def _directory(settings: Settings, client: AsyncWebClient, identity: SlackIdentity, clock: Clock) -> Directory:
    if settings.directory_path:
        return StaticDirectory(read_people(Path(settings.directory_path)), clock)
    return SlackDirectory(client, identity, clock)


def _operator(settings: Settings) -> Operator:
    return Operator(
        approver_channel=settings.slack_channel,
        trusted_servers=frozenset(_listed(settings.trusted_servers)),
        admins=_listed(settings.admins),
        grace=float(settings.write_grace),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())
