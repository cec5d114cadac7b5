"""Settings of this server: read once from an explicit mapping.

`GOOGLE_TOKEN_JSON`   an access token or an authorized user, as JSON or as base64 of it
`GOOGLE__*`           a service account with domain-wide delegation, one variable for each field
`GOOGLE_API_URL`      another base address than Google's; plain http only to this machine
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

PREFIX = "GOOGLE__"
DEFAULT_URL = "https://admin.googleapis.com/"
LICENSING_URL = "https://licensing.googleapis.com/"
# The fields of a service account key file (Google Cloud docs: "Create and delete service account keys").
REQUIRED = frozenset({"PRIVATE_KEY", "CLIENT_EMAIL", "ADMIN_EMAIL"})
OPTIONAL = frozenset(
    {
        "TYPE",
        "PROJECT_ID",
        "PRIVATE_KEY_ID",
        "CLIENT_ID",
        "AUTH_URI",
        "TOKEN_URI",
        "AUTH_PROVIDER_X509_CERT_URL",
        "CLIENT_X509_CERT_URL",
        "UNIVERSE_DOMAIN",
    }
)
REFRESHABLE = frozenset({"refresh_token", "client_id", "client_secret"})


class SettingsError(Exception):
    """The variable `name` cannot be used; `problem` says why and never holds its value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Token:
    """A token file's content: refreshable where it holds a refresh token and its client, else used as it is."""

    info: Mapping[str, Any] = field(repr=False)

    @property
    def refreshable(self) -> bool:
        return self.info.keys() >= REFRESHABLE


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A key file's content, and the administrator in whose name it acts."""

    admin_email: str
    info: Mapping[str, str] = field(repr=False)


Credential: TypeAlias = Token | ServiceAccount


@dataclass(frozen=True, slots=True)
class GoogleSettings:
    """`timeout` is for each read or write on the connection, in seconds."""

    credential: Credential
    api_url: str = DEFAULT_URL
    timeout: float = 20.0

    @property
    def licensing_url(self) -> str:
        """Google keeps licences at an address of their own; any other address is that of everything."""
        return LICENSING_URL if self.api_url == DEFAULT_URL else self.api_url

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> "GoogleSettings":
        """Raises SettingsError: no credential or two, an unknown GOOGLE__ name, an address that is not https."""
        return cls(_credential(environ), _url(environ.get("GOOGLE_API_URL", DEFAULT_URL)))


def _credential(environ: Mapping[str, str]) -> Credential:
    text = environ.get("GOOGLE_TOKEN_JSON", "")
    account = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    if text and account:
        raise SettingsError("GOOGLE_TOKEN_JSON", f"{PREFIX}* variables are set as well; keep one of the two")
    if text:
        return _token(text)
    if account:
        return _service_account({name.removeprefix(PREFIX): value for name, value in account.items()})
    raise SettingsError("GOOGLE_TOKEN_JSON", f"not set, and there is no service account in {PREFIX}* either")


def _token(text: str) -> Token:
    try:
        plain = text if text.lstrip().startswith("{") else base64.b64decode(text, validate=True).decode()
        info = json.loads(plain)
    except ValueError:
        # The cause would quote the secret.
        raise SettingsError("GOOGLE_TOKEN_JSON", "neither JSON nor base64 of JSON") from None
    token = Token(info) if isinstance(info, dict) else Token({})
    if not token.refreshable and not isinstance(token.info.get("token"), str):
        raise SettingsError("GOOGLE_TOKEN_JSON", "holds neither a token nor a refresh token with its client")
    return token


def _service_account(fields: Mapping[str, str]) -> ServiceAccount:
    unknown = fields.keys() - REQUIRED - OPTIONAL
    if unknown:
        raise SettingsError(PREFIX + min(unknown), "no field of a service account")
    missing = REQUIRED - {name for name, value in fields.items() if value}
    if missing:
        raise SettingsError(PREFIX + min(missing), "not set")
    info = {name.lower(): value for name, value in fields.items() if name != "ADMIN_EMAIL"}
    # Line breaks of a key written on one line, as in an .env file.
    info["private_key"] = info["private_key"].replace("\\n", "\n")
    return ServiceAccount(fields["ADMIN_EMAIL"], {"token_uri": "https://oauth2.googleapis.com/token"} | info)


def _url(url: str) -> str:
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or parts.scheme not in (("http", "https") if here else ("https",)):
        raise SettingsError("GOOGLE_API_URL", "must start with https:// (http:// only for this machine)")
    if parts.query or parts.fragment:
        raise SettingsError("GOOGLE_API_URL", "is a base address: no ? and no #")
    return url.rstrip("/") + "/"
