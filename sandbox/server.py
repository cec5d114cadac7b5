"""One address for everything: the page, Slack, Google, Bedrock, and the control API."""

from pathlib import Path

from aiohttp import web

from sandbox.bedrock import server as bedrock
from sandbox.control.app_page import AppPage
from sandbox.control.body import refusals_as_json
from sandbox.control.client import Client
from sandbox.control.fault_knobs import FaultKnobs
from sandbox.control.owner import Owner
from sandbox.control.switches import Switches
from sandbox.control.watch import Watch
from sandbox.google import server as google
from sandbox.parts import Sandbox
from sandbox.slack import routes as slack

PAGE = Path(__file__).parent / "page"


def build_app(sandbox: Sandbox) -> web.Application:
    """The server of that sandbox. Its cleanup ends sockets, streams and the work behind them."""
    app = web.Application(middlewares=[refusals_as_json])
    slack.add_routes(app, sandbox.slack)
    google.add_routes(app, sandbox.directory, sandbox.log, faults=sandbox.google_faults)
    bedrock.add_routes(app, sandbox.model, sandbox.log)
    app.add_routes(Client(sandbox.slack).routes())
    app.add_routes(Watch(sandbox.log, sandbox.feed).routes())
    app.add_routes(Switches(sandbox).routes())
    app.add_routes(FaultKnobs(sandbox.slack).routes())
    app.add_routes(AppPage(sandbox.slack).routes())
    app.add_routes(Owner(sandbox.slack).routes())
    add_page(app)

    async def end(_app: web.Application) -> None:
        sandbox.feed.close()
        await sandbox.slack.close()

    app.on_shutdown.append(end)
    return app


def add_page(app: web.Application) -> None:
    """The page at `/`, its files beside it and under `/page/`; none of them is kept by a browser."""

    async def index(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-store"})

    app.router.add_get("/", index)
    app.router.add_static("/page", PAGE)
    app.router.add_static("/", PAGE)
