"""The store, read without a lease and without a write."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.sqlite_connection import PRAGMAS, told
from bot.adapters.sqlite_health import Health, health
from bot.adapters.sqlite_presence import lost, was_here
from bot.errors import BadInput, StoreUnavailable
from bot.wiring.doctor.finding import Finding, fail, ok, skipped, warn

CHECK_WITHIN = 8.0
"""Seconds for a look at every page."""
TIGHT, FULL = 500 << 20, 50 << 20
"""Bytes."""
LATE = timedelta(minutes=5)
"""A message that is due for so long is not merely on its way."""
NEW = "there is none yet; the bot makes it at its first start"


def looked_at(database: Path) -> Health | StoreUnavailable | BadInput | None:
    """None for a store that is not there yet."""
    try:
        with told(database):
            if was_here(database) and (not database.exists() or database.stat().st_size == 0):
                raise lost(database)
        if not database.exists():
            return None
        return health(database, CHECK_WITHIN)
    except (StoreUnavailable, BadInput) as wrong:
        return wrong


def store(found: Health | StoreUnavailable | BadInput | None, now: datetime) -> list[Finding]:
    """All there is to say of it."""
    match found:
        case None:
            return [skipped("store.open", NEW)]
        case StoreUnavailable() | BadInput():
            return [fail("store.open", found.what, found.mend)]
        case Health():
            return findings(found, now)


def findings(seen: Health, now: datetime) -> list[Finding]:
    """In the order in which they matter."""
    first = [_schema(seen), _journal(seen), _integrity(seen), _disk(seen)]
    if not seen.is_current:
        return first
    return [*first, _epoch(seen), _requests(seen), _outbox(seen, now)]


def _schema(seen: Health) -> Finding:
    if seen.is_current:
        return ok("store.schema", f"version {seen.schema}", version=seen.schema)
    mend = "start the bot once: it brings the file up to date; back it up before"
    return warn("store.schema", f"version {seen.schema} is older than this program", mend, version=seen.schema)


def _journal(seen: Health) -> Finding:
    synchronous = next(pragma.partition("=")[2] for pragma in PRAGMAS if pragma.startswith("synchronous="))
    how = f"the bot commits with synchronous={synchronous}, and refuses to start without"
    if seen.journal == "wal":
        return ok("store.journal", f"journal_mode=wal; {how}", journal_mode="wal", synchronous=synchronous)
    what = f"at rest (journal_mode={seen.journal}); the bot turns it to wal when it opens it; {how}"
    return ok("store.journal", what, journal_mode=seen.journal, synchronous=synchronous)


def _integrity(seen: Health) -> Finding:
    name = "store.integrity"
    if not seen.damage:
        why = f"it is too large to look through in {CHECK_WITHIN:.0f} s"
        return skipped(name, why, "`countersign store check` takes its time")
    if seen.damage == "ok":
        return ok(name, "quick_check finds no damage")
    return fail(name, f"the file is damaged: {seen.damage}", "stop the bot and restore the newest backup")


def _disk(seen: Health) -> Finding:
    free, mend = f"{seen.free / (1 << 20):,.0f} MiB are free", "make room on the disk of DATABASE_URL"
    if seen.free < FULL:
        return fail("store.disk", f"only {free}", mend, free_bytes=seen.free)
    if seen.free < TIGHT:
        return warn("store.disk", f"only {free}", mend, free_bytes=seen.free)
    return ok("store.disk", free, free_bytes=seen.free)


def _epoch(seen: Health) -> Finding:
    assert seen.mark is not None, "a store of this version has a mark"
    told = {"epoch": seen.mark.epoch, "commits": seen.mark.sequence}
    if not seen.suspicion:
        return ok("store.epoch", f"epoch {seen.mark.epoch}, as new as what was done with it", **told)
    mend = "at its next start the bot treats it as restored from a backup: every open request ends, people are told"
    return warn("store.epoch", seen.suspicion, mend, **told)


def _requests(seen: Health) -> Finding:
    what = f"{seen.open_requests} open" if seen.open_requests else "none is open"
    return ok("store.requests", what, open=seen.open_requests)


def _outbox(seen: Health, now: datetime) -> Finding:
    name, told = "store.messages", {"unseen": seen.unseen, "given_up": seen.given_up}
    if seen.unseen_since is None:
        return ok(name, "everybody has been shown everything", **told)
    late = now - datetime.fromtimestamp(seen.unseen_since / 1e6, UTC)
    told |= {"oldest_seconds": int(late.total_seconds())}
    if late < LATE:
        return ok(name, f"{seen.unseen} on their way", **told)
    mend = "if the bot runs, its log says why Slack does not take them (message.not_shown); if not, start it"
    return warn(name, f"{seen.unseen} wait to be shown, the oldest for {_words(late)}", mend, **told)


def _words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
