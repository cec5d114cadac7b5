"""A result file: announced, sent, shared, and read by people."""

import aiohttp
import pytest

from sandbox.payload import Json
from sandbox.seed import GENERAL, IT_HELP
from tests.sandbox.slack.stage import Stage

ROWS = "name,mail\nLea,lea@example.com\n"


async def announced(stage: Stage, length: int = len(ROWS)) -> Json:
    return await stage.call("files.getUploadURLExternal", {"filename": "result.csv", "length": length})


async def uploaded(stage: Stage) -> str:
    ticket = await announced(stage)
    async with stage.http.post(ticket["upload_url"], data=ROWS.encode()) as response:
        assert (response.status, await response.text()) == (200, f"OK - {len(ROWS)}")
    return str(ticket["file_id"])


async def test_slacks_own_client_shares_a_file_in_a_thread(stage: Stage) -> None:
    ts = await stage.say("list all users")
    shared = await stage.web.files_upload_v2(
        content=ROWS,
        filename="result.csv",
        title="All users",
        channel=IT_HELP,
        thread_ts=ts,
        initial_comment="64",
    )
    assert shared["files"] == [{"id": shared["files"][0]["id"], "title": "All users"}]
    thread = await stage.web.conversations_replies(channel=IT_HELP, ts=ts)
    message = thread["messages"][1]
    assert (message["text"], message["files"][0]["title"], message["files"][0]["size"]) == (
        "64",
        "All users",
        len(ROWS),
    )
    async with stage.http.get(message["files"][0]["url_private"]) as response:
        assert (await response.text(), response.headers["Content-Disposition"]) == (ROWS, "attachment")


async def test_a_form_is_taken_like_the_raw_bytes(stage: Stage) -> None:
    ticket = await announced(stage)
    async with stage.http.post(ticket["upload_url"], data=form()) as response:
        assert response.status == 200


def form() -> aiohttp.FormData:
    fields = aiohttp.FormData()
    fields.add_field("file", ROWS.encode(), filename="result.csv")
    return fields


async def test_the_bytes_must_be_as_many_as_announced_and_come_once(stage: Stage) -> None:
    ticket = await announced(stage)
    codes = []
    for sent in (ROWS + "x", ROWS, ROWS):
        async with stage.http.post(ticket["upload_url"], data=sent.encode()) as response:
            codes.append(response.status)
    assert codes == [400, 200, 404]


async def test_a_file_that_was_not_shared_is_seen_by_nobody(stage: Stage) -> None:
    file_id = await uploaded(stage)
    assert (await stage.call("files.completeUploadExternal", {"files": [{"id": file_id}]}))["ok"] is True
    async with stage.http.get(f"{stage.address}/files-pri/{file_id}/result.csv") as response:
        assert response.status == 404


PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"<svg onload='x'/>", "application/octet-stream"), (b"GIF89a", "image/gif")],
)
async def test_only_a_picture_is_given_as_something_to_show(stage: Stage, content: bytes, kind: str) -> None:
    asked = {"filename": "a.png", "length": len(content), "alt_txt": "A chart"}
    ticket = await stage.call("files.getUploadURLExternal", asked)
    async with stage.http.post(ticket["upload_url"], data=content):
        pass
    await stage.call("files.completeUploadExternal", {"files": [{"id": ticket["file_id"]}], "channel_id": IT_HELP})
    [message] = (await stage.web.conversations_history(channel=IT_HELP))["messages"]
    assert message["files"][0]["alt_txt"] == "A chart"
    async with stage.http.get(message["files"][0]["url_private"]) as response:
        assert (response.content_type, response.headers["X-Content-Type-Options"]) == (kind, "nosniff")


async def test_a_deleted_file_is_gone_with_its_message_unless_that_holds_more(stage: Stage) -> None:
    alone, together, other = [await uploaded(stage) for _ in range(3)]
    for ids in ([alone], [together, other]):
        files = [{"id": file_id} for file_id in ids]
        await stage.call("files.completeUploadExternal", {"files": files, "channel_id": IT_HELP})
    assert (await stage.call("files.delete", {"file": alone}))["ok"] is True
    await stage.call("files.delete", {"file": together})
    [message] = (await stage.web.conversations_history(channel=IT_HELP))["messages"]
    assert [file["id"] for file in message["files"]] == [other]
    assert (await stage.call("files.delete", {"file": alone}))["error"] == "file_not_found"


async def test_words_for_a_picture_have_a_limit(stage: Stage) -> None:
    asked = {"filename": "a.png", "length": 1, "alt_txt": "x" * 1_001}
    assert (await stage.call("files.getUploadURLExternal", asked))["error"] == "alt_txt_too_large"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"channel_id": GENERAL}, "not_in_channel"),
        ({"channel_id": IT_HELP, "files": [{"id": "F0NOWHERE"}]}, "file_not_found"),
        ({"channel_id": IT_HELP, "files": []}, "invalid_arguments"),
        ({"channel_id": IT_HELP, "files": "{"}, "invalid_arguments"),
    ],
)
async def test_what_cannot_be_shared_is_refused(stage: Stage, arguments: Json, error: str) -> None:
    file_id = await uploaded(stage)
    answer = await stage.call("files.completeUploadExternal", {"files": [{"id": file_id}]} | arguments)
    assert answer["error"] == error


async def test_an_announced_file_without_its_bytes_cannot_be_shared(stage: Stage) -> None:
    ticket = await announced(stage)
    answer = await stage.call("files.completeUploadExternal", {"files": [{"id": ticket["file_id"]}]})
    assert answer["error"] == "file_not_found"
    assert (await announced(stage, 0))["error"] == "invalid_arguments"
    assert (await announced(stage, 2**30))["error"] == "file_upload_size_restricted"
