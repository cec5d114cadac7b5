"""Everything this server can reach of a Google Workspace."""

from dataclasses import dataclass
from typing import Any

from googleapiclient.discovery import build

from mcp_tools.google_admin.amazon import RolesClient
from mcp_tools.google_admin.credentials import credentials_for
from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.groups import GroupsClient
from mcp_tools.google_admin.licensing import LicensingClient
from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.security import SecurityClient
from mcp_tools.google_admin.settings import GoogleSettings
from mcp_tools.google_admin.transport import OneAttemptHttp


@dataclass(frozen=True, slots=True)
class Workspace:
    """One client for each part, each with a scope of its own."""

    users: DirectoryClient
    groups: GroupsClient
    security: SecurityClient
    licences: LicensingClient
    roles: RolesClient


def connect(settings: GoogleSettings) -> Workspace:
    """Clients for these settings; nothing is sent yet. Raises SettingsError."""
    users = _api(settings, Scope.USERS)
    groups = _api(settings, Scope.GROUPS)
    security = _api(settings, Scope.SECURITY)
    schemas = _api(settings, Scope.SCHEMAS)
    licences = _api(settings, Scope.LICENCES)
    return Workspace(
        users=DirectoryClient(users.users()),
        groups=GroupsClient(groups.groups(), groups.members()),
        security=SecurityClient(security.users(), security.verificationCodes(), security.twoStepVerification()),
        licences=LicensingClient(licences.licenseAssignments()),
        roles=RolesClient(users.users(), schemas.schemas()),
    )


def _api(settings: GoogleSettings, scope: Scope) -> Any:
    http = OneAttemptHttp(credentials_for(settings.credential, scope), settings.timeout)
    licensing = scope is Scope.LICENCES
    api, version = ("licensing", "v1") if licensing else ("admin", "directory_v1")
    endpoint = settings.licensing_url if licensing else settings.api_url
    return build(api, version, http=http, static_discovery=True, client_options={"api_endpoint": endpoint})
