"""Makes the pictures of the README: starts the demo, asks as Robin, approves as Alex, and saves what a person sees.

`.venv/bin/python tools/screenshots.py` writes docs/images/*.webp. It needs Chromium (the first argument names another
one than /usr/bin/chromium) and touches nothing but a temporary folder and the pictures.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tools.pictures import CAPTURE, Frame, lossless, moving, picture

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
ROBIN, ALEX = "U0ROBIN01", "U0ALEX001"
IT_HELP, APPROVALS = "C0ITHELP1", "C0APPROV1"
SENTENCE = "@Countersign suspend leaver@example.com, they left on Friday"
PATIENCE_MS = 30_000
FINE = 1.25
TYPED = (20, len(SENTENCE))
"""How much of the sentence is there in each picture of its being typed, in characters."""


@dataclass(slots=True)
class Clip:
    """The moving picture, as it is being made."""

    frames: list[Frame] = field(default_factory=list)

    def add(self, page: Page, stands: int) -> None:
        """What the window shows now, for so many milliseconds."""
        self.frames.append(Frame(taken(page), stands))


@contextmanager
def demo(data: Path) -> Iterator[str]:
    """The running demo's address."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None, "stdout was asked for"
            found = re.search(r"http://[\d.:]+", process.stdout.readline())
            if found is None:
                sys.exit("The demo did not start; it has said why above.")
            yield found[0]
        finally:
            process.terminate()


def visit(browser: Browser, address: str, *, width: int, height: int, dark: bool = False) -> Page:
    """A window of its own, in English, with time in Berlin."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.get_by_test_id("messages").get_by_text("The start of #").wait_for()
    return page


def ask(page: Page, clip: Clip) -> None:
    """Types the sentence, a part at a time, and sends it."""
    composer = page.get_by_test_id("composer")
    clip.add(page, 1_500)
    for length in TYPED:
        composer.fill(SENTENCE[:length])
        clip.add(page, 600 if length < len(SENTENCE) else 1_500)
    composer.press("Escape")
    page.get_by_test_id("send").click()


def card_on(page: Page) -> Locator:
    return page.locator("article.message", has=page.locator("[data-action-id='approval.details']"))


def taken(page: Page, scale: float = 1) -> bytes:
    """What the window shows, with nothing under the pointer."""
    page.mouse.move(0, 0)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    whole = page.evaluate("() => ({x: 0, y: 0, width: innerWidth, height: innerHeight})")
    return picture(page.context.new_cdp_session(page).send(CAPTURE, lossless(whole, scale)))


def save(page: Page, name: str) -> None:
    """Saves that, with nothing in focus, finely drawn."""
    page.evaluate("document.activeElement?.blur()")
    (IMAGES / f"{name}.webp").write_bytes(taken(page, FINE))


def take(browser: Browser, address: str) -> None:
    """The main story, with a picture at each turn of it."""
    inbox, clip = f"{address}/#/c/{APPROVALS}?as={ALEX}", Clip()
    approver = visit(browser, inbox, width=860, height=540)
    requester = visit(browser, f"{address}/#/c/{IT_HELP}?as={ROBIN}", width=860, height=540)
    ask(requester, clip)
    card = card_on(approver)
    approve = card.locator("[data-action-id='approval.approve']")
    approve.wait_for()
    phone = visit(browser, inbox, width=390, height=680)
    card_on(phone).wait_for()
    save(phone, "phone")
    requester.locator("[data-testid^=replies-]").click()
    thread = requester.get_by_test_id("thread-pane")
    thread.get_by_text("I need an approval").wait_for()
    clip.add(requester, 3_000)
    save(approver, "card")
    clip.add(approver, 4_000)
    approve.focus()
    clip.add(approver, 900)
    approve.click()
    expect(card).to_contain_text("Done in", timeout=PATIENCE_MS)
    clip.add(approver, 4_000)
    thread.get_by_text("is now suspended").wait_for()
    clip.add(requester, 4_000)
    (IMAGES / "clip.webp").write_bytes(moving(clip.frames))
    seen = requester.url.replace(ROBIN, ALEX)
    dark = visit(browser, f"{seen}&drawer=steps", width=1440, height=760, dark=True)
    dark.get_by_test_id("steps").get_by_text("approval.approve").first.evaluate("step => step.scrollIntoView()")
    save(dark, "dark")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    executable = sys.argv[1] if len(sys.argv) > 1 else CHROMIUM
    with tempfile.TemporaryDirectory() as data, demo(Path(data)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        take(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
