"""What every Toolbox keeps, whatever carries the calls. An adapter's suite overrides `toolbox`."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError

from bot.models.tools import Tool
from bot.ports import Toolbox, ToolOutcome, ToolResult

PATIENCE = 8.0


@dataclass(slots=True)
class Bench:
    """A server whose tools do what the test wants. `hold` keeps calls of `wait`; `seen` is what reached the tools."""

    server: FastMCP[Any] = field(default_factory=lambda: FastMCP("bench"))
    seen: list[Any] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        for tool in (self.echo, self.change, self.fail, self.wait):
            self.server.tool(tool)

    def echo(self, value: Any) -> Any:
        """Give the value back."""
        self.seen.append(value)
        return {"value": value}

    def change(self, value: Any) -> str:
        """Change something."""
        self.seen.append(value)
        return "changed"

    def fail(self) -> str:
        """Fail."""
        raise ToolError("the thing is broken")

    async def wait(self) -> str:
        """Answer when it is time."""
        self.begun.set()
        try:
            await self.hold.wait()
        finally:
            self.left.set()
        return "waited"


READS = frozenset({"echo"})


async def soon(something: Awaitable[Any]) -> Any:
    """What it gives, within the tests' patience."""
    return await asyncio.wait_for(something, PATIENCE)


async def tool_of(toolbox: Toolbox, full_name: str, **fields: Any) -> Tool:
    found = (await toolbox.tools()).find(full_name)
    assert found is not None
    return replace(found, **fields)


async def call(toolbox: Toolbox, full_name: str, arguments: str = "{}", **fields: Any) -> ToolResult:
    return await toolbox.call(await tool_of(toolbox, full_name, **fields), arguments)


class ToolboxContract:
    """The bench is served under the alias `bench`; of its tools, READS read and the others write."""

    @pytest.fixture
    def bench(self) -> Bench:
        return Bench()

    @pytest.fixture
    def toolbox(self, bench: Bench) -> Toolbox:
        raise NotImplementedError("the suite of an adapter serves the bench here")

    async def test_tools_come_in_the_order_of_their_names(self, toolbox: Toolbox) -> None:
        names = [tool.full_name for tool in (await toolbox.tools()).tools]
        assert names == ["bench__change", "bench__echo", "bench__fail", "bench__wait"]

    async def test_the_same_tools_have_the_same_digest(self, toolbox: Toolbox) -> None:
        assert (await toolbox.tools()).digest == (await toolbox.tools()).digest

    async def test_other_tools_have_another_digest(self, toolbox: Toolbox, bench: Bench) -> None:
        before = await toolbox.tools()
        bench.server.tool(bench.echo, name="again")
        after = await toolbox.tools()
        assert after.digest != before.digest
        assert after.find("bench__again") is not None

    async def test_a_call_that_went_well_says_so(self, toolbox: Toolbox, bench: Bench) -> None:
        result = await call(toolbox, "bench__echo", '{"value":[1,"zwei",null]}')
        assert result == ToolResult(
            ToolOutcome.SUCCEEDED, '{"value":[1,"zwei",null]}', structured='{"value":[1,"zwei",null]}'
        )
        assert bench.seen == [[1, "zwei", None]]

    async def test_an_unexplained_error_of_a_write_leaves_its_fate_open(self, toolbox: Toolbox) -> None:
        result = await call(toolbox, "bench__fail")
        assert result.outcome is ToolOutcome.UNKNOWN
        assert "the thing is broken" in result.text

    async def test_a_call_that_is_not_answered_in_time_is_unknown(self, toolbox: Toolbox, bench: Bench) -> None:
        result = await soon(call(toolbox, "bench__wait", timeout=0.2))
        assert result.outcome is ToolOutcome.UNKNOWN
        assert "within 0.2 seconds" in result.text

    async def test_a_slow_call_holds_up_no_other(self, toolbox: Toolbox, bench: Bench) -> None:
        slow = asyncio.ensure_future(call(toolbox, "bench__wait"))
        await soon(bench.begun.wait())
        quick = await soon(call(toolbox, "bench__echo", '{"value":1}'))
        bench.hold.set()
        assert quick.outcome is ToolOutcome.SUCCEEDED
        assert (await soon(slow)).text == "waited"

    @pytest.mark.parametrize("before", [{"schema_digest": "another"}, {"server_digest": "another"}, {"effect": "read"}])
    async def test_a_tool_that_is_not_the_accepted_one_is_not_called(
        self, toolbox: Toolbox, bench: Bench, before: dict[str, str]
    ) -> None:
        result = await call(toolbox, "bench__change", '{"value":1}', **before)
        assert result.outcome is ToolOutcome.FAILED
        assert "changed since it was accepted. Nothing was sent" in result.text
        assert bench.seen == []

    async def test_a_tool_that_is_gone_is_not_called(self, toolbox: Toolbox) -> None:
        for gone in ({"name": "gone"}, {"server": "gone"}):
            result = await call(toolbox, "bench__echo", '{"value":1}', **gone)
            assert result.outcome is ToolOutcome.FAILED
            assert "Nothing was sent" in result.text

    @pytest.mark.parametrize("text", ['{"value":1,"value":2}', '{"value": 1}', '{"value":NaN}', "[1]", "", '{"value":'])
    async def test_arguments_that_are_not_canonical_are_not_sent(
        self, toolbox: Toolbox, bench: Bench, text: str
    ) -> None:
        result = await call(toolbox, "bench__change", text)
        assert result.outcome is ToolOutcome.FAILED
        assert "Nothing was sent" in result.text
        assert bench.seen == []

    async def test_cancelling_the_caller_does_not_stop_a_call_that_has_left(
        self, toolbox: Toolbox, bench: Bench
    ) -> None:
        caller = asyncio.ensure_future(call(toolbox, "bench__wait"))
        await soon(bench.begun.wait())
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert not bench.left.is_set()
        bench.hold.set()
        await soon(bench.left.wait())
