"""Servers that do not answer are named to the person and to the model, while the rest works."""

from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_stdio import StdioTransport
from bot.adapters.mcp_toolbox import McpToolbox
from bot.models.outbox import Kind
from bot.models.request import Record
from bot.models.requirement import Effect
from tests.contracts.toolbox import Bench
from tests.direct_store import direct_store, fresh_image
from tests.engine import Engine, a_policy
from tests.world import World, says, uses

DEAD = ServerSpec("files", StdioTransport("files", ("/no/such/program",), dict), "v1", where="/no/such/program")
LOOK = ("bench__echo", '{"value":1}')


async def asked(*specs: ServerSpec) -> tuple[World, Record]:
    """The world after a request for a look, and its record."""
    world, toolbox = World(), McpToolbox(specs)
    store = direct_store(await fresh_image(a_policy(), world.clock), world.clock)
    engine = Engine(world, store, lambda name, port: toolbox if name == "Toolbox" else port)
    world.script = [uses(LOOK), says("Looked.")]
    request = await engine.mention("look at it")
    await engine.run()
    record = await engine.record(request)
    await toolbox.close()
    await engine.close()
    return world, record


def bench(*, trusted: bool = False) -> ServerSpec:
    return ServerSpec("bench", Bench().server, "v1", {"echo": Effect.READ}, trusted=trusted)


async def test_the_answer_and_the_model_are_told_which_server_is_missing() -> None:
    world, _ = await asked(bench(), DEAD)
    [(_, answer)] = world.posts(Kind.ANSWER)
    said = "The tool server `files` did not answer when this request began."
    assert answer == f"Looked.\n\n({said} I worked without what they offer.)"
    first, second = (prompt.messages for prompt in world.prompts)
    assert said in first
    assert second.startswith(first.removesuffix("]"))


async def test_when_everybody_answers_nothing_is_said() -> None:
    world, _ = await asked(bench())
    assert [text for _, text in world.posts(Kind.ANSWER)] == ["Looked."]


async def test_results_of_a_server_that_was_configured_as_trusted_do_not_taint() -> None:
    for trusted, tainted in ((False, ("bench",)), (True, ())):
        _, record = await asked(bench(trusted=trusted))
        assert record.request.tainted_by == tainted
