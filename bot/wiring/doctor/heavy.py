"""What needs the SDKs of the model and of the tool servers. Loaded in a thread: they take a second or more."""

import asyncio
from collections.abc import Sequence

from bot.adapters.anthropic_client import BODIES, Kind, client_of
from bot.adapters.anthropic_probe import probe
from bot.adapters.anthropic_prompt import Asking
from bot.adapters.mcp_connection import Connection
from bot.adapters.mcp_listing import Offer, offer
from bot.adapters.mcp_logs import silence
from bot.adapters.mcp_servers import ServerSpec
from bot.errors import BadInput, StoreUnavailable, Unavailable
from bot.models.servers import KeptTool, ServersBook
from bot.settings import Settings
from bot.wiring import servers_cli, tools
from bot.wiring.doctor import model as say
from bot.wiring.doctor.finding import Finding, fail, ok, skipped, warn

CONNECT_WITHIN = 8.0
"""Seconds for a server to start, connect and list."""
CONFIGURED = "servers"


async def model(settings: Settings) -> list[Finding]:
    """One token of it, with the guardrail that the bot would have."""
    kind = Kind(settings.model_kind)
    guardrail = (settings.guardrail_id, settings.guardrail_version) if settings.guardrail_id else None
    headers = Asking(kind, guardrail=guardrail).headers
    async with client_of(kind, settings.aws_region, settings.model_base_url, settings.anthropic_key) as client:
        return [say.model(await probe(client, settings.model_id, BODIES.get(kind), headers), settings)]


async def servers(settings: Settings) -> list[Finding]:
    """Each tool server that is on, connected to as the bot does, at the same time."""
    silence()
    known = _known(settings)
    try:
        specs = [*tools.servers(settings), *(tools.published(known.book.text) if known.book.version else ())]
    except BadInput as wrong:
        return [fail(CONFIGURED, f"{wrong.where}: {wrong.what}" if wrong.where else wrong.what, wrong.mend)]
    if not specs:
        return [skipped(CONFIGURED, "no tool server is configured, so the bot has no tools")]
    return list(await asyncio.gather(*(_one(spec, known) for spec in specs)))


async def _one(spec: ServerSpec, known: servers_cli.Known) -> Finding:
    if spec.alias in known.book.disabled:
        mend = f"`countersign servers enable {spec.alias}` switches it on"
        return skipped(f"servers.{spec.alias}", "switched off by an admin", mend)
    off = frozenset(name.partition(".")[2] for name in known.book.disabled if name.startswith(f"{spec.alias}."))
    aside = [one for one in known.tools if one.alias == spec.alias and one.changed]
    return await server(spec, aside, off)


async def server(
    spec: ServerSpec, aside: Sequence[KeptTool] = (), off: "set[str] | frozenset[str]" = frozenset()
) -> Finding:
    """Whether it answers, and which of its tools cannot be used. `aside` are in quarantine, `off` switched off."""
    name = f"servers.{spec.alias}"
    connection = Connection(spec, CONNECT_WITHIN)
    try:
        found = offer(spec, await connection.listed(), off.__contains__)
    except Unavailable as silent:
        mend = "look whether its program or address is right, and what it says when it is started by hand"
        return fail(name, f"does not answer ({silent.what})", mend)
    finally:
        await connection.close()
    return _judged(name, spec.alias, found, sorted(one.tool for one in aside))


def _judged(name: str, alias: str, found: Offer, aside: Sequence[str]) -> Finding:
    refused = [f"{tool}: {why}" for tool, why in found.refused.items()]
    told = {"tools": len(found.tools), "refused": refused, "quarantined": aside, "warnings": list(found.warnings)}
    wrong = [
        *(f"{len(refused)} refused ({'; '.join(refused)})" for _ in refused[:1]),
        *(f"{len(aside)} in quarantine, since new or changed ({', '.join(aside)})" for _ in aside[:1]),
        *found.warnings,
    ]
    if not wrong:
        return ok(name, f"answers with {len(found.tools)} tools", **told)
    mends = [
        *("`countersign servers accept` shows what changed, and accepts it" for _ in aside[:1]),
        *("the others are offered; a refused tool must be mended by its author" for _ in refused[:1]),
        *("mend the configuration of this server" for _ in found.warnings[:1]),
    ]
    mend = "; ".join(mends).replace("servers accept`", f"servers accept {alias}`")
    return warn(name, f"answers with {len(found.tools)} tools; {'; '.join(wrong)}", mend, **told)


def _known(settings: Settings) -> servers_cli.Known:
    """What the store knows; nothing of one that is not there or cannot be read, which `store` tells."""
    try:
        return servers_cli.known(settings.database_path)
    except (BadInput, StoreUnavailable):
        return servers_cli.Known(ServersBook(), ())
