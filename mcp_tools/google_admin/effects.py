"""What each tool does to the world and how a card says it. Plain data: importing it loads no MCP or Google library."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SYSTEM = "Google Workspace"
CATEGORY = "user_account_access"

EFFECTS: Mapping[str, Literal["read", "write"]] = MappingProxyType(
    {"list_users": "read", "get_user": "read", "suspend_user": "write", "unsuspend_user": "write"}
)


@dataclass(frozen=True, slots=True)
class CardWords:
    """`verb` heads the card; `target` names the argument that says whom or what it is about ("" for none).

    `undo` names the action that takes it back.
    """

    verb: str
    target: str
    system: str = SYSTEM
    undo: str = ""


CARD_WORDS: Mapping[str, CardWords] = MappingProxyType(
    {
        "list_users": CardWords("List users", "domain"),
        "get_user": CardWords("Look up user", "user_key"),
        "suspend_user": CardWords("Suspend user", "user_key", undo="unsuspend user"),
        "unsuspend_user": CardWords("Unsuspend user", "user_key", undo="suspend user"),
    }
)

# Opening or closing somebody's account is never routine, whoever it is.
RISK_HINTS: Mapping[str, Literal["LOW", "MEDIUM", "HIGH"]] = MappingProxyType(
    {"list_users": "LOW", "get_user": "LOW", "suspend_user": "HIGH", "unsuspend_user": "HIGH"}
)
