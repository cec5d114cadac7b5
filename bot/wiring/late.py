"""A model and tools that load in the background, while people are already heard: Slack waits 3 s for an ack."""

import asyncio
from typing import TYPE_CHECKING

from bot.models.tools import Tool, Toolset
from bot.ports import Prompt, Reply, ToolResult
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.anthropic_model import AnthropicModel
    from bot.adapters.mcp_toolbox import McpToolbox


class Late:
    """The Model and the Toolbox port. Whoever needs one of them waits until both are there."""

    def __init__(self, settings: Settings) -> None:
        self._loading = asyncio.ensure_future(asyncio.to_thread(_load, settings))

    async def loaded(self) -> None:
        """Raises BadInput for settings that the model or a tool cannot use."""
        await asyncio.shield(self._loading)

    async def turn(self, prompt: Prompt) -> Reply:
        """See `Model`."""
        model, _ = await asyncio.shield(self._loading)
        return await model.turn(prompt)

    async def tools(self) -> Toolset:
        """See `Toolbox`."""
        _, toolbox = await asyncio.shield(self._loading)
        return await toolbox.tools()

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        """See `Toolbox`."""
        _, toolbox = await asyncio.shield(self._loading)
        return await toolbox.call(tool, arguments)

    async def close(self) -> None:
        """Closes the tools, also those that were still loading."""
        await asyncio.wait({self._loading})
        if not self._loading.exception():
            await self._loading.result()[1].close()


def _load(settings: Settings) -> "tuple[AnthropicModel, McpToolbox]":
    from bot.wiring import brain  # noqa: PLC0415 - more than a second of imports, in a thread of its own

    return brain.model_and_tools(settings)
