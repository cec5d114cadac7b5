"""Asks Slack. Five short calls that change nothing, and one socket that is closed at its first frame."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import slack_probe
from bot.adapters.slack_client import SlackRefused, app_id_of
from bot.adapters.slack_probe import Signed
from bot.ports import Clock
from bot.settings import Settings
from bot.wiring.doctor import slack_findings as say
from bot.wiring.doctor.finding import Finding, ok, skipped

HELLO_WITHIN = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Slack:
    """What is asked with which settings. `scopes` are those of the manifest; `known_team` is the store's workspace."""

    client: AsyncWebClient
    settings: Settings
    clock: Clock
    scopes: frozenset[str]
    known_team: str

    async def bot(self) -> list[Finding]:
        """Token, workspace, scopes, clock."""
        began = self.clock.now()
        try:
            signed = await slack_probe.signed_in(self.client)
        except SlackRefused as why:
            rest = ("slack.workspace", "slack.scopes", "slack.clock")
            return [say.token(why), *(skipped(name, "needs a bot token that works") for name in rest)]
        now = self.clock.now()
        app_id = await self._app(signed)
        return [
            say.token(signed, app_id),
            say.workspace(signed.team, self.known_team),
            say.scopes(signed.scopes, self.scopes, app_id),
            say.clock(signed.date, now, (now - began).total_seconds()),
        ]

    async def _app(self, signed: Signed) -> str:
        """Empty when Slack does not say: then the scopes tell why."""
        try:
            return await slack_probe.app_of(self.client, signed.bot_id)
        except SlackRefused:
            return ""

    async def socket(self, bot_app: Callable[[], Awaitable[str]]) -> list[Finding]:
        """The app-level token, whether it is of the bot's app, and who else is connected with it.

        A second socket gets its share of the app's envelopes, and an envelope that is not acknowledged has to come
        again: at once for an event, by a second click for a click. But only the greeting (`num_connections`) tells of
        another deployment. So the socket is closed at the greeting, which is the first frame, a few milliseconds after
        it was opened: Slack has to choose it within these for anything to be late.
        """
        if self.settings.over_http:
            return [skipped(name, "Slack posts over HTTP") for name in ("slack.app_token", "slack.socket")]
        try:
            url = await slack_probe.socket_url(self.client, self.settings.slack_app_token)
        except SlackRefused as why:
            needs = skipped("slack.socket", "needs an app token that works")
            return [say.refused("slack.app_token", why, say.APP_TOKEN), needs]
        opened = ok("slack.app_token", "may open a socket")
        try:
            hello = await slack_probe.greeting(url, HELLO_WITHIN)
        except SlackRefused as why:
            return [opened, say.refused("slack.socket", why, "let this machine open WebSockets to *.slack.com")]
        app_id = hello.app_id or app_id_of(self.settings.slack_app_token)
        return [opened, say.app(await bot_app(), app_id), say.socket(hello)]

    async def channel(self, where: str, *, name: str = "slack.channel") -> Finding:
        """A channel for approval cards."""
        try:
            await slack_probe.may_read(self.client, where)
        except SlackRefused as why:
            return say.channel(name, where, why)
        return say.channel(name, where, None)
