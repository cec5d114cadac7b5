"""The floor is a real Bolt app on a real socket: its ack means that the row is on disk."""

import sqlite3
from contextlib import closing
from pathlib import Path

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

from bench.bare_bolt import build
from bench.disk import open_durable
from bench.slack_peer import SlackPeer, mention


def stored(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM event")]


async def test_the_ack_follows_the_durable_insert(tmp_path: Path) -> None:
    database = tmp_path / "bare.sqlite3"
    with closing(open_durable(database)) as connection:
        async with SlackPeer() as peer:
            handler = AsyncSocketModeHandler(build(peer.api_url, connection), "xapp-bench")
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await peer.connected()
            assert await peer.acked_after("events_api", mention(7)) > 0
            assert stored(database) == ["Ev000000007"]
            await handler.close_async()  # type: ignore[no-untyped-call]
