"""The tools, thin: typed arguments in, a few calls of a client, a typed result out."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from fastmcp import FastMCP
from mcp_types import ToolAnnotations

from mcp_tools.google_admin.amazon_tools import AmazonTools
from mcp_tools.google_admin.effects import CARD_WORDS, EFFECTS
from mcp_tools.google_admin.group_tools import GroupTools
from mcp_tools.google_admin.licence_tools import LicenceTools
from mcp_tools.google_admin.models import SecretSent
from mcp_tools.google_admin.outcomes import OutcomeInMeta
from mcp_tools.google_admin.passwords import Choose
from mcp_tools.google_admin.security_tools import SecurityTools
from mcp_tools.google_admin.timing import Window
from mcp_tools.google_admin.user_tools import UserTools
from mcp_tools.google_admin.workspace import Workspace

# These undo something, or only add to it.
GENTLE = frozenset({"unsuspend_user", "add_user", "add_group_member", "assign_licence", "add_amazon_role"})
# A second time is another password, or another set of codes.
NOT_AGAIN = frozenset({"add_user", "reset_password", "reset_2fa"})


def build_server(
    google: Workspace,
    *,
    send_within: float = 10.0,
    clock: Callable[[], float] = time.monotonic,
    choose: Choose = secrets.choice,
) -> FastMCP:
    """The MCP server over these clients. A change is sent within so many seconds or not; `choose` makes passwords."""
    server = FastMCP(
        "google_admin",
        instructions="A Google Workspace: accounts, sign-in, groups, licences, and the AWS roles of accounts.",
        strict_input_validation=True,
        mask_error_details=True,
        middleware=[OutcomeInMeta()],
    )
    window = Window(send_within, clock)
    users = UserTools(google.users, window, choose)
    security = SecurityTools(google.users, google.security, window, choose)
    groups = GroupTools(google.users, google.groups, window)
    licences = LicenceTools(google.users, google.licences, window)
    amazon = AmazonTools(google.roles, window)
    _offer(server, users.list_users, users.get_user, users.suspend_user, users.unsuspend_user)
    _offer_secret(server, users.add_user, security.reset_password, security.reset_2fa)
    _offer(server, security.turn_off_2fa, security.sign_out_user)
    _offer(server, groups.list_groups, groups.list_group_members, groups.get_group_member)
    _offer(server, groups.add_group_member, groups.remove_group_member)
    _offer(server, licences.list_licences, licences.list_user_licences, licences.get_user_licence)
    _offer(server, licences.assign_licence, licences.remove_licence)
    _offer(server, amazon.get_amazon_roles, amazon.has_amazon_role, amazon.add_amazon_role, amazon.remove_amazon_role)
    return server


def _offer(server: FastMCP, *tools: Callable[..., Any]) -> None:
    for tool in tools:
        server.tool(tool, annotations=_annotations(tool.__name__))


def _offer_secret(server: FastMCP, *tools: Callable[..., Any]) -> None:
    """Tools that answer with a whole result: what is sealed stands beside the structured part."""
    for tool in tools:
        server.tool(
            tool,
            annotations=_annotations(tool.__name__),
            output_schema=SecretSent.model_json_schema(mode="serialization"),
        )


def _annotations(name: str) -> ToolAnnotations:
    reads = EFFECTS[name] == "read"
    return ToolAnnotations(
        title=CARD_WORDS[name].verb,
        read_only_hint=reads,
        destructive_hint=not reads and name not in GENTLE,
        idempotent_hint=name not in NOT_AGAIN,
        open_world_hint=False,
    )
