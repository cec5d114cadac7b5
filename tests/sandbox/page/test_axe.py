"""What axe-core finds on the page: nothing, in none of its views, light or dark."""

import json
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.blocks.regenerate import GOLDEN
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import ALEX, APPROVALS, BOT, ROBIN, card, deny_modal, said, ts
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = f"#/c/{APPROVALS}"
CARDS = ("card_mixed", "card_unknown_looked", "card_receipt_of_three", "progress_waiting", "answer_table", "reminder")
PICTURE = "data:image/png;base64,iVBORw0KGgo="
ALL_RULES = {"resultTypes": ["violations"], "elementRef": False}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **ALL_RULES}
"""The rules that have to do with light and dark."""


@pytest.fixture
def furnished(stage: Stage) -> Stage:
    """Cards, an answer with a table, a reply with files, what only one person sees, a directory, steps."""
    cards = [said(BOT, "", 100 + at, **golden(name)) for at, name in enumerate(CARDS)]
    private = said(BOT, "You can't approve this: you asked for it yourself.", 90, ephemeral=True)
    files = [a_file("text/csv"), a_file("image/png", url_private=PICTURE, alt_txt="A chart")]
    reply = said(ALEX, f"*thanks* <@{ROBIN}> `code`", 70, thread_ts=ts(60), files=files, edited={"ts": ts(80)})
    question = said(ROBIN, "hello", 10, reactions=[{"name": "eyes", "count": 1, "users": [ALEX]}])
    stage.messages[APPROVALS] = [question, card(60, reply_count=1), reply, private, *cards]
    stage.google = [a_user("lea@example.com", suspended=True, isAdmin=True), a_user("tom@example.com", suspended=False)]
    for kind in ("event", "ack", "api", "fault"):
        stage.step(kind, f"{kind} happened", {"a": 1}, 12)
    return stage


def golden(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return read


def a_file(kind: str, **fields: Any) -> dict[str, Any]:
    links = {"url_private": "/f/F1", "url_private_download": "/f/F1"}
    about = {"id": "F1", "title": "All users", "name": "users", "mimetype": kind, "pretty_type": "File", "size": 9}
    return {**about, **links, **fields}


def a_user(email: str, **fields: Any) -> dict[str, Any]:
    return {"primaryEmail": email, "name": {"fullName": "Lea Ver"}, "isAdmin": False, **fields}


async def findings(page: Page) -> list[str]:
    """One line each: the rule, where, and what to do."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = (await Axe().run(page, options=ALL_RULES)).response["violations"]
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += (await Axe().run(page, options=COLOURS)).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    ("where", "width", "seen"),
    [
        (f"?as={ALEX}", 1280, f"message-{ts(105)}"),
        (f"/t/{ts(60)}?as={ALEX}&drawer=steps", 1600, f"message-{ts(70)}"),
        (f"?as={ALEX}&drawer=google", 390, "google-users"),
    ],
)
async def test_axe_finds_nothing(furnished: Stage, visit: Visit, where: str, width: int, seen: str) -> None:
    page = await visit(HERE + where, width=width)
    await expect(page.get_by_test_id(seen)).to_be_visible()
    assert await findings(page) == []


@pytest.mark.parametrize("view", ["view_deny_three", "view_details", "view_confirm_three"])
async def test_axe_finds_nothing_in_a_modal(stage: Stage, visit: Visit, view: str) -> None:
    page = await visit(f"{HERE}?as={ALEX}")
    stage.show(deny_modal(), golden(view) | {"id": "V2", "hash": "1"})
    await expect(page.get_by_test_id("modal")).to_be_visible()
    assert await findings(page) == []


async def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    page = await visit(f"{HERE}?as={ALEX}")
    await page.evaluate("document.querySelector('[data-testid=theme]').removeAttribute('aria-label')")
    await page.evaluate("document.querySelector('[data-testid=theme]').removeAttribute('title')")
    assert [line.split(":")[0] for line in await findings(page)] == ["critical button-name"]
