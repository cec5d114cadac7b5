"""Questions that change nothing, and answers too long for one message."""

import csv
import io
import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from sandbox.seed import APPROVALS, IT_HELP, ROBIN
from tests.stories.scene import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

MAIL = re.compile(r"[\w.]+@example\.com")


async def test_a_long_list_comes_in_pages_that_lose_nothing(demo: World) -> None:
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write("@Countersign list all users, please")
    thread = await robin.open_thread("list all users, please")
    await expect(thread).to_contain_text("(4/4)")
    pages = await thread.locator("article", has_text=re.compile(r"\(\d/4\)")).all_inner_texts()
    assert [re.findall(r"\((\d)/4\)", page) for page in pages] == [["1"], ["2"], ["3"], ["4"]]
    everybody = [user.primary_email for user in demo.sandbox.directory.users()]
    assert sorted(MAIL.findall("\n".join(pages))) == everybody
    assert "Found 64 users" in pages[0]


async def test_a_list_longer_than_pages_is_a_table_and_a_file_that_loses_nothing(
    demo: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = demo.sandbox.directory.users()
    many = [replace(known[number % 64], primary_email=f"u{number:03}@example.com") for number in range(300)]
    monkeypatch.setattr(demo.sandbox.directory, "users", lambda: many)
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write("@Countersign list all users now")
    thread = await robin.open_thread("list all users now")
    await expect(thread).to_contain_text("Rows 1–20 of 300: all of it is in the file below")
    link = thread.get_by_role("link", name="Result of list_users (from google), 300 rows")
    await expect(link).to_be_visible()
    await expect(thread).to_contain_text("Found 300 users.")
    assert MAIL.findall(await thread.get_by_role("table").inner_text()) == [user.primary_email for user in many[:20]]
    answer = await robin.page.request.get(str(await link.get_attribute("href")))
    rows = list(csv.DictReader(io.StringIO((await answer.body()).decode("utf-8-sig"))))
    assert [row["primary_email"] for row in rows] == [user.primary_email for user in many]


async def test_a_question_nobody_scripted_is_answered_without_an_approval(demo: World) -> None:
    cards = len(demo.posts(APPROVALS))
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write("@Countersign who is suspended?")
    thread = await robin.open_thread("who is suspended?")
    suspended = [user.primary_email for user in demo.sandbox.directory.users() if user.suspended]
    await expect(thread.get_by_role("table")).to_contain_text(suspended[0])
    assert sorted(MAIL.findall(await thread.inner_text())) == suspended
    assert len(demo.posts(APPROVALS)) == cards
