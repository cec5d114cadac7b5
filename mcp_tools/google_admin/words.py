"""Google's refusals in words that the model, and the person who reads over its shoulder, can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from mcp_tools.google_admin.errors import GoogleFailure, NoAnswer, NoToken, NotSent, Refused
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.scopes import Scope

# Google docs: "Directory API: Limits and quotas" and "Resolve errors".
QUOTA_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried, and on which account; `user_key` is empty where a 404 is not about one.

    `lost` says what to do once its fate is unknown. `refusals` says by HTTP status what a refusal
    of this attempt means, where that is known better than by Google's own sentence.
    """

    doing: str
    user_key: str = ""
    write: bool = False
    scope: Scope = Scope.USERS
    lost: str = "Do not repeat it; look at the account with get_user first."
    refusals: Mapping[int, str] = field(default_factory=dict)


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
            text = f"{_could_not(attempt)}: {why}. Nothing was sent, so nothing was changed. {_later(failure, attempt)}"
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


def _later(failure: NotSent, attempt: Attempt) -> str:
    if isinstance(failure, NoToken):
        return f"An administrator must grant the scope {attempt.scope.value} to the credential of this server."
    return "Try again later."


def _unknown(why: str, attempt: Attempt) -> str:
    return (
        f"The request to {attempt.doing} was sent to Google, but its fate is unknown: {why}. It may have been carried "
        f"out. {attempt.lost}"
    )


def _refusal(refused: Refused, attempt: Attempt) -> str:
    said = f"Google says: {refused.message[:SHOWN]}"
    if refused.status == 429 or refused.reason in QUOTA_REASONS:
        return f"{_could_not(attempt)}: Google's quota for this API is used up. Wait some minutes before trying again."
    if refused.status in attempt.refusals:
        return attempt.refusals[refused.status]
    if refused.status == 404 and attempt.user_key:
        return no_account(attempt.user_key)
    if refused.status in (401, 403):
        return (
            f"{_could_not(attempt)}: the credential of this server may not do that. {said}. Trying again will not "
            f"help: an administrator must grant it the scope {attempt.scope.value} and the right to do this."
        )
    return f"{_could_not(attempt)}. {said}. Nothing was changed."


def no_account(user_key: str) -> str:
    """For an address or id that nobody has."""
    return f"There is no account {user_key} in this Google Workspace. Find the right one with list_users."
