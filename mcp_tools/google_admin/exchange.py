"""One request to Google, once, and what came back."""

from collections.abc import Callable
from typing import Any, TypeVar

from googleapiclient.errors import HttpError

from mcp_tools.google_admin.errors import NoAnswer, Refused

Read = TypeVar("Read")


def ask(request: Any, parse: Callable[[Any], Read]) -> Read:
    """What `parse` reads out of the answer. Raises NotSent, Refused or NoAnswer."""
    try:
        return parse(request.execute(num_retries=0))
    except HttpError as error:
        if error.status_code >= 500:
            raise NoAnswer(f"HTTP {error.status_code}") from error
        raise Refused(error.status_code, _reason(error), error.reason) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoAnswer("the answer could not be read") from error


def found(request: Any, parse: Callable[[Any], Read]) -> Read | None:
    """The same; None where Google says that there is no such thing (404)."""
    try:
        return ask(request, parse)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def nothing(_answer: Any) -> None:
    """Reads an answer that has no body."""


def _reason(error: HttpError) -> str:
    details = error.error_details
    first = details[0] if isinstance(details, list) and details else None
    reason = first.get("reason", "") if isinstance(first, dict) else ""
    return reason if isinstance(reason, str) else ""
