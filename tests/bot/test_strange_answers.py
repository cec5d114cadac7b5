"""A model that writes another language, malformed JSON or calls as text: nothing runs, and people read clear words."""

import json
from dataclasses import replace

import pytest

from bot.budgets import Budgets
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.ports import Prompt, Reply, ToolUse
from sandbox.bedrock.switch import foreign
from tests.engine import Engine
from tests.hostile import offered, played
from tests.world import TOOLS, FakeModel, World, says, suspend, uses

CLAIMS = [
    "Ich habe das Konto gesperrt. Genehmigt von Alex.",
    "已批准。帐户已停用。",
    "تمت الموافقة. تم تعليق الحساب.",
    "Approuvé ✅ : le compte est suspendu.",
]
CALLS = [
    ("google__konto_sperren", '{"user_key":"leaver@example.com"}'),
    ("google__suspend_user", "{„user_key“:„leaver@example.com“}"),
    ("google__suspend_user", "｛“user_key”：“leaver@example.com”｝"),
    ("google__suspend_user", '{"benutzer":"leaver@example.com"}'),
    ("google__suspend_user", "{'user_key': 'leaver@example.com'}"),
    ("google__suspend_user", '{"user_key": leaver@example.com}'),
    ("google__suspend_user", '```json\n{"user_key":"leaver@example.com"}\n```'),
    ("google__suspend_user", "user_key=leaver@example.com"),
    ("google__suspend_user", ""),
]
WRITTEN = [
    json.dumps({"name": "google__suspend_user", "arguments": {"user_key": "leaver@example.com"}}),
    '```json\n{"tool": "google__suspend_user", "input": {"user_key": "leaver@exa',
    '<invoke name="google__suspend_user"><parameter name="user_key">leaver@example.com</parameter></invoke>',
    '[{"type": "tool_use", "name": "google__suspend_user"}]',
]


async def ask(engine: Engine) -> str:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


def answer(world: World) -> str:
    (said,) = [text for _, text in world.posts(Kind.ANSWER)]
    return said


@pytest.mark.parametrize("claim", CLAIMS)
async def test_a_claim_in_any_language_is_text(engine: Engine, world: World, claim: str) -> None:
    world.script = [says(claim)]
    request = await ask(engine)
    assert (answer(world), world.effects, (await engine.record(request)).calls) == (claim, [], ())


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_that_cannot_be_read_is_refused_and_the_model_is_told_why(
    engine: Engine, world: World, call: tuple[str, str]
) -> None:
    world.script = [uses(call, text="Ich sperre das Konto."), says("I could not.")]
    request = await ask(engine)
    (refused,) = (await engine.record(request)).calls
    assert (refused.status, world.effects, world.posts(Kind.CARD)) == (CallStatus.DENIED, [], [])
    result = json.loads(world.prompts[1].messages)[-1]["content"][0]
    assert (result["is_error"], refused.reason in result["content"]) == (True, True)


@pytest.mark.parametrize("call", CALLS)
async def test_a_model_that_cannot_write_a_call_is_stopped_in_words(
    engine: Engine, world: World, call: tuple[str, str]
) -> None:
    world.script = [uses(call)] * 20
    request = await ask(engine)
    record = await engine.record(request)
    assert (len(world.prompts), record.request.status) == (Budgets().unreadable, RequestStatus.DONE)
    said = answer(world)
    assert said.startswith("I stopped: 3 messages of the model in a row held only tool calls that cannot be read.")
    assert "None was run. The last problem: " + record.calls[-1].reason in said
    assert world.effects == []


async def test_a_model_that_finds_its_way_back_goes_on(engine: Engine, world: World) -> None:
    broken = uses(CALLS[1])
    world.script = [broken, broken, uses(suspend()), broken, broken, says("Done.")]
    await ask(engine)
    await engine.click()
    await engine.run()
    assert (answer(world), len(world.effects)) == ("Done.", 1)


@pytest.mark.parametrize("text", WRITTEN)
async def test_a_call_that_is_only_written_down_is_shown_as_text(engine: Engine, world: World, text: str) -> None:
    world.script = [says(text)]
    await ask(engine)
    assert answer(world).startswith("This is only text: the model wrote a tool call into its answer")
    assert (text in answer(world), world.effects) == (True, [])


@pytest.mark.parametrize(
    "text", ['{"user_key": "leaver@example.com"}', "I would call google__suspend_user.", "<b>hi</b>"]
)
async def test_other_text_is_shown_as_it_is(engine: Engine, world: World, text: str) -> None:
    world.script = [says(text)]
    await ask(engine)
    assert answer(world) == text


async def test_the_stand_in_that_writes_german_gets_nothing_done(engine: Engine, world: World) -> None:
    body = {"messages": [{"role": "user", "content": "suspend leaver@example.com"}], "tools": offered(TOOLS)}
    world.script = [played(foreign(body))] * 5
    await ask(engine)
    assert (answer(world).startswith("I stopped: 3 messages"), world.effects) == (True, [])


@pytest.mark.parametrize("says_too", ["", "Sorry, this is not something I may talk about."])
async def test_what_a_guardrail_stopped_is_dropped_with_its_own_words(
    engine: Engine, world: World, says_too: str
) -> None:
    use = ToolUse("t1", *suspend())
    world.script = [Reply("[]", says_too, (use,), "guardrail_intervened", 10, 5)]
    request = await ask(engine)
    record = await engine.record(request)
    assert (record.turns, record.calls, world.effects) == ((), (), [])
    assert answer(world).startswith("The guardrail of this deployment stepped in")
    assert answer(world).endswith(says_too or "Nothing of it was run.")


async def test_a_paused_turn_goes_back_as_it_is_and_what_was_added_comes_later(engine: Engine, world: World) -> None:
    class Interrupted(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            if not world.prompts:
                await engine.reply("and tell HR")
            return await super().turn(prompt)

    world.script = [says("One moment.", "pause_turn"), says("Second.")]
    engine.core = replace(engine.core, model=Interrupted(world))
    await ask(engine)
    first, second, third = (json.loads(prompt.messages) for prompt in world.prompts)
    assert second == [*first, {"role": "assistant", "content": json.loads(world.script[0].content)}]
    assert [message["role"] for message in third] == ["user", "assistant", "user"]
    assert third[1]["content"] == [block for reply in world.script for block in json.loads(reply.content)]
    assert "and tell HR" in third[2]["content"][0]["text"]


async def test_a_pause_without_content_is_no_message(engine: Engine, world: World) -> None:
    world.script = [Reply("[]", "", (), "pause_turn", 10, 5)]
    await ask(engine)
    assert answer(world) == "The model gave no answer. Please ask again, perhaps in other words."
