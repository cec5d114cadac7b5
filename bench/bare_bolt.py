"""The floor for a durable ack: Bolt, Socket Mode and one fsynced SQLite insert before the ack. Nothing else."""

import argparse
import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bench.disk import open_durable
from bench.slack_peer import IDENTITY


async def authorize() -> AuthorizeResult:
    """Answers from memory, as ours does: an `auth.test` on the way would only slow the floor down."""
    return AuthorizeResult(
        enterprise_id=None,
        team_id=str(IDENTITY["team_id"]),
        bot_user_id=str(IDENTITY["user_id"]),
        bot_token="xoxb-bench",
    )


def build(api_url: str, connection: sqlite3.Connection) -> AsyncApp:
    connection.execute("CREATE TABLE event (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
    client = AsyncWebClient(token="xoxb-bench", base_url=api_url)
    app = AsyncApp(client=client, authorize=authorize, process_before_response=True)

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        connection.execute("INSERT INTO event (id, body) VALUES (?, ?)", (body["event_id"], json.dumps(body)))

    return app


async def serve(api_url: str, database: Path) -> None:
    app = build(api_url, open_durable(database))
    await AsyncSocketModeHandler(app, "xapp-bench").start_async()  # type: ignore[no-untyped-call]  # Bolt has no types here


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--database", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.api_url, options.database))


if __name__ == "__main__":
    main()
