"""Everything that doctor looks at, at the same time, each within its time. Nothing is changed anywhere."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.adapters.slack_client import SlackIdentity, outgoing_client, outgoing_session
from bot.adapters.slack_directory import SlackDirectory
from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import read_people
from bot.errors import BadInput, DirectoryUnavailable
from bot.models.policy import Policy
from bot.ports import Clock, Directory
from bot.settings import Settings
from bot.wiring.doctor import approvers, places, rules, store
from bot.wiring.doctor.finding import Finding, State, fail, ok, skipped
from bot.wiring.doctor.scrub import Scrub
from bot.wiring.doctor.slack import Slack
from bot.wiring.usable import misplaced

Check: TypeAlias = Callable[[], Awaitable[Sequence[Finding]]]
LIMIT = 13.0
"""Seconds for each check; they run at the same time, so all of it ends soon after."""
LOADING = 0.9
"""Part of the limit that the SDKs may take to load; what takes longer is this machine, not the network."""
MANIFEST = Path(__file__).parents[3] / "manifest.yml"
OF_MODEL = frozenset(
    {"AWS_REGION", "ANTHROPIC_API_KEY", "COUNTERSIGN_MODEL_KIND", "MODEL_BASE_URL", "COUNTERSIGN_GUARDRAIL_ID"}
)
OF_SERVERS = frozenset({"GOOGLE_TOKEN_JSON", "GOOGLE__*", "COUNTERSIGN_MCP_CONFIG", "DATABASE_URL"})
NEEDS_BOT = "needs a bot token that works"


@dataclass(frozen=True, slots=True)
class Where:
    """Where everything is found. `manifest` may be missing."""

    environ: Mapping[str, str]
    files: tuple[Path, ...]
    clock: Clock
    manifest: Path = MANIFEST
    limit: float = LIMIT


async def examine(where: Where) -> tuple[Finding, ...]:
    """All findings, in a fixed order, without secrets. Never raises for what it looks at."""
    try:
        settings, wrong = Settings.examined(where.environ, *where.files)
    except BadInput as unreadable:
        return (fail(f"settings.{unreadable.where}", unreadable.what, unreadable.mend),)
    wrong = [*wrong, *(one for one in misplaced(settings) if one.where not in {bad.where for bad in wrong})]
    scrub = Scrub(settings, where.environ)
    kept = await asyncio.to_thread(rules.kept, settings.database_path)
    async with outgoing_session() as session:
        client = outgoing_client(settings.slack_bot_token, settings.slack_api_url, session)
        slack = Slack(client, settings, where.clock, wanted_scopes(where.manifest), kept.team)
        doctor = Doctor(settings, frozenset(one.where for one in wrong), where, slack, kept)
        found = [*_settings(wrong, where), *await doctor.all()]
    return tuple(scrub.finding(one) for one in found)


class Doctor:
    """The checks of one look."""

    def __init__(self, settings: Settings, wrong: frozenset[str], where: Where, slack: Slack, kept: rules.Kept) -> None:
        self._settings = settings
        self._wrong = wrong
        self._where = where
        self._slack = slack
        self._kept = kept
        self._policy = rules.written(settings)

    async def all(self) -> list[Finding]:
        """In a fixed order."""
        bot = asyncio.ensure_future(self._within("slack.token", self._bot))
        checks: tuple[tuple[str, Check], ...] = (
            ("slack.socket", lambda: self._socket(bot)),
            ("slack.channel", lambda: self._channels(bot)),
            ("policy", self._rules),
            ("approvers", lambda: self._approvers(bot)),
            ("model", lambda: self._heavy("model", OF_MODEL)),
            ("servers", lambda: self._heavy("servers", OF_SERVERS)),
            ("store", self._store),
            ("files", self._files),
        )
        found = await asyncio.gather(bot, *(self._within(name, check) for name, check in checks))
        return [finding for part in found for finding in part]

    async def _within(self, name: str, check: Check) -> list[Finding]:
        limit = self._where.limit
        try:
            async with asyncio.timeout(limit):
                return list(await check())
        except TimeoutError:
            return [fail(name, f"no answer within {limit:g} s", "look at the network; then try again")]
        except Exception as broken:  # noqa: BLE001 - one check that breaks must not hide what the others found
            kind = type(broken).__name__
            return [fail(name, f"this check broke ({kind})", "this is a defect of Countersign: report it", error=kind)]

    async def _bot(self) -> list[Finding]:
        if "SLACK_BOT_TOKEN" in self._wrong:
            return [skipped("slack.token", "SLACK_BOT_TOKEN is not usable")]
        return await self._slack.bot()

    async def _socket(self, bot: "asyncio.Future[list[Finding]]") -> list[Finding]:
        if "SLACK_APP_TOKEN" in self._wrong:
            return [skipped("slack.app_token", "SLACK_APP_TOKEN is not usable")]

        async def app() -> str:
            signed = _signed_in(await asyncio.shield(bot))
            return str(signed.evidence["app"]) if signed else ""

        return await self._slack.socket(app)

    async def _channels(self, bot: "asyncio.Future[list[Finding]]") -> list[Finding]:
        if not _signed_in(await asyncio.shield(bot)):
            return [skipped("slack.channel", NEEDS_BOT)]
        default = self._settings.slack_channel
        if "SLACK_CHANNEL_ID" in self._wrong:
            first = [skipped("slack.channel", "SLACK_CHANNEL_ID is not usable")]
        elif default:
            first = [await self._slack.channel(default)]
        else:
            first = [skipped("slack.channel", "SLACK_CHANNEL_ID is not set: cards go to the requester's thread")]
        others = _channels_of(self._policy) - {default} if isinstance(self._policy, Policy) else set()
        return first + [await self._slack.channel(one, name=f"slack.channel.{one}") for one in sorted(others)]

    async def _rules(self) -> list[Finding]:
        policy = self._policy
        found = rules.loads(policy, self._settings, self._kept.policy)
        return found if isinstance(policy, BadInput) else [*found, *rules.rules(policy, self._kept.tools)]

    async def _approvers(self, bot: "asyncio.Future[list[Finding]]") -> list[Finding]:
        policy = self._policy
        if isinstance(policy, BadInput):
            return approvers.unknown("needs a policy that loads")
        if "COUNTERSIGN_DIRECTORY" in self._wrong:
            return approvers.unknown("COUNTERSIGN_DIRECTORY is not usable")
        signed = _signed_in(await asyncio.shield(bot))
        if signed is None and not self._settings.directory_path:
            return approvers.unknown(NEEDS_BOT)
        team = str(signed.evidence["team"]) if signed else self._kept.team
        try:
            known = await approvers.known_people(policy, self._directory(), team)
        except DirectoryUnavailable as silent:
            return approvers.silent(silent)
        return approvers.approvers(policy, known)

    def _directory(self) -> Directory:
        if self._settings.directory_path:
            return StaticDirectory(read_people(Path(self._settings.directory_path)), self._where.clock)
        identity = SlackIdentity(self._slack.client, asyncio.sleep)
        return SlackDirectory(self._slack.client, identity, self._where.clock)

    async def _heavy(self, name: str, needed: frozenset[str]) -> list[Finding]:
        if unusable := sorted(needed & self._wrong):
            return [skipped(name, f"{', '.join(unusable)}: not usable")]
        try:
            async with asyncio.timeout(self._where.limit * LOADING):
                module: Any = await asyncio.to_thread(importlib.import_module, "bot.wiring.doctor.heavy")
        except TimeoutError:
            what = f"not looked at: its libraries were not loaded within {self._where.limit * LOADING:g} s"
            return [fail(name, what, "this machine is slow or busy: try again")]
        found: list[Finding] = await getattr(module, name)(self._settings)
        return found

    async def _store(self) -> list[Finding]:
        if "DATABASE_URL" in self._wrong:
            return [skipped("store.open", "DATABASE_URL is not usable")]
        seen = await asyncio.to_thread(store.looked_at, self._settings.database_path)
        return store.store(seen, self._where.clock.now())

    async def _files(self) -> list[Finding]:
        codes = (self._settings.totp_path,) if self._settings.totp_path else ()
        return places.files((*self._where.files, *codes), self._settings.database_path)


def wanted_scopes(manifest: Path) -> frozenset[str]:
    """The scopes that the manifest asks for; none without one."""
    if not manifest.is_file():
        return frozenset()
    content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    return frozenset(content["oauth_config"]["scopes"]["bot"])


def _settings(wrong: Sequence[BadInput], where: Where) -> list[Finding]:
    found = [str(file) for file in where.files if file.exists()]
    if not wrong:
        return [ok("settings", f"complete, from the environment{''.join(f' and {one}' for one in found)}", files=found)]
    return [fail(f"settings.{one.where}", one.what, one.mend) for one in wrong]


def _signed_in(findings: Sequence[Finding]) -> Finding | None:
    return next((one for one in findings if one.name == "slack.token" and one.state is State.OK), None)


def _channels_of(policy: Policy) -> set[str]:
    found = [ask for _, ask in approvers.asks(policy)]
    return {one for ask in found for one in (ask.channel, ask.escalation.channel if ask.escalation else "")} - {""}
