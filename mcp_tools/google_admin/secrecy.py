"""Before a tool makes a secret: is there anybody it could be sent to?"""

from fastmcp import Context

from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.sealing import LONGEST_LABEL, NOBODY, Recipient, recipient


def recipient_or_refuse(context: Context) -> Recipient:
    """Who can read what this call makes. Raises ToolFailure, before anything was sent, when nobody can."""
    found = recipient(context)
    if found is None:
        raise ToolFailure(NOBODY, Outcome.REFUSED)
    return found


def label_of(what: str, whose: str) -> str:
    """The label of a secret; a long address is cut."""
    label = f"{what} {whose}"
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
