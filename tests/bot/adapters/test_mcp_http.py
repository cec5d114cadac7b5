"""Servers over streamable HTTP: one origin, no proxies, bounded bodies, sessions that are opened again."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiohttp import web

from bot.adapters.mcp_config import Entry
from bot.adapters.mcp_configured import spec_of
from bot.adapters.mcp_http import Bounded, HttpTransport
from bot.adapters.mcp_limits import MOST_BYTES
from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.models.requirement import Effect
from bot.ports import ToolOutcome
from tests.bot.adapters import raw_mcp
from tests.contracts.toolbox import call

Answer = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A server on loopback. `heard` are the headers of what came; `answers` may be exchanged."""

    url: str = ""
    session: str = "first"
    heard: list[dict[str, str]] = field(default_factory=list)
    answer: Answer | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.heard.append({name.lower(): value for name, value in request.headers.items()})
        if request.method != "POST":
            return web.Response(status=405)
        message = await request.json()
        if self.answer is not None:
            return await self.answer(request, message)
        opens = message["method"] in {"initialize", "server/discover"}
        if not opens and request.headers.get("mcp-session-id") != self.session:
            return web.Response(status=404)
        found = raw_mcp.answer(message)
        headers = {"mcp-session-id": self.session} if message["method"] == "initialize" else {}
        return web.json_response(found, headers=headers) if found else web.Response(status=202)


@asynccontextmanager
async def served() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    site.url = f"http://{host}:{port}/mcp"
    try:
        yield site
    finally:
        await runner.cleanup()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with served() as one:
        yield one


@asynccontextmanager
async def opened(site: Site, *, most: int = MOST_BYTES, **fields: Any) -> AsyncIterator[McpToolbox]:
    transport = HttpTransport("raw", site.url, lambda: {"authorization": "Bearer theirs"}, most=most)
    spec = replace(ServerSpec("raw", transport, "v1", {"huge": Effect.READ}), **fields)
    toolbox = McpToolbox([spec])
    try:
        yield toolbox
    finally:
        await toolbox.close()


async def test_a_server_is_listed_and_called_with_its_headers_and_through_no_proxy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with opened(site) as toolbox:
        result = await call(toolbox, "raw__look")
    assert (result.outcome, result.text) == (ToolOutcome.SUCCEEDED, "seen")
    assert {heard["authorization"] for heard in site.heard} == {"Bearer theirs"}
    assert {heard["accept-encoding"] for heard in site.heard} == {"identity"}


async def test_a_secret_header_comes_from_its_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("Bearer from-a-file\n")
    entry = Entry(url=site.url, headers={"Authorization": f"file:{tmp_path}/token"})
    toolbox = McpToolbox([spec_of("raw", entry)])
    assert (await toolbox.tools()).missing == ()
    await toolbox.close()
    assert {heard["authorization"] for heard in site.heard} == {"Bearer from-a-file"}


