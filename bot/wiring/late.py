"""A model and tools that load in the background, while people are already heard: Slack waits 3 s for an ack."""

import asyncio
import gc
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.errors import Unavailable
from bot.models.tools import Tool, Toolset
from bot.ports import Prompt, Reply, ToolResult
from bot.settings import Settings
from bot.store_ports import ServerStore

if TYPE_CHECKING:
    from bot.adapters.anthropic_model import AnthropicModel
    from bot.adapters.mcp_toolbox import McpToolbox

T = TypeVar("T")


class Late:
    """The Model and the Toolbox port. Whoever needs one of them waits until both are there."""

    def __init__(self, settings: Settings, store: ServerStore | None = None) -> None:
        self._ending = asyncio.Event()
        self._loader = ThreadPoolExecutor(1, "loading")  # its own: asyncio.run would wait for the end of any other
        self._loading = asyncio.get_running_loop().run_in_executor(self._loader, _load, settings, store)

    async def loaded(self) -> None:
        """Raises BadInput for settings that the model or a tool cannot use."""
        await asyncio.shield(self._loading)

    async def turn(self, prompt: Prompt) -> Reply:
        """See `Model`. Raises Unavailable when the process ends meanwhile: nothing of the turn was kept."""
        model, _ = await self._unless_ending(asyncio.shield(self._loading))
        return await self._unless_ending(model.turn(prompt))

    async def tools(self) -> Toolset:
        """See `Toolbox`. Raises Unavailable when the process ends before they are there."""
        _, toolbox = await self._unless_ending(asyncio.shield(self._loading))
        return await toolbox.tools()

    async def call(self, tool: Tool, arguments: str, seal_to: str = "") -> ToolResult:
        """See `McpToolbox`."""
        _, toolbox = await asyncio.shield(self._loading)
        return await toolbox.call(tool, arguments, seal_to)

    def end(self) -> None:
        """The process ends: the model, and what still loads, are not waited for any more. Calls that have left are."""
        self._ending.set()

    async def close(self) -> None:
        """Closes the tools. What is still loading has opened nothing, and is left to itself."""
        self.end()
        self._loader.shutdown(wait=False)
        if not self._loading.done():
            self._loading.cancel()
        elif not self._loading.exception():
            await self._loading.result()[1].close()

    async def _unless_ending(self, awaited: Awaitable[T]) -> T:
        work, ending = asyncio.ensure_future(awaited), asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise Unavailable("the process is ending")
            return work.result()
        finally:
            ending.cancel()
            if not work.done():
                work.cancel()
                await asyncio.wait({work})


@dataclass(frozen=True, slots=True)
class Private:
    """The Toolbox port for a requester who can be told a secret alone: tools get the public key to seal it to."""

    late: Late
    seal_to: str

    async def tools(self) -> Toolset:
        """See `Toolbox`."""
        return await self.late.tools()

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        """See `Toolbox`."""
        return await self.late.call(tool, arguments, self.seal_to)


def _load(settings: Settings, store: ServerStore | None) -> "tuple[AnthropicModel, McpToolbox]":
    gc.disable()  # thousands of classes that stay: sweeping them again and again is an eighth of the loading
    try:
        from bot.wiring import brain  # noqa: PLC0415 - more than a second of imports, in a thread of its own
    finally:
        gc.freeze()
        gc.enable()
    return brain.model_and_tools(settings, store)
