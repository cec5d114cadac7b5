"""The doors of Slack: the Web API, the Socket Mode link, response_url, and files in and out."""

from aiohttp import web

from sandbox.slack.api import Api
from sandbox.slack.files import FILES_PATH, UPLOAD_PATH
from sandbox.slack.response_url import ResponseUrlEndpoint
from sandbox.slack.service import Slack


def add_routes(app: web.Application, slack: Slack) -> None:
    """SLACK_API_URL is `http://host:port/api/`; the others are handed out by Slack."""
    api, responses = Api(slack), ResponseUrlEndpoint(slack)
    app.router.add_get("/api/{method}", api.serve)
    app.router.add_post("/api/{method}", api.serve)
    app.router.add_get("/link", slack.link.serve)
    app.router.add_post("/response/{token}", responses.serve)
    app.router.add_post(UPLOAD_PATH + "{ticket}", slack.files.receive)
    app.router.add_get(FILES_PATH + "{id}/{name}", slack.files.serve)
