"""The three doors of Slack: the Web API, the Socket Mode link, and response_url."""

from aiohttp import web

from sandbox.slack.api import Api
from sandbox.slack.response_url import ResponseUrlEndpoint
from sandbox.slack.service import Slack


def add_routes(app: web.Application, slack: Slack) -> None:
    """SLACK_API_URL is `http://host:port/api/`; the other two are handed out by Slack."""
    api, responses = Api(slack), ResponseUrlEndpoint(slack)
    app.router.add_get("/api/{method}", api.serve)
    app.router.add_post("/api/{method}", api.serve)
    app.router.add_get("/link", slack.link.serve)
    app.router.add_post("/response/{token}", responses.serve)
