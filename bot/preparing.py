"""Before the first turn: may this person ask, what was said before, which tools are there."""

from bot import approvers
from bot.conversation import thread_context
from bot.core import Core
from bot.errors import Unavailable
from bot.models.replacing import replace
from bot.models.request import Context, Request
from bot.models.tools import Toolset

EMPTY = "You mentioned me without a request. Write what you need after my name, in one message."


async def objection(core: Core, request: Request) -> str:
    """Why this request is not planned at all, in words for the person, or nothing. Raises DirectoryUnavailable."""
    if not request.text.strip():
        return EMPTY
    most = core.budgets.request_text
    if len(request.text) > most:
        return f"Your message has {len(request.text):,} characters; I read at most {most:,}. Please ask with less text."
    person = await core.directory.person(request.actor.team, request.actor.user)
    why = approvers.unfit(person)
    return f"I can't take requests from you: {why}" if why else ""


async def prepared(core: Core, request: Request) -> tuple[Request, Toolset]:
    """The request with its context and the tools it starts with. Raises Unavailable, NotFound."""
    if request.context is not None:
        return request, await core.store.tools(request.tools)
    person = await core.directory.person(request.actor.team, request.actor.user)
    context = await _context(core, request)
    toolset = await core.toolbox.tools()
    await core.store.save_tools(toolset)
    tainted = ("the thread",) if context.untrusted else ()
    actor = replace(request.actor, email=person.email)
    return replace(request, actor=actor, context=context, tools=toolset.digest, tainted_by=tainted), toolset


async def _context(core: Core, request: Request) -> Context:
    origin = request.origin
    place = (request.actor.team, origin.channel, origin.thread_ts)
    more = False
    if origin.thread_ts == origin.message_ts:
        return Context()
    if not await core.store.is_backfilled(*place):
        more = await _backfill(core, request)
    return thread_context(await core.store.thread(*place), request, core.budgets, more=more)


async def _backfill(core: Core, request: Request) -> bool:
    """Asks the surface once for what was said before; returns whether something is missing."""
    origin, team = request.origin, request.actor.team
    try:
        said, more = await core.history.replies(origin.channel, origin.thread_ts, core.budgets.thread_messages)
    except Unavailable:
        return True
    await core.store.remember(team, origin.channel, origin.thread_ts, said)
    await core.store.set_backfilled(team, origin.channel, origin.thread_ts)
    return more
