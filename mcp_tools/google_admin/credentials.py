"""Settings in, google-auth credentials out. Nothing is fetched here; a token is got when the first request needs it.

google-auth says that it is typed, but its credential classes are not: hence the ignores.
"""

from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccountCredentials

from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.settings import PREFIX, Credential, ServiceAccount, SettingsError, Token


def credentials_for(credential: Credential, scope: Scope) -> Any:
    """google-auth credentials; a service account asks for this one scope, a token has those it was given.

    Raises SettingsError: the key or the token file is not what Google issues.
    """
    if isinstance(credential, ServiceAccount):
        return _delegated(credential, scope)
    return _user(credential)


def _delegated(account: ServiceAccount, scope: Scope) -> Any:
    try:
        keys = ServiceAccountCredentials.from_service_account_info(dict(account.info))  # type: ignore[no-untyped-call]
        return keys.with_scopes([scope.url]).with_subject(account.admin_email)
    except (ValueError, GoogleAuthError):
        # The cause may quote the key.
        raise SettingsError(f"{PREFIX}PRIVATE_KEY", "not a service account's private key in PEM form") from None


def _user(token: Token) -> Any:
    if not token.refreshable:
        return Credentials(token=token.info["token"])  # type: ignore[no-untyped-call]
    try:
        return Credentials.from_authorized_user_info(dict(token.info))  # type: ignore[no-untyped-call]
    except (ValueError, AttributeError, GoogleAuthError):
        raise SettingsError("GOOGLE_TOKEN_JSON", "not the authorized-user file of Google's libraries") from None
