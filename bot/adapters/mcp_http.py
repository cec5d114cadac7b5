"""An MCP server over streamable HTTP: one origin, no proxies, no compression, bounded bodies."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Unpack

import httpx2
import mcp_types
from fastmcp.client.transports.base import ClientTransport, SessionKwargs, TransportOptions
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from bot.adapters.mcp_limits import MOST_BYTES, TOO_LARGE_TEXT, OwnChecks

TIMEOUT = httpx2.Timeout(30.0, read=None)
"""Seconds to connect and to send. How long an answer may take is the tool's own timeout."""


class HttpTransport(ClientTransport):
    """Talks to `url` alone. `headers` are asked for at each connection, so that a secret in a file may change.

    Redirects within the origin are followed by the MCP SDK, all others are refused, and all of a call: a redirect says
    nothing of what has happened already, and a call is sent once. TLS certificates are verified.
    """

    def __init__(
        self, alias: str, url: str, headers: Callable[[], Mapping[str, str]], *, most: int = MOST_BYTES
    ) -> None:
        self._alias, self._url, self._headers, self._most = alias, url, headers, most

    def __repr__(self) -> str:
        return f"<HttpTransport {self._alias}>"

    @asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session_kwargs: Unpack[SessionKwargs]
    ) -> AsyncIterator[ClientSession]:
        """A session over connections that were opened for it."""
        del transport_options
        async with (
            self._client() as client,
            streamable_http_client(self._url, http_client=client, max_sse_event_size=self._most) as streams,
            OwnChecks(*streams, **session_kwargs) as session,
        ):
            yield session

    def _client(self) -> httpx2.AsyncClient:
        headers = {**self._headers(), "accept-encoding": "identity"}
        bounded = Bounded(self._url, httpx2.AsyncHTTPTransport(trust_env=False), self._most)
        return httpx2.AsyncClient(headers=headers, timeout=TIMEOUT, trust_env=False, transport=bounded)


_REDIRECTED = {
    "jsonrpc": "2.0",
    "id": None,
    "error": {
        "code": mcp_types.INVALID_REQUEST,
        "message": "the server redirects calls, which are sent once; its url should be the address it redirects to",
    },
}


class Bounded(httpx2.AsyncBaseTransport):
    """Sends to the origin of `url` only, and reads bodies of at most `most` bytes (a stream of events has no end)."""

    def __init__(self, url: str, inner: httpx2.AsyncBaseTransport, most: int) -> None:
        self._origin, self._inner, self._most = _origin(httpx2.URL(url)), inner, most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises UnsupportedProtocol for another origin, RemoteProtocolError for what we did not ask for."""
        if _origin(request.url) != self._origin:
            raise httpx2.UnsupportedProtocol("not the configured origin", request=request)
        response = await self._inner.handle_async_request(request)
        if response.has_redirect_location and await _is_call(request):
            await response.aclose()
            return httpx2.Response(400, json=_REDIRECTED)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.RemoteProtocolError("compressed, though we did not ask for it", request=request)
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            response.stream = _Counted(response.stream, self._most)
        return response

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()


class _TooLarge(httpx2.StreamError):
    def __init__(self) -> None:
        super().__init__(TOO_LARGE_TEXT)


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner, self._left = inner, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise _TooLarge
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _is_call(request: httpx2.Request) -> bool:
    """Also when it cannot be told."""
    if request.method != "POST":
        return False
    body = json.loads(await request.aread())
    return not isinstance(body, dict) or body.get("method") == "tools/call"


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
