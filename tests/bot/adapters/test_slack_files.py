"""Files come into the thread once, whatever breaks on the way, and nothing is seen of one that was not finished."""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_render import Renderer
from bot.errors import DeliveryFailed
from bot.models.outbox import OutboxRow
from sandbox.seed import IT_HELP, ROBIN
from sandbox.slack.faults import Fault
from tests.bot.adapters.slack_stage import a_notifier
from tests.factories import NOW
from tests.handlers.slack.world import World, tools_of
from tests.results import PNG, a_done_call, a_picture, a_record_with, a_row, records

RECORD = a_record_with(a_done_call(records(101), (a_picture(alt="Logins by day"),)))
SHARE, TICKET = "files.completeUploadExternal", "files.getUploadURLExternal"


@pytest.fixture
def notifier(world: World) -> SlackNotifier:
    return a_notifier(world)


@pytest.fixture
async def row(world: World) -> OutboxRow:
    root = await world.say(ROBIN, IT_HELP, "@countersign list all users")
    return a_row("file:c1", channel=IT_HELP, thread_ts=root)


def files(world: World) -> list[dict[str, Any]]:
    """What stands in the channel, oldest first."""
    return [file for message in world.messages(IT_HELP) for file in message.body.get("files", ())]


async def content(world: World, file: dict[str, Any]) -> bytes:
    async with world.http.get(file["url_private"]) as answer:
        return await answer.read()


async def test_a_table_of_five_thousand_rows_is_a_csv_file_in_the_thread(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    shown = await notifier.show(row, a_record_with(a_done_call(records(5_000))))
    [file] = files(world)
    assert (shown, file["filetype"], file["title"]) == (
        file["id"],
        "csv",
        "Result of list_users (from google), 5,000 rows",
    )
    [message] = [message for message in world.messages(IT_HELP) if message.body.get("files")]
    assert message.thread_ts == row.thread_ts
    lines = (await content(world, file)).decode("utf-8-sig").splitlines()
    assert (lines[0], lines[1], len(lines)) == ("mail,suspended,n", "u0@example.com,yes,0", 5_001)


async def test_a_result_stands_in_the_thread_and_is_text_where_slack_refuses_its_blocks(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    shown = replace(row, id="answer:r1:result:c1:0", subject="result:c1:0")
    await notifier.show(shown, RECORD)
    world.slack.faults.methods["chat.postMessage"] = Fault(error="invalid_blocks", times=1)
    await notifier.show(shown, RECORD)
    first, second = [one for one in world.messages(IT_HELP) if one.body.get("bot_id")]
    assert [block["type"] for block in first.body["blocks"]] == ["rich_text", "table", "context"]
    assert "blocks" not in second.body
    assert "u19@example.com" in second.body["text"]
    assert first.thread_ts == second.thread_ts == row.thread_ts


async def test_images_come_from_the_hosts_that_the_operator_names(world: World, row: OutboxRow) -> None:
    record = a_record_with(a_done_call({"gif_url": "https://media.example.com/cat.gif"}))
    shown = replace(row, subject="result:c1:0")
    said = []
    for hosts in (frozenset[str](), frozenset({"media.example.com"})):
        renderer = Renderer(world.identity, tools_of, hosts=hosts)
        said.append([block["type"] for block in (await renderer.render(shown, record, 0)).blocks])
    assert said == [["rich_text", "context"], ["rich_text", "image"]]


async def test_an_image_is_uploaded_with_its_words_and_never_linked(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    await notifier.show(replace(row, id="answer:r1:picture:c1:0", subject="picture:c1:0"), RECORD)
    [file] = files(world)
    assert (file["mimetype"], file["alt_txt"], await content(world, file)) == ("image/png", "Logins by day", PNG)


async def test_a_file_that_stands_is_left_alone(world: World, notifier: SlackNotifier, row: OutboxRow) -> None:
    shown = await notifier.show(row, RECORD)
    assert await notifier.show(replace(row, posted_ts=shown, tried_at=NOW), RECORD) == shown
    assert len(files(world)) == 1


@pytest.mark.parametrize("lost", [TICKET, SHARE])
async def test_a_crash_before_the_sharing_leaves_nothing_and_the_next_try_shares_once(
    world: World, notifier: SlackNotifier, row: OutboxRow, lost: str
) -> None:
    world.slack.faults.methods[lost] = Fault(drop=True, error="internal_error", times=1)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(row, RECORD)
    assert not failed.value.permanent
    assert files(world) == []
    await a_notifier(world).show(replace(row, tried_at=NOW), RECORD)
    assert len(files(world)) == 1


async def test_a_crash_after_the_sharing_finds_the_file_and_does_not_share_it_again(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    world.slack.faults.methods[SHARE] = Fault(drop=True, after_effect=True, times=1)
    with pytest.raises(DeliveryFailed):
        await notifier.show(row, RECORD)
    [file] = files(world)
    assert await a_notifier(world).show(replace(row, tried_at=NOW), RECORD) == file["id"]
    assert len(files(world)) == len(world.calls(TICKET)) == 1


async def test_a_file_of_the_same_name_by_somebody_else_does_not_count(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    await notifier.show(row, RECORD)
    files(world)[0]["user"] = ROBIN
    await a_notifier(world).show(replace(row, tried_at=NOW), RECORD)
    assert len(files(world)) == 2


async def test_of_two_files_the_first_counts_and_the_other_is_deleted(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    first, second = [await notifier.show(row, RECORD) for _ in range(2)]
    assert await notifier.show(replace(row, tried_at=NOW), RECORD) == first
    assert [file["id"] for file in files(world)] == [first]
    third = await notifier.show(row, RECORD)
    assert await notifier.show(replace(row, posted_ts=first, twins=(third, second)), RECORD) == first
    assert [file["id"] for file in files(world)] == [first]


async def test_whoever_slept_past_its_claim_shares_nothing(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(replace(row, leased_until=NOW), RECORD)
    assert (failed.value.code, failed.value.sent) == ("claim_over", False)
    assert files(world) == []


@pytest.mark.parametrize("error", ["file_uploads_disabled", "storage_limit_reached"])
async def test_a_workspace_that_takes_no_files_is_a_failure_for_good(
    world: World, notifier: SlackNotifier, row: OutboxRow, error: str
) -> None:
    world.slack.faults.methods[TICKET] = Fault(error=error)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(row, RECORD)
    assert (failed.value.code, failed.value.permanent) == (error, True)


async def test_the_place_for_the_bytes_is_not_told_our_token(
    world: World, notifier: SlackNotifier, row: OutboxRow
) -> None:
    seen: list[str] = []
    receive = world.slack.files.receive

    async def listening(request: Any) -> Any:
        seen.append(request.headers.get("Authorization", ""))
        return await receive(request)

    world.slack.files.receive = listening
    await notifier.show(row, RECORD)
    assert seen in ([], [""])


@pytest.mark.parametrize("subject", ["file:gone", "picture:c1:9", "picture:c1:x", "file:c2"])
async def test_a_row_without_a_result_is_a_failure_for_good(
    world: World, notifier: SlackNotifier, row: OutboxRow, subject: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(replace(row, subject=subject), RECORD)
    assert (failed.value.code, failed.value.permanent) == ("no_such_file", True)
