"""What cannot be done is answered in words."""

import re

import pytest
from playwright.async_api import expect

from sandbox.seed import IT_HELP, ROBIN
from tests.stories.scene import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("typed", "shown", "answer"),
    [
        ("@Countersign", re.compile("^@Countersign$"), "You mentioned me without a request."),
        ("@Countersign " + "please " * 5_712, "please please", "I read at most 12,000. Please ask with less text."),
        ("@Countersign open the pod bay doors", "pod bay doors", "I have no tool for that, so I did nothing."),
    ],
    ids=["empty", "40,000 characters", "no tool for it"],
)
async def test_a_request_that_cannot_be_worked_on_is_answered(
    demo: World, typed: str, shown: str | re.Pattern[str], answer: str
) -> None:
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write(typed)
    thread = await robin.open_thread(shown)
    await expect(thread).to_contain_text(answer)


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        ("loop", "I stopped after 20 rounds of planning without reaching an end."),
        ("refuse", "The model declined to work on this request. Nothing was done."),
        ("cut", "The model's message was cut off at its length limit, so I dropped it. Nothing of it was run."),
        ("empty", "The model gave no answer. Please ask again"),
    ],
)
async def test_a_model_that_does_not_come_to_an_end_is_answered(demo: World, mode: str, answer: str) -> None:
    await demo.control("PUT", "model", {"mode": mode})
    robin = await demo.window(ROBIN, IT_HELP)
    await robin.write(f"@Countersign suspend nils.fischer@example.com, the model is {mode}")
    thread = await robin.open_thread(f"the model is {mode}")
    await expect(thread).to_contain_text(answer)
    assert demo.writes("nils.fischer@example.com") == []
