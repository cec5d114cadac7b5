"""Questions to the document, in JavaScript."""

import asyncio

from playwright.async_api import Page

from tests.conftest import PATIENCE

# The name of what has the focus.
FOCUSED = """() => {
  const el = document.activeElement;
  return el.dataset.testid ?? el.dataset.actionId ?? el.getAttribute('aria-label');
}"""

# Controls in sight that a screen reader could not name.
NAMELESS = """() => [...document.querySelectorAll('button, a, input, select, textarea, [role=menuitem], dialog')]
  .filter(el => el.checkVisibility({visibilityProperty: true}))
  .filter(el => !(el.getAttribute('aria-label') || el.getAttribute('aria-labelledby') || el.labels?.length
    || el.textContent.trim() || el.title))
  .map(el => el.outerHTML)"""

# Controls in sight that are smaller than 44 by 44 pixels.
SMALL = """() => [...document.querySelectorAll('button, select, textarea, input, .choice, summary')]
  .filter(el => !['radio', 'checkbox'].includes(el.type) && el.checkVisibility({visibilityProperty: true}))
  .map(el => [el, el.getBoundingClientRect()])
  .filter(([_, box]) => box.width < 43.9 || box.height < 43.9)
  .map(([el, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${el.outerHTML.slice(0, 120)}`)"""

# The HTML of a node without attributes.
BARE = """node => {
  const copy = node.cloneNode(true);
  for (const el of copy.querySelectorAll('*')) for (const a of [...el.attributes]) el.removeAttribute(a.name);
  return copy.innerHTML;
}"""


async def copied(page: Page, words: str) -> None:
    """Waits until the clipboard holds something that ends with these words."""
    async with asyncio.timeout(PATIENCE):
        while not str(await page.evaluate("navigator.clipboard.readText()")).endswith(words):
            await a_moment()


async def a_moment() -> None:
    await asyncio.sleep(0.02)
