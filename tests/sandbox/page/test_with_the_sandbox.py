"""The page on the real sandbox, with a small app on the other side of the wire."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from sandbox.clock import SystemClock
from sandbox.parts import Sandbox, open_sandbox
from sandbox.seed import demo_app
from sandbox.server import build_app
from tests.results import PNG
from tests.sandbox.page.app_double import AppDouble, connected_app
from tests.sandbox.page.conftest import Visit, served
from tests.sandbox.page.probes import NAMELESS, SMALL
from tests.sandbox.page.samples import (
    ALEX,
    APPROVALS,
    GENERAL,
    IT_HELP,
    ROBIN,
    approval_card,
    button,
    deny_modal,
    mrkdwn,
    receipt,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACK_SECONDS = 3
ROBINS_DM = "D0ROBIN01"
REQUEST = "@Countersign suspend leaver@example.com, they left on Friday"


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> Sandbox:
    app = replace(demo_app(), commands=frozenset({"/countersign"}))
    return open_sandbox(SystemClock(), rate_limits=False, app=app)


@pytest_asyncio.fixture(loop_scope="session")
async def address(sandbox: Sandbox, door: socket.socket) -> AsyncIterator[str]:
    async with served(build_app(sandbox), door) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def app(address: str) -> AsyncIterator[AppDouble]:
    async with connected_app(address) as connected:
        yield connected


async def say(page: Page, words: str) -> None:
    await page.get_by_test_id("composer").fill(words)
    await page.get_by_test_id("send").click()


async def post_card(app: AppDouble) -> str:
    posted = await app.web.chat_postMessage(channel=APPROVALS, text="⏳ Suspend user", blocks=approval_card())
    return str(posted["ts"])


async def test_a_request_is_approved_and_its_receipt_replaces_the_card(visit: Visit, app: AppDouble) -> None:
    page = await visit()
    await say(page, REQUEST)
    asked = (await app.next("app_mention"))["event"]
    await app.web.chat_postMessage(channel=IT_HELP, thread_ts=asked["ts"], text="I need an approval.")
    await expect(page.get_by_test_id(f"replies-{asked['ts']}")).to_contain_text("1 reply")
    await expect(page.get_by_test_id(f"message-{asked['ts']}").locator("[data-user=U0BOT0001]")).to_be_visible()
    ts = await post_card(app)
    await page.get_by_test_id("act-as").select_option(ALEX)
    await page.get_by_test_id(f"channel-{APPROVALS}").click()
    await page.locator("[data-action-id='approval.approve']").click()
    clicked = await app.next("block_actions")
    assert (clicked["user"]["id"], clicked["actions"][0]["value"]) == (ALEX, "a1f3")
    await app.web.chat_update(channel=APPROVALS, ts=ts, text="☑️ Done", blocks=receipt())
    card = page.get_by_test_id(f"message-{ts}")
    await expect(card.get_by_role("heading")).to_contain_text("☑️ Done in 1.2 s")
    await expect(card.locator("[data-action-id]")).to_have_count(0)
    await expect(page.locator(".warning")).to_have_count(0)


async def test_a_denial_asks_for_its_reason_in_a_modal(visit: Visit, app: AppDouble) -> None:
    await post_card(app)
    page = await visit(f"#/c/{APPROVALS}?as={ALEX}")
    await page.locator("[data-action-id='approval.deny']").click()
    clicked = await app.next("block_actions")
    view = {key: value for key, value in deny_modal().items() if key not in ("id", "hash")}
    await app.web.views_open(trigger_id=clicked["trigger_id"], view=view)
    await page.get_by_role("textbox", name="Reason").fill("wrong person, ask HR first")
    await page.get_by_label("Kind").select_option("hr")
    errors = {"reason": "Please name the right person."}
    app.answers["view_submission"] = {"response_action": "errors", "errors": errors}
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator("[data-error-for=reason]")).to_have_text(errors["reason"])
    app.answers["view_submission"] = {}
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    submitted = await app.next("view_submission")
    assert submitted["view"]["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "hr"


async def test_a_click_that_the_app_never_confirms_warns_the_person(
    visit: Visit, app: AppDouble, sandbox: Sandbox
) -> None:
    app.answers["block_actions"] = None
    await post_card(app)
    page = await visit(f"#/c/{APPROVALS}?as={ALEX}")
    await page.locator("[data-action-id='approval.approve']").click()
    await app.next("block_actions")
    sandbox.clock.advance(ACK_SECONDS)
    warning = page.get_by_text("Countersign did not confirm this click within 3 seconds.")
    await expect(warning).to_be_visible()


async def test_without_a_bot_a_click_says_that_it_is_not_connected(
    visit: Visit, sandbox: Sandbox, address: str
) -> None:
    async with connected_app(address) as app:
        await post_card(app)
    page = await visit(f"#/c/{APPROVALS}?as={ALEX}&drawer=steps")
    await expect(page.get_by_text("The app's connection ended")).to_be_visible()
    await page.locator("[data-action-id='approval.approve']").click()
    await expect(page.get_by_text("Countersign is not connected")).to_be_visible()
    await expect(page.get_by_test_id("bot-state")).to_have_text("No bot here")
    assert sandbox.bot is None


async def test_an_answer_for_one_person_is_seen_by_nobody_else(visit: Visit, app: AppDouble) -> None:
    robin, alex = await visit(f"#/c/{IT_HELP}?as={ROBIN}"), await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await app.web.chat_postEphemeral(channel=IT_HELP, user=ROBIN, text="You asked for it yourself.")
    await app.web.chat_postMessage(channel=IT_HELP, text="for everybody")
    await expect(robin.locator(".message--private")).to_contain_text("You asked for it yourself.")
    await expect(alex.locator(".content", has_text="for everybody")).to_be_visible()
    await expect(alex.locator(".message--private")).to_have_count(0)


async def test_hostile_text_survives_the_whole_way_as_text(visit: Visit, app: AppDouble) -> None:
    hostile = "<script>alert(1)</script> <!channel> <https://evil.example|click> &amp; *x*"
    page = await visit()
    await say(page, f"@Countersign {hostile}")
    asked = (await app.next("app_mention"))["event"]
    await app.web.chat_postMessage(channel=IT_HELP, text=asked["text"])
    await expect(page.locator(".content")).to_have_count(2)
    await expect(page.locator(".content").last).to_contain_text("<script>alert(1)</script> <!channel>")
    await expect(page.locator(".content").first).to_contain_text(hostile)
    await expect(page.locator(".content [data-broadcast], .content script")).to_have_count(0)


async def test_a_file_can_be_kept_and_a_picture_is_shown_with_its_words(visit: Visit, app: AppDouble) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    for name, content in (("users.csv", b"mail\nlea@example.com\n"), ("chart.png", PNG)):
        title = f"Result {name}"
        await app.web.files_upload_v2(content=content, filename=name, title=title, channel=IT_HELP, alt_txt="A chart")
    card = page.locator(".file", has_text="Result users.csv")
    await expect(card).to_contain_text("CSV · 21 bytes")
    await expect(card.get_by_role("img")).to_have_count(0)
    async with page.expect_download() as download:
        await card.get_by_role("link", name="Download").click()
    assert (await (await download.value).path()).read_bytes() == b"mail\nlea@example.com\n"
    picture = page.get_by_role("img", name="A chart")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)


async def test_a_message_elsewhere_leaves_a_dot_until_it_is_read(visit: Visit) -> None:
    robin, alex = await visit(f"#/c/{IT_HELP}?as={ROBIN}"), await visit(f"#/c/{GENERAL}?as={ALEX}")
    await expect(robin.get_by_test_id("hint")).to_be_visible()
    await say(alex, "lunch?")
    row = robin.get_by_test_id(f"channel-{GENERAL}")
    await expect(row.get_by_label("unread")).to_be_visible()
    await row.click()
    await expect(robin.locator(".content", has_text="lunch?")).to_be_visible()
    await expect(row.get_by_label("unread")).to_have_count(0)


async def test_steps_and_directory_come_from_the_sandbox(visit: Visit, app: AppDouble) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}&drawer=steps")
    await say(page, REQUEST)
    await app.next("app_mention")
    await expect(page.get_by_text("Robin Reyes wrote in #it-help")).to_be_visible()
    await page.get_by_test_id("drawer-google").click()
    await expect(page.locator("[data-email='leaver@example.com']")).to_contain_text("Active")
    await expect(page.locator("[data-email='boss@example.com']")).to_contain_text("Super admin")


async def test_deleting_a_message_takes_it_away_for_everybody(visit: Visit) -> None:
    robin, alex = await visit(f"#/c/{GENERAL}?as={ROBIN}"), await visit(f"#/c/{GENERAL}?as={ALEX}")
    await say(robin, "never mind")
    await expect(alex.locator(".content", has_text="never mind")).to_be_visible()
    await robin.locator(".message").focus()
    await robin.get_by_label("Delete message").click()
    await robin.get_by_test_id("confirm-ok").click()
    await expect(alex.locator(".content", has_text="never mind")).to_have_count(0)


def home(words: str) -> dict[str, object]:
    blocks = [
        {"type": "section", "text": mrkdwn(words)},
        {"type": "actions", "block_id": "choices", "elements": [button("Refresh", "home.refresh")]},
    ]
    return {"type": "home", "blocks": blocks}


async def test_the_home_tab_shows_what_the_app_published_and_its_buttons_work(visit: Visit, app: AppDouble) -> None:
    page = await visit(f"#/c/{ROBINS_DM}?as={ROBIN}")
    assert (await app.next("app_home_opened"))["event"]["tab"] == "messages"
    await page.get_by_test_id("app-home").click()
    assert (await app.next("app_home_opened"))["event"]["tab"] == "home"
    front = page.get_by_test_id("home")
    await expect(front).to_have_text("Countersign has not published anything here yet.")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await app.web.views_publish(user_id=ROBIN, view=home("*2 things* wait for you"))
    await expect(front).to_contain_text("2 things wait for you")
    await front.get_by_role("button", name="Refresh").click()
    clicked = await app.next("block_actions")
    assert (clicked["view"]["type"], clicked["actions"][0]["action_id"]) == ("home", "home.refresh")
    await app.web.views_publish(user_id=ROBIN, view=home("Nothing waits for you"))
    await expect(front).to_contain_text("Nothing waits for you")
    await page.reload()
    await expect(front).to_contain_text("Nothing waits for you")


async def test_on_a_phone_the_home_tab_is_as_easy_to_reach(visit: Visit, app: AppDouble) -> None:
    await app.web.views_publish(user_id=ROBIN, view=home("*2 things* wait for you"))
    page = await visit(f"#/c/{ROBINS_DM}?as={ROBIN}&tab=home", width=390)
    await expect(page.get_by_test_id("home")).to_contain_text("2 things wait for you")
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_arrows_go_from_one_tab_of_the_app_to_the_other(visit: Visit, app: AppDouble) -> None:
    page = await visit(f"#/c/{ROBINS_DM}?as={ROBIN}")
    messages, first = page.get_by_test_id("app-messages"), page.get_by_test_id("app-home")
    await messages.focus()
    await page.keyboard.press("ArrowLeft")
    await expect(first).to_be_focused()
    await expect(first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowRight")
    await expect(messages).to_be_focused()
    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_a_slash_command_is_completed_sent_and_answered_in_private(visit: Visit, app: AppDouble) -> None:
    app.answers["slash_command"] = {"text": "2 requests wait"}
    page = await visit()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/co")
    await expect(page.locator(".suggest-item")).to_have_text(["/countersignCommand"])
    await composer.press("Enter")
    await expect(composer).to_have_value("/countersign ")
    await composer.press_sequentially("status")
    await composer.press("Enter")
    used = await app.next("slash_command")
    assert (used["command"], used["text"], used["channel_id"]) == ("/countersign", "status", IT_HELP)
    await expect(page.locator(".message--private")).to_contain_text("2 requests wait")
    await expect(composer).to_have_value("")


async def test_a_command_that_nobody_offers_is_given_back_with_the_reason(visit: Visit, app: AppDouble) -> None:
    page = await visit()
    await say(page, "/nonsense now")
    await expect(page.get_by_text("Not sent. /nonsense is not a valid command")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("/nonsense now")


async def test_a_file_is_named_and_can_be_taken_away(visit: Visit, app: AppDouble) -> None:
    page = await visit()
    await app.web.files_upload_v2(content="a,b\n", filename="users.csv", title="All users", channel=IT_HELP)
    file = page.locator(".file")
    await expect(file).to_contain_text("All usersCSV · 4 bytes")
    async with page.expect_download() as download:
        await file.get_by_role("link", name="Download").click()
    assert (await download.value).suggested_filename == "users.csv"
