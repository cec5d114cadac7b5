"""What strangers write is shown, never obeyed."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import BOT, IT_HELP, OLGA, ROBIN, mrkdwn, plain, said, ts
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "<script>window.hacked = 1</script> <!channel> <https://evil.example|click> <@U0ALEX001>"
ESCAPED = SHOWN.replace("<", "&lt;").replace(">", "&gt;")
RAW_HTML = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"


async def test_escaped_markup_is_text(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(OLGA, ESCAPED, 0)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    content = page.get_by_test_id(f"message-{ts(0)}").locator(".content")
    await expect(content).to_have_text(SHOWN)
    await expect(content.locator("a, script, .mention")).to_have_count(0)


async def test_html_is_text_in_every_kind_of_block(stage: Stage, visit: Visit) -> None:
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": RAW_HTML}]}],
    }
    table = {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": RAW_HTML}], [{"type": "raw_text", "text": RAW_HTML}]],
    }
    blocks = [
        {"type": "header", "text": plain(RAW_HTML)},
        {"type": "section", "text": mrkdwn(f"*{RAW_HTML}* `{RAW_HTML}`"), "fields": [mrkdwn(RAW_HTML)]},
        {"type": "context", "elements": [mrkdwn(RAW_HTML), plain(RAW_HTML)]},
        {
            "type": "markdown",
            "text": f"# {RAW_HTML}\n\n| {RAW_HTML} |\n|--|\n| [x]({RAW_HTML}) |\n\n```\n{RAW_HTML}\n```",
        },
        {"type": "image", "image_url": "javascript:window.hacked=1", "alt_text": RAW_HTML},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "a", "text": plain(RAW_HTML), "url": "javascript:window.hacked=1"}
            ],
        },
        rich,
        table,
    ]
    stage.messages[IT_HELP] = [said(BOT, RAW_HTML, 0, blocks=blocks), said(BOT, RAW_HTML, 5)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    messages = page.get_by_test_id("messages")
    await expect(messages.get_by_test_id(f"message-{ts(5)}")).to_contain_text("<img src=x")
    await expect(messages.locator("script, img")).to_have_count(0)
    await messages.get_by_role("button", name="<img").click()
    assert await page.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "JaVaScRiPt:alert(1)"]
)
async def test_only_web_and_mail_addresses_become_links(stage: Stage, visit: Visit, url: str) -> None:
    blocks = [
        {"type": "section", "text": mrkdwn(f"<{url}|click>")},
        {"type": "markdown", "text": f"[click]({url}) <{url}>"},
    ]
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=blocks)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.get_by_test_id(f"message-{ts(0)}")).to_contain_text("click")
    await expect(page.locator(".content a")).to_have_count(0)


async def test_a_link_tells_its_true_target(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(BOT, "<https://evil.example/login?a=1&amp;b=2|https://acme.slack.com>", 0)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    link = page.locator(".content a")
    await expect(link).to_have_attribute("href", "https://evil.example/login?a=1&b=2")
    await expect(link).to_have_attribute("title", "https://evil.example/login?a=1&b=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_a_broadcast_is_live_only_as_real_markup(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [
        said(OLGA, "@here and &lt;!here&gt; and `<!here>`", 0),
        said(OLGA, "<!here> <!channel|everybody>", 600),
    ]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    live = "[data-broadcast]"
    await expect(page.get_by_test_id(f"message-{ts(0)}").locator(live)).to_have_text(["@here"])
    await expect(page.get_by_test_id(f"message-{ts(600)}").locator(live)).to_have_text(["@here", "@channel"])


async def test_marks_that_turn_the_reading_direction_are_shown_as_codes(stage: Stage, visit: Visit) -> None:
    blocks = [
        {"type": "section", "text": mrkdwn("`a\u202egpj.exe` \u2066b\u2069")},
        {"type": "header", "text": plain("c\u202ed")},
    ]
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=blocks)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    message = page.get_by_test_id(f"message-{ts(0)}")
    await expect(message.locator(".mark")).to_have_text(["U+202E", "U+2066", "U+2069", "U+202E"])
    shown = await message.inner_text()
    assert not any(mark in shown for mark in "\u202e\u2066\u2069")


async def test_a_name_with_markup_is_text_in_the_list_of_people(stage: Stage, visit: Visit) -> None:
    stage.google = [{"primaryEmail": "x@example.com", "name": {"fullName": RAW_HTML}, "suspended": False}]
    stage.step("api", RAW_HTML, {"a": RAW_HTML})
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}&drawer=google")
    await expect(page.get_by_test_id("google-users")).to_contain_text("<img src=x")
    await page.get_by_test_id("drawer-steps").click()
    await page.locator("summary").click()
    await expect(page.locator(".json pre")).to_contain_text("<script>")
    assert await page.evaluate("window.hacked") is None


async def test_a_very_long_line_of_marks_is_drawn_quickly(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [
        said(BOT, "*a " * 13_000, 0),
        said(BOT, "x", 600, blocks=[{"type": "markdown", "text": "**a " * 3_000}]),
    ]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.get_by_test_id(f"message-{ts(600)}")).to_be_attached()
