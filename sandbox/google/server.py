"""Parts of Google's Admin SDK Directory API and Enterprise License Manager API over HTTP, as `routes` lists them.

Any bearer token is good. Every request is one step of the log, without tokens, passwords and backup codes.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from sandbox.google.calls import Call
from sandbox.google.directory import HIDDEN, DirectoryWorld
from sandbox.google.errors import GoogleError, invalid, login_required, not_found
from sandbox.google.faults import Answer, Drop, Fault, Faults, Slow
from sandbox.google.listing import check_names
from sandbox.google.routes import DIRECTORY, ROUTES, Route
from sandbox.steps import StepLog

_Answer: TypeAlias = dict[str, Any] | None
_Act: TypeAlias = Callable[[web.Request, Any], _Answer]
_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]


def add_routes(
    app: web.Application, world: DirectoryWorld, log: StepLog, prefix: str = "/google", *, faults: Faults | None = None
) -> None:
    """Puts the APIs under `prefix`: a client's base address is `http://host:port{prefix}/`."""
    api = _Api(world, log, prefix, faults or Faults())
    for route in ROUTES:
        app.router.add_route(route.verb, f"{prefix}/{route.path}", api.handler(route))
    app.router.add_route("*", f"{prefix}/{{rest:.*}}", api.unknown)


class _Api:
    def __init__(self, world: DirectoryWorld, log: StepLog, prefix: str, faults: Faults) -> None:
        self._world = world
        self._log = log
        self._prefix = prefix
        self._faults = faults

    def handler(self, route: Route) -> _Handler:
        def act(request: web.Request, body: Any) -> _Answer:
            query = _parameters(request)
            check_names(query, route.kept, route.not_kept)
            call = Call(route.verb, request.match_info, query, body, self._faults.largest_page)
            return route.act(self._world, call)

        async def handle(request: web.Request) -> web.Response:
            return await self._exchange(request, act)

        return handle

    async def unknown(self, request: web.Request) -> web.Response:
        return await self._exchange(request, self._unknown)

    def _unknown(self, request: web.Request, _body: Any) -> _Answer:
        raise not_found(request.path)

    async def _exchange(self, request: web.Request, act: _Act) -> web.Response:
        started = asyncio.get_running_loop().time()
        text = await request.text()
        fault = self._faults.take(request.method)
        code, answer = _answered(request, text, act, fault)
        if isinstance(fault, Slow):
            await self._faults.sleep(fault.seconds)
        struck = code < 300 and request.method != "GET" and await self._faults.after_write()
        dropped = struck or isinstance(fault, Drop)
        outcome = "carried out, but nobody heard the answer" if struck else "connection cut" if dropped else str(code)
        title = f"{request.method} {self._short(request)} → {outcome}"
        detail = {"query": dict(request.query), "body": _shown(text), "status": code, "answer": _brief(answer)}
        self._log.append("google", title, detail, ms=(asyncio.get_running_loop().time() - started) * 1000)
        if dropped and request.transport is not None:
            request.transport.abort()
        if answer is None:
            return web.Response(status=code)
        return web.json_response(answer, status=code, headers=_challenge(code))

    def _short(self, request: web.Request) -> str:
        path = request.path.removeprefix(f"{self._prefix}/")
        return path.removeprefix(f"{DIRECTORY}/").removeprefix("apps/licensing/v1/")


def _answered(request: web.Request, text: str, act: _Act, fault: Fault | None) -> tuple[int, _Answer]:
    try:
        if isinstance(fault, Answer):
            raise fault.error
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise login_required()
        answer = act(request, _json(text))
    except GoogleError as error:
        return error.code, error.body()
    return 204 if answer is None else 200, answer


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise invalid("Invalid JSON payload received.", "parseError") from error


def _parameters(request: web.Request) -> dict[str, str]:
    repeated = [name for name in request.query if len(request.query.getall(name)) > 1]
    if repeated:
        raise invalid(f"Invalid value for {repeated[0]}: given more than once.", "badRequest")
    return dict(request.query)


def _shown(text: str) -> str:
    """The body without a password in it: the log is for people."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    if not isinstance(body, dict) or "password" not in body:
        return text
    return json.dumps(body | {"password": HIDDEN}, ensure_ascii=False)


def _brief(answer: _Answer) -> _Answer:
    """A page of users is told as its addresses, backup codes are not told."""
    if answer is None or "users" not in answer:
        items = (answer or {}).get("items", [])
        codes = [item | {"verificationCode": HIDDEN} for item in items if "verificationCode" in item]
        return answer | {"items": codes} if answer is not None and codes else answer
    return answer | {"users": [user["primaryEmail"] for user in answer["users"]]}


def _challenge(code: int) -> dict[str, str]:
    """RFC 6750, 3: a refused bearer token is answered with a challenge."""
    return {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'} if code == 401 else {}
