"""What a person is told when something did not work."""

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.errors import BadInput, NotFound, StoreUnavailable

OUT_OF_DATE = "This card is out of date. Nothing was done."
NOT_SAVED = "Not saved, please click again."
NOT_SENT = "Not saved, please send it again."
SLACK_SILENT = "Slack did not answer in time. Please click again."
SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError)


def sentence(error: Exception, incident: str = "") -> str:
    """`incident` is named only when the fault is ours."""
    match error:
        case StoreUnavailable():
            return NOT_SAVED
        case NotFound() | BadInput():
            return OUT_OF_DATE
        case _ if isinstance(error, SLACK_ERRORS):
            return SLACK_SILENT
    return f"Something broke on our side. Please try once more; if it breaks again, tell an admin: incident {incident}."
