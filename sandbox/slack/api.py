"""The Web API: every call answers HTTP 200 with `ok`, and 429 above a rate limit (Slack docs: "Using the Web API")."""

from datetime import UTC, timedelta
from email.utils import format_datetime

from aiohttp import web

from sandbox.payload import Json
from sandbox.slack.call import Call, Handler
from sandbox.slack.contract import errors_of, method
from sandbox.slack.errors import SlackError, with_messages
from sandbox.slack.faults import Fault
from sandbox.slack.methods_chat import HANDLERS as CHAT
from sandbox.slack.methods_conversations import HANDLERS as CONVERSATIONS
from sandbox.slack.methods_files import HANDLERS as FILES
from sandbox.slack.methods_people import HANDLERS as PEOPLE
from sandbox.slack.methods_reactions import HANDLERS as REACTIONS
from sandbox.slack.methods_views import HANDLERS as VIEWS
from sandbox.slack.service import Slack

HANDLERS: dict[str, Handler] = CHAT | CONVERSATIONS | FILES | PEOPLE | REACTIONS | VIEWS
FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
BEARER = "Bearer "
APP_SCOPE = "connections:write"


class Api:
    """The methods of one workspace behind `/api/{method}`."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def serve(self, request: web.Request) -> web.Response:
        """One call, from its request to its answer, with a step for the drawer."""
        started = self._slack.clock.now()
        name = request.match_info["method"]
        fault = self._slack.faults.take(name)
        args: Json = {}
        token = ""
        try:
            token, args = await read(request)
            body = self._answer(Call(self._slack, name, args, str(request.url.origin())), token, fault)
        except SlackError as error:
            body = refusal(name, error)
        if fault is not None and fault.latency_ms:
            await self._slack.clock.sleep(fault.latency_ms / 1000)
        if fault is not None and fault.drop:
            cut(request)
        ms = (self._slack.clock.now() - started) / timedelta(milliseconds=1)
        told = {"method": name, "arguments": args, "answer": body}
        dropped = ", connection dropped" if fault is not None and fault.drop else ""
        self._slack.log.append("api", self._title(name, args, body) + dropped, told, ms)
        return response(body, fault, self._headers(name, token))

    def _answer(self, call: Call, token: str, fault: Fault | None) -> Json:
        fact, handler = method(call.method), HANDLERS.get(call.method)
        if fact is None or handler is None:
            raise SlackError("unknown_method")
        self._require_token(call.method, token)
        call.require_scope(*([] if call.method.startswith("conversations.") else fact["scopes"]))
        wait = self._slack.limiter.retry_after(call.method, str(call.args.get("channel", "")))
        if wait:
            raise SlackError("ratelimited", retry_after=wait)
        if fault is not None and fault.refuses and not fault.after_effect:
            raise SlackError(fault.code, retry_after=fault.retry_after)
        missing = [name for name in fact["required"] if call.args.get(name) in (None, "")]
        if missing:
            raise with_messages("invalid_arguments", *(f"missing required field: {name}" for name in missing))
        done = {"ok": True} | handler(call)
        if fault is not None and fault.after_effect:
            raise SlackError(fault.code, retry_after=fault.retry_after)
        return done

    def _headers(self, name: str, token: str) -> dict[str, str]:
        """Slack's time; and for a token that it knows, what that may do and what the method wants."""
        headers = {"Date": format_datetime(self._slack.clock.now().astimezone(UTC), usegmt=True)}
        app, fact = self._slack.workspace.app, method(name)
        known = {app.bot_token: sorted(app.scopes), app.app_token: sorted(app.app_scopes)}
        if token not in known or (app.token_error and token == app.bot_token):
            return headers
        headers["x-oauth-scopes"] = ",".join(known[token])
        return headers | ({"x-accepted-oauth-scopes": ",".join(fact["scopes"])} if fact and fact["scopes"] else {})

    def _title(self, name: str, args: Json, body: Json) -> str:
        place = self._slack.workspace.channels.get(str(args.get("channel")))
        target = f" #{place.name}" if place and place.name else ""
        return f"{name}{target} → {'ok' if body['ok'] else body['error']}"

    def _require_token(self, name: str, token: str) -> None:
        """Raises SlackError: not_authed, invalid_auth, not_allowed_token_type; token_revoked, account_inactive."""
        app = self._slack.workspace.app
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        opens = name == "apps.connections.open"
        if token != (app.app_token if opens else app.bot_token):
            raise SlackError("not_allowed_token_type")
        if opens and APP_SCOPE not in app.app_scopes:
            raise SlackError("missing_scope", needed=APP_SCOPE, provided=",".join(sorted(app.app_scopes)))
        if app.token_error and token == app.bot_token:
            raise SlackError(app.token_error)


async def read(request: web.Request) -> tuple[str, Json]:
    """The token and the arguments. A token inside a JSON body does not count, as at Slack."""
    args: Json = dict(request.query)
    kind = request.content_type
    if request.method == "POST" and kind == "application/json":
        header = bearer(request)
        args |= await read_json(request)
        return header, args
    if request.method == "POST" and kind in FORM:
        args |= dict(await request.post())
    elif request.method == "POST" and request.can_read_body:
        raise SlackError("invalid_post_type")
    return bearer(request) or str(args.pop("token", "")), args


async def read_json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_form_data") from None
    if not isinstance(body, dict):
        raise with_messages("invalid_arguments", "the body must be an object")
    return {key: value for key, value in body.items() if key != "token"}


def bearer(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(BEARER) if header.startswith(BEARER) else ""


def refusal(name: str, error: SlackError) -> Json:
    """The answer to a refused call. An error that Slack does not list for the method is our own mistake."""
    assert error.code in errors_of(name), f"{error.code} is no error of {name}"
    return {"ok": False, "error": error.code} | error.extra


def cut(request: web.Request) -> None:
    """Ends the connection; what is answered afterwards reaches nobody."""
    if request.transport is not None:
        request.transport.abort()


def response(body: Json, fault: Fault | None, headers: dict[str, str]) -> web.Response:
    """The HTTP side: 200, or 429 with Retry-After, or the status a fault asks for."""
    wait = body.pop("retry_after", None)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    if fault is not None and not body["ok"] and (fault.status or (fault.after_effect and not fault.error)):
        return web.json_response(body, status=fault.status or 500, headers=headers)
    return web.json_response(body, status=429 if body.get("error") == "ratelimited" else 200, headers=headers)
