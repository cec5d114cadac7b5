"""How much of a server's answer is read, whatever carries it; and a session without the SDK's own check of results."""

import mcp_types
from mcp import ClientSession

MOST_BYTES = 6_000_000
"""Of one message on the wire. What is larger is not read, and not decoded: everybody waits while one is.

Four images (bot/pictures.py) in base64 take 5.4 MB.
"""
TOO_LARGE = -32098
"""The error code (JSON-RPC 2.0 leaves -32000 to -32099 to implementations) of an answer that was not read."""
TOO_LARGE_TEXT = f"the answer has more than {MOST_BYTES:,} bytes and was not read; ask for less at a time"
UNREADABLE_TEXT = "the answer could not be read: it is no message of MCP, or is nested too deeply"


class OwnChecks(ClientSession):
    """The SDK's check compiles a schema and patterns of the server's choice, which may take for ever.

    What we check of a result is in `mcp_results`, and costs what the result is long.
    """

    async def validate_tool_result(self, name: str, result: mcp_types.CallToolResult) -> None:
        """Nothing."""
