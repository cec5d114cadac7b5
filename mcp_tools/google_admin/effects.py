"""What each tool does to the world and how a card says it. Plain data: importing it loads no MCP or Google library."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

SYSTEM = "Google Workspace"
CATEGORY = "user_account_access"
AWS_CATEGORY = "aws_role_access"


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
        "add_user": CardWords("Add user", "primary_email", undo="suspend user"),
        "suspend_user": CardWords("Suspend user", "user_key", undo="unsuspend user"),
        "unsuspend_user": CardWords("Unsuspend user", "user_key", undo="suspend user"),
        "reset_password": CardWords("Reset password", "user_key"),
        "reset_2fa": CardWords("Make new backup codes", "user_key"),
        "turn_off_2fa": CardWords("Turn off 2-Step Verification", "user_key"),
        "sign_out_user": CardWords("Sign out everywhere", "user_key"),
        "list_groups": CardWords("List groups", "user_key"),
        "list_group_members": CardWords("List group members", "group_key"),
        "get_group_member": CardWords("Look up group member", "user_key"),
        "add_group_member": CardWords("Add to group", "user_key", undo="remove from group"),
        "remove_group_member": CardWords("Remove from group", "user_key", undo="add to group"),
        "list_licences": CardWords("List licences", ""),
        "list_user_licences": CardWords("List licences of user", "user_key"),
        "get_user_licence": CardWords("Look up licence", "user_key"),
        "assign_licence": CardWords("Assign licence", "user_key", undo="remove licence"),
        "remove_licence": CardWords("Remove licence", "user_key", undo="assign licence"),
        "get_amazon_roles": CardWords("List AWS roles of user", "user_key"),
        "has_amazon_role": CardWords("Look up AWS role", "user_key"),
        "add_amazon_role": CardWords("Add AWS role", "user_key", undo="remove AWS role"),
        "remove_amazon_role": CardWords("Remove AWS role", "user_key", undo="add AWS role"),
    }
)

_WRITES = frozenset(
    {
        "add_user", "suspend_user", "unsuspend_user", "reset_password", "reset_2fa", "turn_off_2fa", "sign_out_user",
        "add_group_member", "remove_group_member", "assign_licence", "remove_licence", "add_amazon_role",
        "remove_amazon_role",
    }
)  # fmt: skip

_Effect: TypeAlias = Literal["read", "write"]
EFFECTS: Mapping[str, _Effect] = MappingProxyType(
    {tool: "write" if tool in _WRITES else "read" for tool in CARD_WORDS},
)

# Roles in AWS reach further than the Workspace: rules may ask other people about them.
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {tool: AWS_CATEGORY if "amazon" in tool else CATEGORY for tool in CARD_WORDS}
)

# Opening or closing somebody's account is never routine, whoever it is, and neither is what it can reach.
RISK_HINTS: Mapping[str, Literal["LOW", "MEDIUM", "HIGH"]] = MappingProxyType(
    {tool: "HIGH" if effect == "write" else "LOW" for tool, effect in EFFECTS.items()}
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


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


_USER, _MEMBER, _LICENCE = _same("user_key"), _same("group_key", "user_key"), _same("user_key", "licence")
_ROLE = _same("user_key", "admin_role", "identity_provider")
PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "add_user": Probe("get_user", (("user_key", "primary_email"),), "suspended", "false"),
        "suspend_user": Probe("get_user", _USER, "suspended", "true"),
        "unsuspend_user": Probe("get_user", _USER, "suspended", "false"),
        "turn_off_2fa": Probe("get_user", _USER, "enrolled_in_2sv", "false"),
        "add_group_member": Probe("get_group_member", _MEMBER, "is_member", "true"),
        "remove_group_member": Probe("get_group_member", _MEMBER, "is_member", "false"),
        "assign_licence": Probe("get_user_licence", _LICENCE, "assigned", "true"),
        "remove_licence": Probe("get_user_licence", _LICENCE, "assigned", "false"),
        "add_amazon_role": Probe("has_amazon_role", _ROLE, "assigned", "true"),
        "remove_amazon_role": Probe("has_amazon_role", _ROLE, "assigned", "false"),
    }
)

# Google tells nobody which password, codes or sessions an account has: what became of these only people can find out.
WITHOUT_PROBE = frozenset({"reset_password", "reset_2fa", "sign_out_user"})
