"""What googleapiclient sends requests through: one connection for each request, and never a second attempt.

httplib2 sends a request again by itself when the server hangs up before answering, a PATCH too. Whether the first one
was carried out is then anybody's guess. A connection that opens only once takes that choice away from it.
"""

import http.client
from collections.abc import Mapping
from typing import Any

import google_auth_httplib2
import httplib2
from google.auth.exceptions import GoogleAuthError

from mcp_tools.google_admin.errors import NoAnswer, NoToken, NotSent


class _OpensOnce:
    """Goes before httplib2's connection classes. NotSent and NoAnswer are none of the errors httplib2 recovers from."""

    _opened = False

    def connect(self) -> None:
        if self._opened:
            raise NoAnswer("the connection was cut")
        try:
            super().connect()  # type: ignore[misc]  # the other base class has it
        except (OSError, httplib2.HttpLib2Error) as error:
            raise NotSent(f"no connection to Google ({type(error).__name__})") from error
        self._opened = True


class _Http(_OpensOnce, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc]  # httplib2 is untyped
    pass


class _Https(_OpensOnce, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]  # httplib2 is untyped
    pass


class OneAttemptHttp:
    """Stands where googleapiclient expects an `httplib2.Http`; safe to share between threads, as that is not.

    `timeout` is for each read or write, in seconds.
    """

    def __init__(self, credentials: Any, timeout: float) -> None:
        self._credentials = credentials
        self._timeout = timeout

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[Any, bytes]:
        """The response and its content. Raises NotSent or NoAnswer."""
        signed = self._signed(uri, method, dict(headers or {}))
        channel = self._channel()
        kind = _Https if uri.startswith("https:") else _Http
        try:
            response, content = channel.request(uri, method, body=body, headers=signed, connection_type=kind)
        except TimeoutError as error:
            raise NoAnswer(f"no answer within {self._timeout:g} seconds") from error
        except (OSError, http.client.HTTPException, httplib2.HttpLib2Error) as error:
            raise NoAnswer(f"the connection broke ({type(error).__name__})") from error
        finally:
            channel.close()
        return response, content

    def _signed(self, uri: str, method: str, headers: dict[str, str]) -> dict[str, str]:
        channel = self._channel()
        try:
            self._credentials.before_request(google_auth_httplib2.Request(channel), method, uri, headers)
        except (GoogleAuthError, OSError) as error:
            raise NoToken(f"Google gave no access token ({type(error).__name__})") from error
        finally:
            channel.close()
        return headers

    def _channel(self) -> httplib2.Http:
        channel = httplib2.Http(timeout=self._timeout)
        channel.follow_redirects = False
        return channel
