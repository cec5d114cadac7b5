"""One window of a browser, and what a person does in it."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page


@dataclass(frozen=True, slots=True)
class Window:
    """The page as one person has it before them."""

    page: Page

    async def write(self, words: str) -> None:
        """Writes into the channel."""
        await self.page.get_by_test_id("composer").fill(words)
        await self.page.get_by_test_id("send").click()

    async def act_as(self, user: str, channel: str) -> None:
        """Switches to another person, as the demo lets one do, and goes to a channel."""
        await self.page.get_by_test_id("act-as").select_option(user)
        await self.page.get_by_test_id(f"channel-{channel}").click()

    async def open_thread(self, words: str | re.Pattern[str]) -> Locator:
        """Opens the thread under the message with these words, as soon as there is one; returns its messages."""
        await self.message(words).locator(".thread-line").click()
        return self.page.get_by_test_id("thread-messages")

    def message(self, words: str | re.Pattern[str]) -> Locator:
        """The message in the channel that holds these words."""
        said = self.page.locator(".content", has_text=words)
        return self.page.get_by_test_id("messages").locator("article", has=said)

    def card(self, target: str) -> Locator:
        """The card or receipt about `target`."""
        heading = self.page.get_by_role("heading", name=target)
        return self.page.get_by_test_id("messages").locator("article", has=heading)

    @property
    def private(self) -> Locator:
        """What only this person sees."""
        return self.page.locator(".message--private")

    @property
    def modal(self) -> Locator:
        """The modal in front."""
        return self.page.get_by_test_id("modal")

    async def confirm(self) -> None:
        """Goes ahead in the dialog that asks whether one is sure."""
        await self.page.get_by_test_id("confirm-ok").click()


def button(place: Locator, name: str) -> Locator:
    """The button with exactly this name."""
    return place.get_by_role("button", name=name, exact=True)
