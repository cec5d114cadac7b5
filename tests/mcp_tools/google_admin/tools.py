"""An MCP client in front of the tools."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from fastmcp import Client, FastMCP
from fastmcp.client.client import CallToolResult
from mcp_types import TextContent

from mcp_tools.google_admin.server import build_server
from mcp_tools.google_admin.settings import GoogleSettings, Token
from mcp_tools.google_admin.workspace import connect

GOLDEN = Path(__file__).parent / "golden" / "tools.json"
STATIC_TOKEN = Token({"token": "sandbox"})
Tools: TypeAlias = Client[Any]


@dataclass(frozen=True, slots=True)
class Failure:
    outcome: str | None
    text: str


def server_of(url: str, timeout: float = 10.0, **options: Any) -> FastMCP:
    """The tools, over HTTP to `url`."""
    return build_server(connect(GoogleSettings(STATIC_TOKEN, url, timeout)), **options)


def client_of(url: str, timeout: float = 10.0, **options: Any) -> Tools:
    """In memory: the client speaks to the server object, the server over HTTP to `url`."""
    return Client(server_of(url, timeout, **options))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What somebody who can be told a secret privately sends along, and how they read what comes back."""

    key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)

    async def call(self, tools: Tools, tool: str, **arguments: Any) -> CallToolResult:
        """The whole result of a call, refused or not."""
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        meta = {"countersign/seal_to": public, "countersign/seal_as": f"google__{tool}"}
        return await tools.call_tool(tool, arguments, meta=meta, raise_on_error=False)

    def open(self, result: CallToolResult, tool: str) -> dict[str, str]:
        """The secrets of a result by their labels (RFC 9180, as mcp_tools.sealing says)."""
        suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
        opened = {}
        for one in (result.meta or {})["countersign/sealed"]:
            info = f"countersign/sealed/v1\0google__{tool}\0{one['label']}".encode()
            opened[one["label"]] = suite.decrypt(base64.b64decode(one["ciphertext"]), self.key, info).decode()
        return opened


async def answer(tools: Tools, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured content of a call that succeeds."""
    result = await tools.call_tool(tool, arguments)
    assert result.structured_content is not None
    return result.structured_content


async def failure(tools: Tools, tool: str, **arguments: Any) -> Failure:
    """What a caller and the model are told about a call that fails."""
    return failed(await tools.call_tool(tool, arguments, raise_on_error=False))


def failed(result: CallToolResult) -> Failure:
    """What is told of a call that failed."""
    assert result.is_error
    assert result.structured_content is None
    text = result.content[0]
    assert isinstance(text, TextContent)
    return Failure((result.meta or {}).get("countersign/outcome"), text.text)


async def advertised() -> str:
    """What the server says of its tools, as the golden file holds it."""
    async with client_of("http://127.0.0.1:9/") as client:
        tools = [tool.model_dump(mode="json", exclude_none=True, by_alias=True) for tool in await client.list_tools()]
    return json.dumps(tools, indent=2, ensure_ascii=False) + "\n"
