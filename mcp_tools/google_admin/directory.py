"""The calls this server makes to the Directory API, and nothing else of it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from mcp_tools.google_admin.credentials import credentials_for
from mcp_tools.google_admin.errors import NoAnswer, Refused
from mcp_tools.google_admin.models import User, UserPage
from mcp_tools.google_admin.settings import GoogleSettings
from mcp_tools.google_admin.transport import OneAttemptHttp

Read = TypeVar("Read", bound=User | UserPage)


class DirectoryClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer."""

    def __init__(self, users: Any) -> None:
        self._users = users

    def page(self, domain: str | None, query: str, size: int, token: str | None) -> UserPage:
        """At most `size` accounts (1 to 500) by address; Google may give fewer and still have more."""
        scope = {"domain": domain} if domain else {"customer": "my_customer"}
        given = {"query": query or None, "pageToken": token}
        more = {name: value for name, value in given.items() if value is not None}
        return _read(self._users.list(maxResults=size, orderBy="email", **scope, **more), UserPage.from_resource)

    def user(self, user_key: str) -> User:
        return _read(self._users.get(userKey=user_key), User.from_resource)

    def set_suspended(self, user_key: str, suspended: bool) -> User:
        """The account as Google reports it after the change."""
        return _read(self._users.patch(userKey=user_key, body={"suspended": suspended}), User.from_resource)


def connect(settings: GoogleSettings) -> DirectoryClient:
    """A client for these settings; nothing is sent yet. Raises SettingsError."""
    http = OneAttemptHttp(credentials_for(settings.credential), settings.timeout)
    options = {"api_endpoint": settings.api_url}
    api = build("admin", "directory_v1", http=http, static_discovery=True, client_options=options)
    return DirectoryClient(api.users())


def _read(request: Any, parse: Callable[[Mapping[str, Any]], Read]) -> Read:
    try:
        return parse(request.execute(num_retries=0))
    except HttpError as error:
        if error.status_code >= 500:
            raise NoAnswer(f"HTTP {error.status_code}") from error
        raise Refused(error.status_code, _reason(error), error.reason) from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoAnswer("the answer could not be read") from error


def _reason(error: HttpError) -> str:
    details = error.error_details
    first = details[0] if isinstance(details, list) and details else None
    reason = first.get("reason", "") if isinstance(first, dict) else ""
    return reason if isinstance(reason, str) else ""
