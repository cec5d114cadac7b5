"""What a person is told when something did not work."""

import logging

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.errors import CHANGED_OUTSIDE, BadInput, ChangedOutside, NotFound, StoreUnavailable, Unreadable

log = logging.getLogger(__name__)

OUT_OF_DATE = "This card is out of date. Nothing was done."
NOT_SAVED = "Not saved, please click again."
NOT_SENT = "Not saved, please send it again."
DAMAGED = (
    "What is stored of this is damaged. Nothing was changed, and clicking again does not help. "
    "Please tell an admin: the alarm record.unreadable in the log says what to do."
)
SLACK_SILENT = "Slack did not answer in time. Please click again."
SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError)


def sentence(error: Exception, incident: str = "", not_saved: str = NOT_SAVED) -> str:
    """`incident` is named only when the fault is ours. `not_saved` says what to do again when nothing was stored."""
    match error:
        case ChangedOutside():
            return CHANGED_OUTSIDE
        case Unreadable():
            return DAMAGED
        case StoreUnavailable():
            return not_saved
        case NotFound() | BadInput():
            return OUT_OF_DATE
        case _ if isinstance(error, SLACK_ERRORS):
            return SLACK_SILENT
    return f"Something broke on our side. Please try once more; if it breaks again, tell an admin: incident {incident}."


def alarm(error: Exception) -> None:
    """Logs what only an admin can mend, under the name that people are told."""
    if isinstance(error, Unreadable):
        log.error("record.unreadable", extra=error.said)
