"""DBOS: park → vote → resume. `recv` parks, `send` is the vote, the result is the end; one JSON line is printed.

DBOS leaves SQLite's journal mode alone (rollback journal); WAL is set here because it is faster. `synchronous` is set
on every connection of its engine and read back from there. Nothing leaves the machine: no conductor, no telemetry.
"""

import argparse
import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.metadata import version
from itertools import count
from pathlib import Path
from threading import Event

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID

TOPIC = "vote"


class Suspend:
    """A workflow that tells this process that it is about to wait, so that no vote is sent before."""

    def __init__(self) -> None:
        self._ids = count()
        self._waiting: dict[str, Event] = {}

        @DBOS.workflow()
        def suspend(_tool: str, _arguments: str) -> bool:
            self._waiting[DBOS.workflow_id].set()
            return DBOS.recv(TOPIC, timeout_seconds=3600)

        self._workflow = suspend

    def cycle(self) -> None:
        workflow_id = f"request-{next(self._ids)}"
        waiting = self._waiting[workflow_id] = Event()
        with SetWorkflowID(workflow_id):
            handle = DBOS.start_workflow(self._workflow, "google_admin__suspend_user", '{"user":"leaver@example.com"}')
        waiting.wait()
        DBOS.send(workflow_id, True, topic=TOPIC)
        if handle.get_result() is not True:
            raise SystemExit("the vote was lost")


def config(options: argparse.Namespace) -> DBOSConfig:
    return {
        "name": "countersign-bench",
        "system_database_url": f"sqlite:///{options.database}",
        "sys_db_pool_size": options.pool,
        "db_engine_kwargs": {"pool_pre_ping": False},
        "notification_listener_polling_interval_sec": options.poll_ms / 1000,
        "application_version": "1",
        "log_level": "ERROR",
    }


def prepare(path: Path, synchronous: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")

    @sa.event.listens_for(sa.Engine, "connect")
    def set_synchronous(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA synchronous={synchronous}")


def pragma(dbos: DBOS, name: str) -> object:
    engine = dbos._sys_db.engine  # noqa: SLF001  (the only way to the connections it writes with)
    with engine.connect() as connection:
        return connection.execute(sa.text(f"PRAGMA {name}")).scalar()


def run(options: argparse.Namespace) -> dict[str, object]:
    prepare(options.database, options.synchronous)
    dbos = DBOS(config=config(options))
    suspend = Suspend()
    DBOS.launch()
    suspend.cycle()
    with ThreadPoolExecutor(options.concurrency) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda _: suspend.cycle(), range(options.cycles)))
        seconds = time.perf_counter() - begun
    answer = {
        "rate": options.cycles / seconds,
        "synchronous": pragma(dbos, "synchronous"),
        "journal_mode": pragma(dbos, "journal_mode"),
        "versions": {name: version(name) for name in ("dbos", "sqlalchemy")},
    }
    DBOS.destroy()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--pool", type=int, default=1, help="connections of the engine")
    parser.add_argument("--poll-ms", type=float, default=1, help="how often DBOS looks for messages; 1 is its minimum")
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), default="FULL")
    print(json.dumps(run(parser.parse_args())))


if __name__ == "__main__":
    main()
