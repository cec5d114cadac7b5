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


@dataclass(frozen=True, slots=True)
class Probe:
    """The read that shows whether a write happened whose answer was lost.

    `arguments` pairs each argument of the read `tool` with the write's argument that it is taken from. `field` is the
    member of the read's answer to look at, `happened` the JSON text of its value if the write happened.
    """

    tool: str
    arguments: tuple[tuple[str, str], ...]
    field: str
    happened: str


_SAME_USER = (("user_key", "user_key"),)
PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "suspend_user": Probe("get_user", _SAME_USER, "suspended", "true"),
        "unsuspend_user": Probe("get_user", _SAME_USER, "suspended", "false"),
    }
)

# Opening or closing somebody's account is never routine, whoever it is.
RISK_HINTS: Mapping[str, Literal["LOW", "MEDIUM", "HIGH"]] = MappingProxyType(
    {"list_users": "LOW", "get_user": "LOW", "suspend_user": "HIGH", "unsuspend_user": "HIGH"}
)
