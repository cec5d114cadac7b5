"""Google's refusals in words that the model, and the person who reads over its shoulder, can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mcp_tools.google_admin.errors import GoogleFailure, NoAnswer, NotSent, Refused
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure

# Google docs: "Directory API: Limits and quotas" and "Resolve errors".
QUOTA_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried, and on which account; `user_key` is empty for a search."""

    doing: str
    user_key: str = ""
    write: bool = False
    super_admin: bool = False


@contextmanager
def told(attempt: Attempt) -> Iterator[None]:
    """Turns a GoogleFailure of the block into the ToolFailure that says so."""
    try:
        yield
    except GoogleFailure as failure:
        raise explain(failure, attempt) from failure


def explain(failure: GoogleFailure, attempt: Attempt) -> ToolFailure:
    """The text and the outcome for a failed attempt."""
    match failure:
        case NotSent(why=why):
            text = f"{_could_not(attempt)}: {why}. Nothing was sent, so nothing was changed. Try again later."
            return ToolFailure(text, Outcome.REFUSED)
        case Refused():
            return ToolFailure(_refusal(failure, attempt), Outcome.FAILED)
        case NoAnswer(why=why) if attempt.write:
            return ToolFailure(_unknown(why, attempt), Outcome.UNKNOWN)
        case NoAnswer(why=why):
            return ToolFailure(f"{_could_not(attempt)}: {why}. Nothing was changed. Try again later.", Outcome.FAILED)
    raise failure


def _could_not(attempt: Attempt) -> str:
    return f"Could not {attempt.doing}"


def _unknown(why: str, attempt: Attempt) -> str:
    return (
        f"The request to {attempt.doing} was sent to Google, but its fate is unknown: {why}. It may have been carried "
        f"out. Do not repeat it; look at the account with get_user first."
    )


def _refusal(refused: Refused, attempt: Attempt) -> str:
    said = f"Google says: {refused.message[:SHOWN]}"
    if refused.status == 429 or refused.reason in QUOTA_REASONS:
        return f"{_could_not(attempt)}: Google's quota for this API is used up. Wait some minutes before trying again."
    if refused.status == 404 and attempt.user_key:
        return f"There is no account {attempt.user_key} in this Google Workspace. Find the right one with list_users."
    if refused.status == 403 and attempt.super_admin:
        return (
            f"{attempt.user_key} is a super administrator, and Google does not let one be suspended. "
            f"Nothing was changed. Another super administrator must take that role away in the Admin console first."
        )
    if refused.status in (401, 403):
        return (
            f"{_could_not(attempt)}: the credential of this server may not do that. {said}. Trying again will not "
            f"help: an administrator must grant it the scope admin.directory.user and the right to manage this account."
        )
    return f"{_could_not(attempt)}. {said}. Nothing was changed."