async def test_a_secret_that_cannot_be_read_is_said_and_nothing_is_sent(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    entry = Entry(url=site.url, headers={"Authorization": "file:/no/such/token"})
    toolbox = McpToolbox([spec_of("raw", entry)])
    with caplog.at_level(logging.WARNING, logger="bot"):
        assert (await toolbox.tools()).missing == ("raw",)
    await toolbox.close()
    why = "the file for Authorization cannot be read (No such file or directory)"
    assert vars(caplog.records[0])["what"] == f"raw: {why}"
    assert site.heard == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_to_another_host_is_not_followed(site: Site, status: int) -> None:
    async with served() as other:

        async def away(_request: web.Request, _message: dict[str, Any]) -> web.StreamResponse:
            return web.Response(status=status, headers={"location": other.url})

        site.answer = away
        async with opened(site) as toolbox:
            assert (await toolbox.tools()).missing == ("raw",)
    assert site.heard
    assert other.heard == []


async def test_a_call_is_sent_once_though_the_server_redirects_it(site: Site) -> None:
    calls = list[str]()

    async def moved(request: web.Request, message: dict[str, Any]) -> web.StreamResponse:
        calls.extend([request.path] * (message["method"] == "tools/call"))
        if request.path == "/mcp":
            return web.Response(status=307, headers={"location": "/mcp/"})
        found = raw_mcp.answer(message)
        return web.json_response(found) if found else web.Response(status=202)

    site.answer = moved
    async with opened(site) as toolbox:
        result = await call(toolbox, "raw__look")
    assert (result.outcome, calls) == (ToolOutcome.UNKNOWN, ["/mcp"])
    assert "redirects calls" in result.text


async def test_nothing_is_sent_to_another_origin_whoever_asks() -> None:
    bounded = Bounded("https://mcp.example.com/mcp", httpx2.MockTransport(lambda _: httpx2.Response(200)), 10)
    async with httpx2.AsyncClient(transport=bounded) as client:
        assert (await client.get("https://mcp.example.com/else")).status_code == 200
        for other in ("http://mcp.example.com/mcp", "https://mcp.example.com:444/mcp", "https://example.com/mcp"):
            with pytest.raises(httpx2.UnsupportedProtocol):
                await client.get(other)


async def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    async with opened(site, most=100_000) as toolbox:
        result = await call(toolbox, "raw__huge", '{"size":5000000}')
        assert (result.outcome, "not read; ask for less" in result.text) == (ToolOutcome.FAILED, True)
        assert (await call(toolbox, "raw__huge", '{"size":90000}')).text == "x" * 90_000


async def test_an_event_that_is_too_large_is_not_read(site: Site) -> None:
    async def stream(request: web.Request, message: dict[str, Any]) -> web.StreamResponse:
        if message["method"] != "tools/call":
            return web.json_response(raw_mcp.answer(message)) if "id" in message else web.Response(status=202)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: " + json.dumps(raw_mcp.answer(message)).encode() + b"\n\n")
        return response

    site.answer = stream
    async with opened(site, most=100_000) as toolbox:
        result = await call(toolbox, "raw__huge", '{"size":5000000}')
        assert result.outcome is ToolOutcome.UNKNOWN
        assert (await call(toolbox, "raw__huge", '{"size":900}')).text == "x" * 900


async def test_what_is_compressed_is_not_unpacked(site: Site) -> None:
    async def packed(_request: web.Request, message: dict[str, Any]) -> web.StreamResponse:
        response = web.json_response(raw_mcp.answer(message))
        response.headers["content-encoding"] = "gzip"
        return response

    site.answer = packed
    async with opened(site) as toolbox:
        assert (await toolbox.tools()).missing == ("raw",)


async def test_a_server_that_was_started_anew_gets_a_new_session(site: Site) -> None:
    async with opened(site) as toolbox:
        assert (await toolbox.tools()).missing == ()
        site.session = "second"
        assert (await call(toolbox, "raw__look")).text == "seen"


async def test_a_server_that_is_down_is_missing_and_found_again(site: Site) -> None:
    async def down(_request: web.Request, _message: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=503)

    async with opened(site) as toolbox:
        site.answer = down
        assert (await toolbox.tools()).missing == ("raw",)
        site.answer = None
        assert (await toolbox.tools()).missing == ()


async def test_a_list_of_tools_without_an_end_is_not_read_to_it(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def endless(_request: web.Request, message: dict[str, Any]) -> web.StreamResponse:
        found = raw_mcp.answer(message)
        if found and message["method"] == "tools/list":
            found["result"]["nextCursor"] = str(len(site.heard))
        return web.json_response(found) if found else web.Response(status=202)

    site.answer = endless
    async with opened(site) as toolbox:
        with caplog.at_level(logging.WARNING, logger="bot"):
            assert (await toolbox.tools()).missing == ("raw",)
    assert vars(caplog.records[0])["what"] == "raw: its list of tools has more than 20 pages"
    assert len(site.heard) < 100
