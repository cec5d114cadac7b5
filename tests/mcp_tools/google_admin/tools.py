"""An MCP client in front of the tools."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from fastmcp import Client
from mcp_types import TextContent

from mcp_tools.google_admin.directory import connect
from mcp_tools.google_admin.server import build_server
from mcp_tools.google_admin.settings import GoogleSettings, Token

GOLDEN = Path(__file__).parent / "golden" / "tools.json"
STATIC_TOKEN = Token({"token": "sandbox"})
Tools: TypeAlias = Client[Any]


@dataclass(frozen=True, slots=True)
class Failure:
    outcome: str | None
    text: str


def client_of(url: str, timeout: float = 10.0, **options: Any) -> Tools:
    """In memory: the client speaks to the server object, the server over HTTP to `url`."""
    return Client(build_server(connect(GoogleSettings(STATIC_TOKEN, url, timeout)), **options))


async def answer(tools: Tools, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured content of a call that succeeds."""
    result = await tools.call_tool(tool, arguments)
    assert result.structured_content is not None
    return result.structured_content


async def failure(tools: Tools, tool: str, **arguments: Any) -> Failure:
    """What a caller and the model are told about a call that fails."""
    result = await tools.call_tool(tool, arguments, raise_on_error=False)
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
