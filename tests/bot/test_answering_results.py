"""What stands under an answer: in order, each part once, whatever crashes; what is too long is a file."""

import csv
import io
import json
from typing import Any

from bot.answering import MOST_PAGES
from bot.files import ANSWER, file_of
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.outbox import _said
from bot.paging import PAGE_TEXT
from bot.ports import ToolOutcome, ToolResult
from tests.canaries import canaries
from tests.crash_pairs import Explorer
from tests.crash_scripts import Script, mention
from tests.engine import Engine
from tests.results import a_picture, records
from tests.world import World, says, uses

READ = uses(("google__get_user", '{"user_key":"sam@example.com"}'))
REFERS = says("All of them:\n\n[[result google__get_user]]")


def gives(value: Any, *pictures: Any) -> Any:
    return lambda tool, arguments: ToolResult(ToolOutcome.SUCCEEDED, "ok", json.dumps(value), pictures=pictures)


async def parts(engine: Engine, world: World) -> list[str]:
    """The subjects of what people see of the answer, in order, after the request has ended."""
    request = await engine.mention("who is it?")
    await engine.run()
    record = await engine.record(request)
    assert record.request.status is RequestStatus.DONE
    return [
        row.subject.replace(record.calls[0].id, "_") if record.calls else row.subject
        for row, _ in world.posts(Kind.ANSWER)
    ]


async def test_results_stand_under_the_answer_in_order(engine: Engine, world: World) -> None:
    world.script, world.answer = [READ, REFERS], gives(records(45))
    assert await parts(engine, world) == ["0", "result:_:0", "result:_:1", "result:_:2"]


async def test_a_result_that_nobody_refers_to_is_not_shown(engine: Engine, world: World) -> None:
    world.script, world.answer = [READ, says("It is Sam.")], gives(records(45))
    assert await parts(engine, world) == ["0"]


async def test_a_long_table_and_images_are_files(engine: Engine, world: World) -> None:
    world.script, world.answer = [READ, REFERS], gives(records(101), a_picture(), a_picture())
    assert await parts(engine, world) == ["0", "result:_:0", "file:_", "picture:_:0", "picture:_:1"]


async def test_an_answer_of_many_pages_is_its_first_page_and_a_file(engine: Engine, world: World) -> None:
    whole = "\n\n".join(f"page {number} " + "x" * (PAGE_TEXT - 20) for number in range(MOST_PAGES + 1))
    world.script = [says(whole)]
    assert await parts(engine, world) == ["0", ANSWER]
    [(row, text), (below, _)] = world.posts(Kind.ANSWER)
    assert text.startswith("page 0 ")
    assert text.endswith("(11 pages in all: the whole answer is in the file below.)")
    file = file_of(below, await engine.record(row.request_id))
    assert file is not None
    assert file.content.decode() == whole
    assert _said(below, await engine.record(row.request_id), "F1") is None


async def test_an_answer_of_ten_pages_is_pages(engine: Engine, world: World) -> None:
    world.script = [says("\n\n".join(["x" * (PAGE_TEXT - 20)] * MOST_PAGES))]
    assert len(await parts(engine, world)) == MOST_PAGES


async def test_what_is_shown_makes_the_conversation_with_the_model_no_longer(engine: Engine, world: World) -> None:
    world.script, world.answer = [READ, REFERS], gives(records(5_000), a_picture())
    await parts(engine, world)
    assert max(len(prompt.messages) for prompt in world.prompts) < 2_000


async def test_a_file_that_cannot_be_posted_is_told_to_the_requester(engine: Engine, world: World) -> None:
    world.script, world.answer = [READ, REFERS], gives(records(101))
    world.refuse_delivery = lambda row: "file_uploads_disabled" if row.subject.startswith("file:") else ""
    await parts(engine, world)
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert text.startswith("I could not post this in the thread where you asked (file_uploads_disabled):")
    assert text.endswith("A file or a table under the answer.")


async def test_no_secret_reaches_a_file(engine: Engine, world: World) -> None:
    rows = [{"note": f"note {canary.text} end", "pad": "x" * 20} for canary in canaries()] * 3
    world.script, world.answer = [READ, REFERS], gives(rows)
    await parts(engine, world)
    [row] = [row for row, _ in world.posts(Kind.ANSWER) if row.subject.startswith("file:")]
    file = file_of(row, await engine.record(row.request_id))
    assert file is not None
    text = file.content.decode()
    assert [canary.excerpt(text) for canary in canaries() if canary.leaked(text)] == []
    assert len(list(csv.reader(io.StringIO(text)))) == len(rows) + 1


async def test_whatever_crashes_every_part_is_shown_once() -> None:
    given = gives(records(101), a_picture())
    script = Script("results", (mention,), (READ, REFERS), (CallStatus.SUCCEEDED,), world={"answer": lambda: given})
    tally = await Explorer(script, 20).all()
    assert tally.wrong == []
    assert tally.singles > 50
