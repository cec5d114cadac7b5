"""What the requester sees and does while people are asked."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from tests.stories.scene import World, open_world
from tests.stories.window import button

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FOUR_HOURS = re.compile(r"\(until (today|tomorrow) \d\d:\d\d\)")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quiet(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A workspace where little happens, so that the 20 updates a minute of all progress messages are not used up."""
    async with open_world(tmp_path_factory.mktemp("quiet"), browser) as own:
        await own.start_bot()
        yield own


async def test_the_requester_withdraws_and_nothing_is_done(quiet: World) -> None:
    robin, alex = await quiet.window(ROBIN, IT_HELP), await quiet.window(ALEX, APPROVALS)
    await robin.write("@Countersign suspend idris.bauer@example.com, my mistake")
    thread = await robin.open_thread("my mistake")
    asks = "I need an approval from @it-admins for: suspend user idris.bauer@example.com. I'll answer here."
    await expect(thread).to_contain_text(asks)
    await expect(thread).to_contain_text(IN_FOUR_HOURS)
    await button(thread, "Withdraw").click()
    await robin.confirm()
    card = alex.card("idris.bauer@example.com")
    await expect(card).to_contain_text("Withdrawn by the requester · nothing was done")
    await expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    await expect(thread).to_contain_text("Withdrawn by the requester. Nothing was done.")
    await expect(button(thread, "Withdraw")).to_have_count(0)
    assert quiet.writes("idris.bauer@example.com") == []


async def test_an_answer_reaches_a_thread_whose_first_message_is_gone(quiet: World) -> None:
    robin, alex = await quiet.window(ROBIN, IT_HELP), await quiet.window(ALEX, APPROVALS)
    await robin.write("@Countersign suspend quinn.aerts@example.com, secret project")
    thread = await robin.open_thread("secret project")
    await expect(thread).to_contain_text("I need an approval")
    asked = robin.message("secret project")
    await asked.hover()
    await button(asked, "Delete message").click()
    await robin.confirm()
    await expect(thread).not_to_contain_text("secret project")
    await button(alex.card("quinn.aerts@example.com"), "Approve").click()
    await expect(thread).to_contain_text("quinn.aerts@example.com is now suspended")
