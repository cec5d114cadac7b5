"""What takes long to load holds nobody up, and says what is wrong with it."""

import asyncio
import gc
from contextlib import suppress
from typing import Any

import pytest

from bot.errors import BadInput, Unavailable
from bot.ports import Prompt, Reply, ToolOutcome, ToolResult
from bot.settings import Settings
from bot.wiring.late import Late, Private
from tests.factories import a_tool


def settings(google_token: str = "") -> Settings:
    return Settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1-A0COUNT01-1",
        database_url="sqlite:///unused.sqlite3",
        google_token=google_token,
    )


async def test_whoever_asks_early_waits_for_the_tools() -> None:
    late = Late(settings())
    assert (await late.tools()).tools == ()
    await late.loaded()
    await late.close()


@pytest.mark.parametrize("google_token", ["", "no token"])
async def test_memory_is_swept_again_afterwards(google_token: str) -> None:
    late = Late(settings(google_token))
    with suppress(BadInput):
        await late.loaded()
    assert gc.isenabled()
    await late.close()


async def test_settings_that_a_tool_cannot_use_are_told() -> None:
    late = Late(settings(google_token="no token"))
    with pytest.raises(BadInput, match="GOOGLE_TOKEN_JSON"):
        await late.loaded()
    await late.close()


async def test_a_private_call_takes_the_public_key_along_and_any_other_none() -> None:
    given: list[tuple[str, ...]] = []

    class Loaded:
        async def call(self, *arguments: Any) -> ToolResult:
            given.append(arguments[1:])
            return ToolResult(ToolOutcome.SUCCEEDED, "done")

        async def close(self) -> None:
            """Nothing to close."""

    late = Late(settings())
    await late.loaded()
    await late.close()
    late._loading = asyncio.ensure_future(asyncio.sleep(0, (None, Loaded())))  # type: ignore[arg-type]
    await Private(late, "public").call(a_tool(), "{}")
    await late.call(a_tool(), "{}")
    assert given == [("{}", "public"), ("{}", "")]


class Slow:
    """A model that never comes to its end, and tools that are counted as closed."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.was_cut = self.is_closed = False

    async def turn(self, _prompt: Prompt) -> Reply:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.was_cut = True
        raise AssertionError

    async def close(self) -> None:
        self.is_closed = True


async def test_when_the_process_ends_the_models_turn_is_cut_and_counts_as_no_failure() -> None:
    late, slow = Late(settings()), Slow()
    await late.loaded()
    late._loading = asyncio.ensure_future(asyncio.sleep(0, (slow, slow)))  # type: ignore[arg-type]
    turn = asyncio.ensure_future(late.turn(Prompt("", (), "[]")))
    await slow.asked.wait()
    late.end()
    with pytest.raises(Unavailable, match="the process is ending") as ended:
        await turn
    assert (type(ended.value), slow.was_cut) == (Unavailable, True)
    await late.close()
    assert slow.is_closed


async def test_when_the_process_ends_what_still_loads_is_not_waited_for() -> None:
    late = Late(settings())
    never = asyncio.get_running_loop().create_future()
    late._loading = never
    asked = [asyncio.ensure_future(late.tools()), asyncio.ensure_future(late.turn(Prompt("", (), "[]")))]
    await asyncio.sleep(0)
    late.end()
    for one in asked:
        with pytest.raises(Unavailable):
            await one
    await late.close()
    assert never.cancelled()
