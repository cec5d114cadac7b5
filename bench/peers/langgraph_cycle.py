"""LangGraph: park → vote → resume. `interrupt()` parks, `Command(resume=…)` is the vote; one JSON line is printed.

A cycle is a fresh thread: the call is put in and stored as waiting, the vote comes, the node behind the interrupt runs
and the end is stored. SqliteSaver sets WAL itself; `synchronous` is set here and read back from its connection.
"""

import argparse
import json
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TypedDict

# Read when langgraph is imported: nothing may leave the machine.
os.environ["LANGSMITH_TRACING"] = "false"

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt


class Call(TypedDict):
    tool: str
    arguments: str
    approved: bool


def park(call: Call) -> dict[str, bool]:
    return {"approved": interrupt({"tool": call["tool"], "arguments": call["arguments"]})}


def build(path: Path, synchronous: str) -> tuple[CompiledStateGraph, sqlite3.Connection]:
    connection = sqlite3.connect(path, check_same_thread=False)
    saver = SqliteSaver(connection)
    saver.setup()
    connection.execute(f"PRAGMA synchronous={synchronous}")
    graph = StateGraph(Call).add_node("park", park).add_edge(START, "park").add_edge("park", END)
    return graph.compile(checkpointer=saver), connection


def cycle(graph: CompiledStateGraph, thread: int, durability: str) -> None:
    config = {"configurable": {"thread_id": f"request-{thread}"}}
    call = {"tool": "google_admin__suspend_user", "arguments": '{"user":"leaver@example.com"}', "approved": False}
    parked = graph.invoke(call, config, durability=durability)
    if not parked["__interrupt__"]:
        raise SystemExit("the graph did not park")
    ended = graph.invoke(Command(resume=True), config, durability=durability)
    if ended["approved"] is not True:
        raise SystemExit("the vote was lost")


def run(options: argparse.Namespace) -> dict[str, object]:
    graph, connection = build(options.database, options.synchronous)
    threads = count()
    cycle(graph, next(threads), options.durability)
    with ThreadPoolExecutor(options.concurrency) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda _: cycle(graph, next(threads), options.durability), range(options.cycles)))
        seconds = time.perf_counter() - begun
    return {
        "rate": options.cycles / seconds,
        "synchronous": connection.execute("PRAGMA synchronous").fetchone()[0],
        "journal_mode": connection.execute("PRAGMA journal_mode").fetchone()[0],
        "versions": {name: version(name) for name in ("langgraph", "langgraph-checkpoint-sqlite")},
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--durability", choices=("sync", "async", "exit"), default="sync")
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), default="FULL")
    print(json.dumps(run(parser.parse_args())))


if __name__ == "__main__":
    main()
