"""The routing table: which listener serves what."""

import re

from slack_bolt.async_app import AsyncApp

from blocks import ids
from bot.services import Services
from handlers.slack import secrets, stale
from handlers.slack.decisions import Decisions
from handlers.slack.details import Details
from handlers.slack.identity import BotIdentity
from handlers.slack.mentions import Mentions
from handlers.slack.modals import ToolsOf

ANYTHING = re.compile(".*")


def register(app: AsyncApp, services: Services, identity: BotIdentity, tools_of: ToolsOf) -> None:
    """Order matters: the first that matches serves, so what is out of date comes last."""
    mentions = Mentions(services, identity)
    app.event("app_mention")(mentions.heard)
    app.event("message")(mentions.heard)

    decisions = Decisions(services, tools_of)
    app.action(ids.APPROVE)(decisions.approve)
    app.action(ids.CONFIRM)(decisions.ask_to_confirm)
    app.view(ids.CONFIRM_VIEW)(decisions.confirm)
    app.action(ids.DENY)(decisions.ask_why)
    app.view(ids.DENY_REASON_VIEW)(decisions.deny)
    app.action(ids.WITHDRAW)(decisions.withdraw)
    app.action(ids.WITHDRAW_REQUEST)(decisions.withdraw_request)
    app.action(ids.HAPPENED)(decisions.happened)
    app.action(ids.NOT_HAPPENED)(decisions.did_not_happen)

    details = Details(services, tools_of)
    app.action(ids.DETAILS)(details.show)
    app.action(ids.PREVIOUS_PAGE)(details.previous)
    app.action(ids.NEXT_PAGE)(details.following)

    app.action(ids.TAKE_AWAY)(secrets.delete)

    app.action(ANYTHING)(stale.out_of_date)
    app.view_submission(ANYTHING)(stale.out_of_date)
    app.view_closed(ANYTHING)(stale.ignored)
    app.command(ANYTHING)(stale.ignored)
    app.shortcut(ANYTHING)(stale.ignored)
    app.options(ANYTHING)(stale.ignored)
