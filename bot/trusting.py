"""Reading a record to act upon, or to show: one that was edited outside is neither, and people are told."""

from contextlib import suppress

from bot.errors import ChangedOutside, NotFound, StoreUnavailable, Unreadable
from bot.models.request import Record
from bot.sealing import edited
from bot.store_ports import Store


async def trusted(store: Store, request_id: str) -> Record:
    """The record as we saved it. Raises NotFound, StoreUnavailable; ChangedOutside when somebody else edited it."""
    record = await store.load(request_id)
    if why := edited(record, await store.audit(request_id)):
        raise ChangedOutside(f"requests {request_id}", why)
    return record


async def trusted_or_told(store: Store, request_id: str) -> Record:
    """As `trusted`, and so are its tools. Of what nobody can trust, the messages that people see are made to say so."""
    try:
        record = await trusted(store, request_id)
        if record.request.tools:
            with suppress(NotFound):  # who needs them finds out
                await store.tools(record.request.tools)
    except Unreadable:
        with suppress(StoreUnavailable):  # who meets it next tries again
            await store.show_again(request_id)
        raise
    return record
