"""The users part of Google's Admin SDK Directory API over HTTP (Google docs: REST resource "users").

Any bearer token is good. Every request is one step of the log; tokens are not written there.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from aiohttp import web

from sandbox.google.changes import read_changes
from sandbox.google.directory import DirectoryWorld
from sandbox.google.errors import GoogleError, invalid, login_required, not_found
from sandbox.google.faults import Answer, Drop, Fault, Faults, Slow
from sandbox.google.listing import GET, GET_NOT_KEPT, check_names, list_users
from sandbox.steps import StepLog

WRITES = frozenset({"PUT", "PATCH"})
USERS = "/admin/directory/v1/users"
_Act: TypeAlias = Callable[[web.Request, Any], dict[str, Any]]


def add_routes(
    app: web.Application, world: DirectoryWorld, log: StepLog, prefix: str = "/google", *, faults: Faults | None = None
) -> None:
    """Puts the API under `prefix`: a client's base address is `http://host:port{prefix}/`."""
    api = _Api(world, log, prefix, faults or Faults())
    app.router.add_route("GET", f"{prefix}{USERS}", api.list)
    app.router.add_route("GET", f"{prefix}{USERS}/{{user_key}}", api.get)
    app.router.add_route("PUT", f"{prefix}{USERS}/{{user_key}}", api.change)
    app.router.add_route("PATCH", f"{prefix}{USERS}/{{user_key}}", api.change)
    app.router.add_route("*", f"{prefix}/{{rest:.*}}", api.unknown)


class _Api:
    def __init__(self, world: DirectoryWorld, log: StepLog, prefix: str, faults: Faults) -> None:
        self._world = world
        self._log = log
        self._prefix = prefix
        self._faults = faults

    async def list(self, request: web.Request) -> web.Response:
        return await self._exchange(request, self._list)

    async def get(self, request: web.Request) -> web.Response:
        return await self._exchange(request, self._get)

    async def change(self, request: web.Request) -> web.Response:
        return await self._exchange(request, self._change)

    async def unknown(self, request: web.Request) -> web.Response:
        return await self._exchange(request, self._unknown)

    def _list(self, request: web.Request, _body: Any) -> dict[str, Any]:
        return list_users(self._world.users(), _parameters(request), self._faults.largest_page)

    def _get(self, request: web.Request, _body: Any) -> dict[str, Any]:
        check_names(_parameters(request), GET, GET_NOT_KEPT)
        return self._world.find(request.match_info["user_key"]).resource()

    def _change(self, request: web.Request, body: Any) -> dict[str, Any]:
        check_names(_parameters(request), frozenset())
        changes = read_changes(body)
        return self._world.change(request.method, request.match_info["user_key"], body, changes).resource()

    def _unknown(self, request: web.Request, _body: Any) -> dict[str, Any]:
        raise not_found(request.path)

    async def _exchange(self, request: web.Request, act: _Act) -> web.Response:
        started = asyncio.get_running_loop().time()
        text = await request.text()
        fault = self._faults.take(request.method)
        code, answer = _answered(request, text, act, fault)
        if isinstance(fault, Slow):
            await self._faults.sleep(fault.seconds)
        struck = code == 200 and request.method in WRITES and await self._faults.after_write()
        dropped = struck or isinstance(fault, Drop)
        outcome = "carried out, but nobody heard the answer" if struck else "connection cut" if dropped else str(code)
        title = f"{request.method} {self._short(request)} → {outcome}"
        detail = {"query": dict(request.query), "body": text, "status": code, "answer": _brief(answer)}
        self._log.append("google", title, detail, ms=(asyncio.get_running_loop().time() - started) * 1000)
        if dropped and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=code, headers=_challenge(code))

    def _short(self, request: web.Request) -> str:
        return request.path.removeprefix(f"{self._prefix}/admin/directory/v1/")


def _answered(request: web.Request, text: str, act: _Act, fault: Fault | None) -> tuple[int, dict[str, Any]]:
    try:
        if isinstance(fault, Answer):
            raise fault.error
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise login_required()
        return 200, act(request, _json(text))
    except GoogleError as error:
        return error.code, error.body()


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


def _brief(answer: dict[str, Any]) -> dict[str, Any]:
    """A page of users is told as its addresses: the log is for people."""
    if "users" not in answer:
        return answer
    return answer | {"users": [user["primaryEmail"] for user in answer["users"]]}


def _challenge(code: int) -> dict[str, str]:
    """RFC 6750, 3: a refused bearer token is answered with a challenge."""
    return {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'} if code == 401 else {}
