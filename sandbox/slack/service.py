"""The parts of the Slack stand-in, put together."""

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.feed import Feed
from sandbox.slack.budget import EventBudget
from sandbox.slack.delivery import Delivery
from sandbox.slack.faults import Faults
from sandbox.slack.files import Files
from sandbox.slack.http_line import HttpLine
from sandbox.slack.ids import Ids
from sandbox.slack.limiter import Limiter
from sandbox.slack.link import Link
from sandbox.slack.messages import Messages
from sandbox.slack.parcels import Line
from sandbox.slack.socket_line import SocketLine
from sandbox.slack.triggers import ResponseUrls, Triggers
from sandbox.slack.views import Views
from sandbox.slack.workspace import Workspace
from sandbox.steps import StepLog


@dataclass(frozen=True, slots=True)
class Slack:
    """One workspace with one app in it."""

    workspace: Workspace
    clock: Clock
    ids: Ids
    log: StepLog
    feed: Feed
    faults: Faults
    limiter: Limiter
    messages: Messages
    files: Files
    views: Views
    triggers: Triggers
    response_urls: ResponseUrls
    link: Link
    http: HttpLine
    budget: EventBudget
    delivery: Delivery
    socket: SocketLine

    async def close(self) -> None:
        """Ends every socket and all work behind them."""
        await self.delivery.close()
        await self.socket.close()
        await self.http.close()
        await self.link.close()


def open_slack(workspace: Workspace, clock: Clock, log: StepLog, feed: Feed, *, rate_limits: bool = True) -> Slack:
    """A workspace without messages."""
    ids = Ids(clock.now())
    faults = Faults()
    link = Link(workspace.app.id, clock, ids, log)
    socket = SocketLine(link, clock, ids, log, faults.deliver)
    http = HttpLine(workspace, clock, ids, log, faults.deliver)

    def line() -> Line:
        """An app uses request URLs when it has given them, else Socket Mode."""
        return http if http.urls else socket

    return Slack(
        workspace=workspace,
        clock=clock,
        ids=ids,
        log=log,
        feed=feed,
        faults=faults,
        limiter=Limiter(clock, enabled=rate_limits),
        messages=Messages(clock),
        files=Files(clock, ids),
        views=Views(workspace, clock, ids, feed),
        triggers=Triggers(clock, ids),
        response_urls=ResponseUrls(clock, ids),
        link=link,
        http=http,
        budget=EventBudget(clock),
        delivery=Delivery(line, clock, log, faults.deliver),
        socket=socket,
    )
