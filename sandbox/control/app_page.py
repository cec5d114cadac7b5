"""/sandbox/app: the app's page at Slack: what it may do, where it listens, whether its token is good."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from aiohttp import web
from yarl import URL

from sandbox.control.body import Body, read_body
from sandbox.payload import Json
from sandbox.slack import lifecycle
from sandbox.slack.http_attacks import ATTACKS
from sandbox.slack.http_line import RequestUrls
from sandbox.slack.people import Refused
from sandbox.slack.service import Slack

TOKEN: dict[str, Callable[[Slack], None]] = {
    "active": lifecycle.reinstall,
    "revoked": lifecycle.revoke,
    "uninstalled": lifecycle.uninstall,
}
STATE = {"": "active", lifecycle.REVOKED: "revoked", lifecycle.UNINSTALLED: "uninstalled"}


@dataclass(frozen=True, slots=True)
class AppPage:
    """The routes of the app's own settings."""

    slack: Slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/app", self.show),
            web.put("/sandbox/app", self.change),
            web.put("/sandbox/app/token", self.token),
            web.put("/sandbox/app/request_urls", self.request_urls),
            web.post("/sandbox/app/attack", self.attack),
        ]

    async def show(self, _request: web.Request) -> web.Response:
        app, urls = self.slack.workspace.app, self.slack.http.urls
        listening = asdict(urls) if urls else None
        shown: Json = {"id": app.id, "token": STATE[app.token_error], "request_urls": listening}
        shown |= {"scopes": sorted(app.scopes), "events": sorted(app.events), "commands": sorted(app.commands)}
        return web.json_response(shown | {"subscriptions_disabled": self.slack.http.failures.disabled})

    async def change(self, request: web.Request) -> web.Response:
        """`{scopes?, events?, commands?}`: each list replaces the one before."""
        body = await read_body(request)
        body.only("scopes", "events", "commands")
        app = self.slack.workspace.app
        self.slack.workspace.app = replace(
            app,
            scopes=body.words("scopes", app.scopes),
            events=body.words("events", app.events),
            commands=body.words("commands", app.commands),
        )
        return await self.show(request)

    async def token(self, request: web.Request) -> web.Response:
        """`{state: "active" | "revoked" | "uninstalled"}`."""
        act = TOKEN.get((await read_body(request)).text("state"))
        if act is None:
            raise Refused("invalid_arguments", f"state must be one of {', '.join(TOKEN)}", 400)
        act(self.slack)
        return await self.show(request)

    async def request_urls(self, request: web.Request) -> web.Response:
        """`{events, interactivity?, commands?}` after a challenge, subscriptions enabled again; `{}`: Socket Mode."""
        body = await read_body(request)
        body.only("events", "interactivity", "commands")
        self.slack.http.urls = await self._verified(body) if body.values else None
        self.slack.http.failures.enable()
        return await self.show(request)

    async def attack(self, request: web.Request) -> web.Response:
        """`{kind}`: the last signed request again, with one thing wrong; the status that the app answers."""
        attack = ATTACKS.get((await read_body(request)).text("kind"))
        if attack is None:
            raise Refused("invalid_arguments", f"kind must be one of {', '.join(ATTACKS)}", 400)
        if self.slack.http.last is None:
            raise Refused("nothing_sent", "no signed request has been sent yet")
        answer = await self.slack.http.answer(attack(self.slack.http.last, self.slack.workspace.app.signing_secret))
        self.slack.log.append("socket", f"A {attack.__name__} request was answered with {answer.status}")
        return web.json_response({"status": answer.status})

    async def _verified(self, body: Body) -> RequestUrls:
        """Raises Refused: 400 for what is no address, 409 when the challenge does not come back."""
        events = address(body.text("events"))
        urls = RequestUrls(
            events,
            interactivity=address(body.text("interactivity", events)),
            commands=address(body.text("commands", events)),
        )
        wrong = await self.slack.http.verify(events)
        if wrong:
            raise Refused("url_not_verified", f"your url did not answer the challenge: {wrong}")
        return urls


def address(text: str) -> str:
    """The address, if it is one over HTTP. Raises Refused (400)."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused("invalid_arguments", f"{text!r} is no http address", 400)
    return text
