"""What Slack's answers mean: who we are, what we may do, how far the clocks are apart, who else is connected."""

from datetime import datetime

from bot.adapters.slack_client import SILENT, TOKEN_CODES, SlackRefused
from bot.adapters.slack_clock import APART
from bot.adapters.slack_probe import Hello, Signed
from bot.wiring.doctor.finding import Finding, fail, ok, skipped, warn

BOT_TOKEN = "copy SLACK_BOT_TOKEN again from the app's page OAuth & Permissions"  # noqa: S105 - a page, no password
APP_TOKEN = "copy SLACK_APP_TOKEN again from Basic Information, App-Level Tokens; it needs the scope connections:write"  # noqa: S105
SOON, FAR = 30, APART.total_seconds()
"""Seconds. Further apart nobody is known, and Slack is refused over HTTP."""


def refused(name: str, why: SlackRefused, mend: str) -> Finding:
    """Slack's answer was no, or none; `mend` is for a refusal that is about us."""
    told = {"code": why.code, "status": why.status or None}
    if why.code == SILENT:
        status = f" (HTTP {why.status})" if why.status else ""
        later = "look at the network, a proxy, and SLACK_API_URL; else slack-status.com"
        return fail(name, f"Slack gave no answer{status}", later, **told)
    if why.code in {"ratelimited", "rate_limited"}:
        wait = f"{why.retry_after:.0f} s" if why.retry_after else "a minute"
        return warn(name, "Slack asks us to be slower (429)", f"try again in {wait}", **told)
    if why.status >= 500 or why.code in {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}:
        return fail(name, f"Slack has trouble of its own ({why.code})", "try again later; see slack-status.com", **told)
    if why.code == "missing_scope":
        return fail(name, f"the token lacks the scope {why.needed}", mend, **told, needed=why.needed)
    return fail(name, f"Slack refuses it: {why.code}", mend, **told)


def token(answer: Signed | SlackRefused, app_id: str = "") -> Finding:
    """Whether the bot token signs in, and for which app."""
    name = "slack.token"
    if isinstance(answer, Signed):
        said = f"signed in to {answer.team_name} as @{answer.name}"
        return ok(name, said, team=answer.team, user=answer.user, app=app_id)
    revoked = {"token_revoked": "the token was revoked", "account_inactive": "the app was taken out of the workspace"}
    if answer.code in revoked:
        mend = f"install the app again, then {BOT_TOKEN}"
        return fail(name, revoked[answer.code], mend, code=answer.code)
    return refused(name, answer, BOT_TOKEN if answer.code in TOKEN_CODES else "see Slack's page of auth.test")


def workspace(team: str, known: str) -> Finding:
    """Whether the token belongs to the workspace that the store's newest request came from."""
    name = "slack.workspace"
    if not known:
        return ok(name, "the store knows of no other workspace", team=team)
    if known == team:
        return ok(name, "the same that the store's requests came from", team=team)
    mend = "use the token of the old workspace, or another DATABASE_URL for the new one"
    return fail(name, f"the token is of {team}, the store's requests came from {known}", mend, team=team, store=known)


def scopes(granted: frozenset[str] | None, wanted: frozenset[str], app_id: str) -> Finding:
    """The token's scopes beside those of the manifest."""
    name = "slack.scopes"
    if granted is None or not wanted:
        why = "Slack did not name the token's scopes" if granted is None else "manifest.yml is not here"
        return skipped(name, why)
    missing, more = wanted - granted, granted - wanted
    page = f"https://api.slack.com/apps/{app_id}/oauth" if app_id else "the app's page OAuth & Permissions"
    told = {"missing": missing, "superfluous": more}
    if missing:
        mend = f"add them under Bot Token Scopes at {page}, then install the app again"
        return fail(name, f"missing: {', '.join(sorted(missing))}", mend, **told)
    if more:
        mend = f"nothing needs them: take them away at {page}"
        return warn(name, f"more than manifest.yml asks for: {', '.join(sorted(more))}", mend, **told)
    return ok(name, f"all {len(wanted)} of manifest.yml, and no more", **told)


def clock(theirs: datetime | None, ours: datetime, took: float) -> Finding:
    """Our clock beside the Date of Slack's answer, which is cut to the second; `took` is how long it was on its way."""
    name = "slack.clock"
    if theirs is None:
        return skipped(name, "Slack's answer had no date")
    apart = (ours - theirs).total_seconds()
    off = max(0.0, abs(apart) - took - 1)
    told = {"seconds": round(apart, 1)}
    if off < SOON:
        return ok(name, "this clock and Slack's agree", **told)
    way = "ahead of" if apart > 0 else "behind"
    what = f"this clock is {off:.0f} s {way} Slack's"
    mend = "set this machine's time with NTP: five minutes apart nothing runs, and Slack is refused over HTTP"
    return (fail if off >= FAR else warn)(name, what, mend, **told)


def app(of_bot: str, of_socket: str) -> Finding:
    """Whether both tokens belong to one app."""
    name = "slack.app"
    if not (of_bot and of_socket):
        return skipped(name, "not known of both tokens")
    if of_bot == of_socket:
        return ok(name, "both tokens belong to one app", app=of_bot)
    mend = "take both tokens from the pages of one app"
    told = {"bot_app": of_bot, "socket_app": of_socket}
    return fail(name, f"SLACK_BOT_TOKEN is of {of_bot}, SLACK_APP_TOKEN of {of_socket}", mend, **told)


def socket(hello: Hello) -> Finding:
    """Who else is connected with this app-level token. Slack counts sockets, not machines, so it can only be likely."""
    name = "slack.socket"
    others = hello.connections - 1
    told = {"connections": hello.connections, "others": max(others, 0), "host": hello.host, "seconds": hello.lifetime}
    if hello.refused == "too_many_websockets":
        mend = "end some of the processes that use SLACK_APP_TOKEN; Slack takes ten sockets for an app"
        return fail(name, "Slack takes no more sockets: ten are open", mend, reason=hello.refused)
    if hello.refused:
        mend = "switch Socket Mode on at the app's page Socket Mode"
        return fail(name, f"Slack closed the socket at once: {hello.refused}", mend, reason=hello.refused)
    if others <= 0:
        return ok(name, "opens; no bot is connected with this app token now", **told)
    if others == 1:
        return ok(name, "opens; one bot is connected. If you run none, it may be somebody else's", **told)
    mend = (
        "Slack gives each event to one of them only. If they do not share one store, end one, or make an app of its own"
        " for each"
    )
    return warn(name, f"{others} others are connected: these may be two deployments on one app token", mend, **told)


def channel(name: str, where: str, why: SlackRefused | None) -> Finding:
    """Whether the bot is a member of a channel for approval cards."""
    if why is None:
        return ok(name, f"the bot is a member of {where}", channel=where)
    invite = f"invite the bot to {where}: /invite @Countersign"
    if why.code == "not_in_channel":
        return fail(name, f"the bot is no member of {where}", invite, channel=where)
    if why.code == "channel_not_found":
        mend = f"name a channel's id in SLACK_CHANNEL_ID or in the policy; if {where} is private, {invite}"
        return fail(name, f"there is no channel {where} that the bot can see", mend, channel=where)
    return refused(name, why, "see slack.scopes")
