"""The published limits that take more than one payload: what Slack answers to the last of so many."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from sandbox.payload import Json
from sandbox.seed import ALEX, IT_HELP, ROBIN
from sandbox.slack.limiter import POST_BURST
from tests.sandbox.slack.cards import modal
from tests.sandbox.slack.stage import Stage

Scene: TypeAlias = Callable[[Stage, int], Awaitable[Json]]


async def changed_text(stage: Stage, size: int) -> Json:
    return await changed(stage, {"text": "x" * size})


async def changed_markdown(stage: Stage, size: int) -> Json:
    return await changed(stage, {"markdown_text": "x" * size})


async def changed(stage: Stage, content: Json) -> Json:
    post = await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"})
    return await stage.call("chat.update", {"channel": IT_HELP, "ts": post["ts"]} | content)


async def opened_after(stage: Stage, seconds: int) -> Json:
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    stage.clock.advance(seconds)
    return await stage.call("views.open", {"trigger_id": trigger_id, "view": modal()})


async def opened_again(stage: Stage, times: int) -> Json:
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    arguments = {"trigger_id": trigger_id, "view": modal()}
    return [await stage.call("views.open", arguments) for _ in range(times)][-1]


async def stacked(stage: Stage, count: int) -> Json:
    methods = ["views.open", *["views.push"] * (count - 1)]
    issue = stage.sandbox.slack.triggers.issue
    return [await stage.call(one, {"trigger_id": issue(ALEX), "view": modal()}) for one in methods][-1]


async def answered_often(stage: Stage, times: int) -> Json:
    url = await response_url(stage)
    return [await respond(stage, url) for _ in range(times)][-1]


async def answered_late(stage: Stage, seconds: int) -> Json:
    url = await response_url(stage)
    stage.clock.advance(seconds)
    return await respond(stage, url)


async def response_url(stage: Stage) -> str:
    post = await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"})
    return f"{stage.address}/response/{stage.sandbox.slack.response_urls.issue(IT_HELP, post['ts'], ROBIN)}"


async def respond(stage: Stage, url: str) -> Json:
    async with stage.http.post(url, json={"text": "x"}) as answer:
        plain = await answer.text()
        body: Json = {"ok": True} if plain == "ok" else await answer.json()
        return body


async def connected(stage: Stage, count: int) -> Json:
    """What the last of so many sockets is told first."""
    peers = [await stage.connect() for _ in range(count)]
    hello = peers[-1].hello
    for peer in peers:
        await peer.socket.close()
    return {"ok": hello["type"] == "hello", "error": hello.get("reason")}


async def posted_in_a_second(stage: Stage, times: int) -> Json:
    """A second after the burst that Slack tolerates was used up."""
    arguments = {"channel": IT_HELP, "text": "x"}
    for _ in range(POST_BURST):
        await stage.call("chat.postMessage", arguments)
    stage.clock.advance(1)
    return [await stage.call("chat.postMessage", arguments) for _ in range(times)][-1]


def called(method: str, **arguments: str) -> Scene:
    """So many calls of a method within a minute."""

    async def scene(stage: Stage, times: int) -> Json:
        return [await stage.call(method, dict(arguments)) for _ in range(times)][-1]

    return scene


SCENES: dict[str, Scene] = {
    "message.markdown_text": changed_markdown,
    "message.text": changed_text,
    "rate.chat.postMessage.channel": posted_in_a_second,
    "rate.tier2": called("users.list"),
    "rate.tier3": called("conversations.info", channel=IT_HELP),
    "rate.tier4": called("users.info", user=ROBIN),
    "response_url.lifetime": answered_late,
    "response_url.uses": answered_often,
    "socket.connections": connected,
    "trigger_id.lifetime": opened_after,
    "trigger_id.uses": opened_again,
    "view.stack": stacked,
}
NO_STREAMS = "the stand-in does not offer chat.startStream and its kin"
NO_AGENTS = "the stand-in does not offer agents.sessions.*"
ELSEWHERE = {
    "agent_session.title": NO_AGENTS,
    "agent_session.username": NO_AGENTS,
    "events.hourly": "no method is refused: events are dropped and app_rate_limited is sent instead",
    "http.redirects": "no method is refused: Slack gives up on a request URL that redirects more often",
    "message.block_text.warn": "a budget for the bot's own messages; Slack refuses above message.block_text",
    "message.metadata": "Slack publishes no number; test_methods_chat refuses metadata far above any sensible size",
    "rate.chat.postMessage.workspace": "Slack publishes no number",
    "rate.history.non_marketplace": "only for apps that are distributed commercially outside the Marketplace",
    "rate.tier1": "no method of the stand-in is of that tier",
    "stream.blocks": NO_STREAMS,
    "stream.chunk_blocks": NO_STREAMS,
    "stream.markdown_text": NO_STREAMS,
}
"""The limits with an error that no call to this stand-in can run into, and why."""
