"""Ciphertext in the store's files: there while it is needed, then nowhere in them; a restored store sends none."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.sqlite_backup import backup, restore
from bot.adapters.sqlite_store import SqliteStore
from bot.models.inbound import SecretSettled
from bot.models.outbox import Kind, OutboxRow
from bot.store_ports import Change
from tests.factories import LATER, NOW, HandClock, a_request, an_outbox_row

CIPHERTEXT = "Q2lwaGVydGV4dCBvZiBhIHNlY3JldA" * 40
"""Longer than what fits beside other rows, so that it needs overflow pages, too."""
PAGE = 4096


def a_secret(text: str = CIPHERTEXT) -> OutboxRow:
    return an_outbox_row(id="secret:c1", kind=Kind.SECRET, subject="c1", text=text, user="U1")


def files_of(database: Path) -> bytes:
    """All bytes of the store that SQLite keeps, its log included."""
    return b"".join(file.read_bytes() for file in sorted(database.parent.glob(f"{database.name}*")))


def holds(file: Path, text: str) -> bool:
    return text.encode() in file.read_bytes()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(database, HandClock())
    await opened.receive(Change(a_request()), ["key"])
    yield opened
    await opened.close()


@pytest.mark.parametrize("text", [CIPHERTEXT, CIPHERTEXT[:30] * (PAGE // 10)])
@pytest.mark.parametrize("settled", ["sent", "given up"])
async def test_once_it_is_settled_no_byte_of_it_is_in_any_file(
    store: SqliteStore, database: Path, text: str, settled: str
) -> None:
    await store.save(Change(a_request(version=2), outbox=(a_secret(text),)))
    (row,) = await store.claim_rows(NOW, LATER, 9)
    assert CIPHERTEXT[:30].encode() in files_of(database)
    if settled == "sent":
        await store.shown(row, 2, "1.0")
    else:
        await store.not_shown(row, "unreadable", None)
    assert CIPHERTEXT[:30].encode() not in files_of(database)
    assert [row.text for row in await store.rows("r1")] == [""]


async def test_while_somebody_reads_it_is_deleted_all_the_same(store: SqliteStore, database: Path) -> None:
    await store.save(Change(a_request(version=2), outbox=(a_secret(),)))
    (row,) = await store.claim_rows(NOW, LATER, 9)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM outbox").fetchall()
        await store.shown(row, 2, "1.0")
        assert [row.text for row in await store.rows("r1")] == [""]
        reader.execute("COMMIT")
    await store.save(Change(a_request(version=3), outbox=(an_outbox_row(id="secret:c2", kind=Kind.SECRET),)))
    (other,) = await store.claim_rows(LATER, LATER, 9)
    await store.shown(other, 3, "2.0")
    assert CIPHERTEXT[:30].encode() not in files_of(database)


async def test_a_restored_store_sends_no_secret_and_its_request_hears_why(
    store: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    await store.save(Change(a_request(version=2), outbox=(a_secret(),)))
    backup(database, copy, lambda _line: None)
    await store.close()
    restore(database, copy, lambda _line: None)
    assert not holds(database, CIPHERTEXT[:30])
    again = await SqliteStore.open(database, HandClock())
    assert [row for row in await again.claim_rows(LATER, LATER, 9) if row.kind is Kind.SECRET] == []
    [heard] = [event for event in await again.inbox("r1") if isinstance(event, SecretSettled)]
    assert (heard.call_id, heard.error) == ("c1", "restore")
    await again.close()


async def test_what_was_sent_before_the_backup_is_not_told_again(
    store: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    await store.save(Change(a_request(version=2), outbox=(a_secret(),)))
    (row,) = await store.claim_rows(NOW, LATER, 9)
    await store.shown(row, 2, "1.0")
    backup(database, copy, lambda _line: None)
    await store.close()
    restore(database, copy, lambda _line: None)
    again = await SqliteStore.open(database, HandClock())
    heard = [event.error for event in await again.inbox("r1") if isinstance(event, SecretSettled)]
    assert heard == [""]
    await again.close()
