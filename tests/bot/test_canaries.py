"""Secrets in every field that reaches us from outside appear nowhere where people or machines can read them.

The core, the cards, Slack's renderer and the log format are the real ones. Values of arguments are the exception
(DESIGN, rule 8): people approve exactly what will run, so they are shown as they are, unless the tool's schema marks
them secret.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from blocks.answer import answer_message
from bot.errors import DirectoryUnavailable, ModelUnavailable, Unavailable
from bot.inbox import REASON_TEXT
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.requirement import Effect
from bot.ports import Prompt, Reply, ToolOutcome, ToolResult
from bot.turns import WHY_TEXT
from handlers.cli.output import print_json, print_table
from tests.canaries import KINDS, Canary, canaries
from tests.canary_case import Case, opened
from tests.world import (
    OUTSIDER,
    SECOND,
    TOOLS,
    FakeModel,
    a_toolset,
    says,
    suspend,
    uses,
)

ALL = canaries()
READ = ("google__get_user", '{"user_key":"leaver@example.com"}')


async def denied(case: Case) -> None:
    """It is read, proposed under a wrong name, denied for a reason, spoken of in a reply, and in the answer."""
    world = case.engine.world
    world.script = [
        uses(READ, (f"google__{case.canary.text}", "{}"), text=case.text),
        uses(suspend(), text=case.text),
        says(f"Denied: {case.text}\n\n[[result google__get_user]]"),
    ]
    structured = json.dumps({"suspended": case.text, "nested": [1, {case.text: case.text}]})
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.SUCCEEDED, case.text, structured, case.text)
    request = await case.ask()
    await case.look(request)
    await case.engine.reply(case.text, thread="90.0")
    await case.engine.click(user=OUTSIDER, reason=case.text, yes=False)
    await case.engine.click(yes=False, reason=case.text)
    record = await case.look(request)
    assert [call.status for call in record.calls] == [CallStatus.SUCCEEDED, CallStatus.DENIED, CallStatus.DENIED]
    assert record.request.pages


async def failed(case: Case) -> None:
    """The tool fails with it; before that, an approver is lost at the claim."""
    case.engine.world.script = [uses(suspend(), text=case.text), says(case.text)]
    case.engine.world.answer = lambda tool, arguments: ToolResult(ToolOutcome.FAILED, f"HTTP 400: {case.text}")
    request = await case.ask()
    await case.look(request)
    await case.engine.click()
    case.engine.world.groups["@it-admins"] = (SECOND,)
    await case.look(request)
    await case.engine.click(user=SECOND)
    record = await case.look(request)
    assert [call.status for call in record.calls] == [CallStatus.FAILED]


async def lost(case: Case) -> None:
    """Nobody knows what became of the call; the look finds it in the system, and a person of that name says so."""
    world = case.engine.world
    world.script = [uses(suspend(), text=case.text), says(case.text)]
    seen = ToolResult(ToolOutcome.SUCCEEDED, case.text, json.dumps({"suspended": case.text}))
    unknown = ToolResult(ToolOutcome.UNKNOWN, case.text)
    world.answer = lambda tool, arguments: seen if tool.effect is Effect.READ else unknown
    request = await case.ask()
    await case.engine.run()
    await case.engine.click()
    [call] = (await case.look(request)).calls
    assert (call.status, call.look is not None) == (CallStatus.UNKNOWN, True)
    await case.engine.verdict(call.id, happened=True)
    [call] = (await case.look(request)).calls
    assert call.status is CallStatus.SUCCEEDED


async def broken(case: Case) -> None:
    """Every port in turn raises an error that quotes it; the request fails in words in the end."""
    engine = case.engine
    engine.world.script = [uses(suspend())]
    engine.world.refuse_delivery = lambda row: case.text if row.kind is Kind.PROGRESS else ""
    request = await case.ask()
    for error in (ModelUnavailable(case.text), RuntimeError(case.text), DirectoryUnavailable(case.text)):
        engine.core = replace(engine.core, model=Raising(engine.world, error))
        await case.look(request)
        engine.world.clock.advance(minutes=1)
    engine.core = replace(engine.core, model=Raising(engine.world, Unavailable(case.text)))
    await case.look(request)
    engine.core = replace(engine.core, model=Raising(engine.world, KeyError(case.text)))
    for _ in range(6):
        engine.world.clock.advance(minutes=1)
        record = await case.look(request)
    assert not record.request.is_open


async def unseen(case: Case) -> None:
    """Slack refuses the card with it."""
    case.engine.world.script = [uses(suspend())]
    case.engine.world.refuse_delivery = lambda row: case.text if row.kind is Kind.CARD else ""
    request = await case.ask()
    assert not (await case.look(request)).request.is_open


@dataclass(frozen=True)
class Raising(FakeModel):
    """A model that cannot be asked."""

    error: Exception

    async def turn(self, prompt: Prompt) -> Reply:
        raise self.error


STORIES = ((denied, ALL), (failed, ALL[:16]), (lost, ALL[16:33]), (broken, ALL[33:]), (unseen, ALL[:16]))
"""What is denied meets all fifty, and so do three others together; each of them meets every kind."""


@pytest.mark.parametrize(("story", "canaries"), STORIES, ids=[story.__name__ for story, _ in STORIES])
async def test_no_secret_from_outside_is_read_anywhere(
    story: Callable[[Case], Any], canaries: Sequence[Canary]
) -> None:
    leaks: list[tuple[str, str]] = []
    assert {canary.kind for canary in canaries} == set(KINDS)
    for canary in canaries:
        async with opened(canary) as case:
            await story(case)
            leaks += [(canary.kind, leak) for leak in case.sinks.leaks(canary)]
            assert len(case.sinks.read) > 10
            assert case.sinks.logs.getvalue()
    assert leaks[:3] == []


async def test_the_model_reads_only_what_the_requester_wrote_as_it_is() -> None:
    """What others wrote, and what tools answered, is redacted before the model sees it."""
    for kind in KINDS:
        canary = next(one for one in ALL if one.kind == kind)
        async with opened(canary) as case:
            await denied(case)
            prompt = json.loads(case.engine.world.prompts[-1].messages)
            results = [
                block["content"]
                for message in prompt
                if message["role"] == "user"
                for block in message["content"]
                if block["type"] == "tool_result"
            ]
            context = prompt[0]["content"][0]["text"].split("Request by ")[0]
            assert not canary.leaked(json.dumps([results, context])), canary.kind


@pytest.mark.parametrize("limit", [WHY_TEXT, REASON_TEXT, 300, 80])
async def test_a_text_that_is_cut_in_the_middle_of_a_secret_does_not_show_its_beginning(limit: int) -> None:
    """A half is not recognised, so whatever is shortened is redacted before."""
    for canary in (one for one in ALL if one.kind in {"GitHub token", "Google token", "payment key"}):
        start = len("google__") if limit == 80 else 0
        padded = f"{'x ' * limit}"[: limit - 15 - start] + f" {canary.text}"
        async with opened(replace(canary, text=padded)) as case:
            case.engine.world.script = [uses((f"google__{padded}", "{}")), uses(suspend(), text=padded), says("Done.")]
            request = await case.engine.mention("suspend them")
            await case.look(request)
            await case.engine.click(yes=False, reason=padded)
            await case.look(request)
            assert case.sinks.leaks(replace(canary, needles=(canary.text[:12],))) == []


async def test_values_of_arguments_are_shown_as_they_are_unless_the_schema_marks_them_secret() -> None:
    for kind in KINDS:
        canary = next(one for one in ALL if one.kind == kind)
        for secrets in ((), ("user_key",)):
            async with opened(canary) as case:
                world = case.engine.world
                world.toolset = a_toolset([replace(tool, secrets=secrets) for tool in TOOLS])
                world.script = [uses(("google__suspend_user", json.dumps({"user_key": canary.text})))]
                await case.engine.mention("suspend them")
                await case.engine.run()
                cards = [text for text in case.sinks.read if "Asked by" in text]
                assert cards
                assert any(map(canary.leaked, cards)) is not bool(secrets), kind
                assert not any(canary.leaked(line) for line in case.sinks.logs.getvalue().splitlines()), kind


@pytest.mark.parametrize("mark", ["**", "*", "`", "~~", "\\"])
def test_formatting_does_not_put_a_secret_together(mark: str) -> None:
    for canary in (one for one in ALL if one.kind in {"AWS key id", "GitHub token", "Google token", "payment key"}):
        middle = len(canary.text) // 2
        cut = "".join((canary.text[:middle], mark, canary.text[middle : middle + 2], mark, canary.text[middle + 2 :]))
        entity = f"&#{ord(canary.text[0])};{canary.text[1:]}"
        for hidden in (cut, entity):
            message = answer_message(f"The key is {hidden} here.", 1, 1)
            assert not canary.leaked(json.dumps([message.text, message.blocks])), hidden


def test_commands_print_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    for canary in ALL:
        print_table(("text",), [(f"note {canary.text} end",)])
        print_json({"text": canary.text, "list": [canary.text]})
        assert not canary.leaked(capsys.readouterr().out), canary.kind


@pytest.fixture(autouse=True)
def _only_here() -> Iterator[None]:
    """The root logger is as it was."""
    before = list(logging.getLogger().handlers)
    yield
    assert logging.getLogger().handlers == before
