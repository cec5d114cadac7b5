"""An answer that cannot be shown where somebody asked is not lost."""

import pytest

from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.paging import PAGE_TEXT
from tests.engine import Engine
from tests.world import REQUESTER, World, says

PAGES = [f"page {number} " + "x" * (PAGE_TEXT - 20) for number in range(3)]


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ((), []),
        ((2,), ["I could not post this in the thread where you asked (is_archived):", PAGES[2]]),
        (
            (1, 2),
            [
                "I could not post this in the thread where you asked (is_archived):",
                PAGES[1],
                "(1 more page could not be posted either. Ask me again here, and I look anew.)",
            ],
        ),
        (
            (0, 1, 2),
            [
                "I could not post this in the thread where you asked (is_archived):",
                PAGES[0],
                "(2 more pages could not be posted either. Ask me again here, and I look anew.)",
            ],
        ),
    ],
)
async def test_what_could_not_be_posted_is_told_to_the_requester_alone(
    engine: Engine, world: World, gone: tuple[int, ...], told: list[str]
) -> None:
    world.script = [says("\n\n".join(PAGES))]
    lost = [f"answer:{page}" for page in gone]
    world.refuse_delivery = lambda row: "is_archived" if f"{row.kind}:{row.subject}" in lost else ""
    request = await engine.mention("who is it?")
    await engine.run()
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    private = [(row, text) for row, text in world.messages.values() if row.kind is Kind.PRIVATE]
    assert [text.split("\n\n") for _, text in private] == ([told] if told else [])
    assert {(row.user, row.channel) for row, _ in private} <= {(REQUESTER, "")}
    assert len(world.posts(Kind.ANSWER)) == len(PAGES) - len(gone)
