"""Text that would like to be more than text, in every place where it is shown."""

import pytest
from playwright.async_api import Locator, expect

from sandbox.bedrock.turns import Turn
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from tests.stories.scene import World
from tests.stories.window import button

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVIL = "<!channel> <@U0ALEX001> <http://evil.example.net|bank.example.com> <script>alert(1)</script> \u202egnp.exe"
NAME = "<!channel> <@U0ALEX001> <http://evil.example.net|bank.example.com> \u202egnp.exe"
SHOWN = EVIL.replace("\u202e", "⟨U+202E⟩")
ALIVE = "[data-broadcast], script, img, a[href*='evil'], a[href*='bank']"


async def expect_text(place: Locator, *words: str) -> None:
    """The words stand there as they are, and nothing in that place is alive."""
    for part in words:
        await expect(place).to_contain_text(part)
    await expect(place.locator(ALIVE)).to_have_count(0)


async def test_hostile_text_of_a_request_is_text_on_card_details_and_receipt(demo: World) -> None:
    await demo.say(f"@Countersign suspend kemi.moreau@example.com, {EVIL}")
    alex = await demo.window(ALEX, APPROVALS)
    card = alex.card("kemi.moreau@example.com")
    await expect_text(card, SHOWN)
    await expect(card.locator("[data-user='U0ALEX001']")).to_have_count(0)
    await button(card, "All details").click()
    await expect_text(alex.modal, '{"user_key":"kemi.moreau@example.com"}')
    await button(alex.modal, "Deny…").click()
    await alex.modal.get_by_role("textbox", name="Why?").fill(EVIL)
    await button(alex.modal, "Deny").click()
    await expect_text(card, f"Denied by @Alex Ahmadi · “{SHOWN}”")


async def test_hostile_text_of_a_model_is_text_in_the_thread(demo: World) -> None:
    demo.sandbox.model.say(Turn(EVIL))
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write("@Countersign tell me something")
    thread = await robin.open_thread("tell me something")
    answer = thread.locator("article", has_text="gnp.exe")
    await expect_text(
        answer, "<!channel> <@U0ALEX001>", "evil.example.net", "<script>alert(1)</script> ⟨U+202E⟩gnp.exe"
    )


async def test_a_hostile_name_in_the_directory_is_text_in_the_answer(demo: World) -> None:
    demo.sandbox.directory.change("PUT", "mira.aerts@example.com", {}, {"given_name": NAME})
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write("@Countersign look up mira.aerts@example.com")
    thread = await robin.open_thread("look up mira.aerts@example.com")
    await expect_text(thread.locator("article", has_text="gnp.exe"), "<!channel> <@U0ALEX001>", "Aerts")
