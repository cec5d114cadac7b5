"""Makes the pictures of the README: starts the demo, asks as Robin, approves as Alex, and saves what a person sees.

`.venv/bin/python tools/screenshots.py` writes docs/images/*.png. It needs Chromium (the first argument names another
one than /usr/bin/chromium) and touches nothing but a temporary folder and the pictures.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
ROBIN, ALEX = "U0ROBIN01", "U0ALEX001"
IT_HELP, APPROVALS = "C0ITHELP1", "C0APPROV1"
SENTENCE = "@Countersign suspend leaver@example.com, they left on Friday"
PATIENCE_MS = 30_000


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
    """A window of its own, in English, with time in Berlin. A wide one is drawn less finely, to keep the file small."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=1.25 if width > 1000 else 2,
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


def ask(page: Page) -> None:
    composer = page.get_by_test_id("composer")
    composer.fill(SENTENCE)
    composer.press("Escape")
    page.get_by_test_id("send").click()


def card_on(page: Page) -> Locator:
    return page.locator("article.message", has=page.locator("[data-action-id='approval.details']"))


def save(page: Page, name: str) -> None:
    """What the window shows, with nothing under the pointer."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def take(browser: Browser, address: str) -> None:
    """The main story, with a picture at each turn of it."""
    inbox = f"{address}/#/c/{APPROVALS}?as={ALEX}"
    approver = visit(browser, inbox, width=960, height=600)
    requester = visit(browser, f"{address}/#/c/{IT_HELP}?as={ROBIN}", width=960, height=600)
    ask(requester)
    card = card_on(approver)
    approve = card.locator("[data-action-id='approval.approve']")
    approve.wait_for()
    save(approver, "card")
    phone = visit(browser, inbox, width=390, height=780)
    card_on(phone).wait_for()
    save(phone, "phone")
    approve.click()
    expect(card).to_contain_text("Done in", timeout=PATIENCE_MS)
    save(approver, "receipt")
    requester.locator("[data-testid^=replies-]").click()
    requester.get_by_test_id("thread-pane").get_by_text("is now suspended").wait_for()
    thread = requester.url.replace(ROBIN, ALEX)
    dark = visit(browser, f"{thread}&drawer=steps", width=1440, height=760, dark=True)
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
