"""Everything an operator can set, in one frozen class, read once by an entry point.

A flag wins over the environment, that over `.env`, that over `countersign.yml`, that over the default. A secret may be
a reference: `file:/run/secrets/slack` is replaced by what the file holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias

from bot.errors import BadInput
from bot.setting_sources import all_resolved, from_files

PREFIX = "COUNTERSIGN_"
GOOGLE = "GOOGLE__"
SECONDS = re.compile(r"[1-9][0-9]{0,2}")
PORT = re.compile(r"[0-9]{1,5}")
CHANNEL = re.compile(r"([CGD][A-Z0-9]{6,})?")
Check: TypeAlias = tuple[bool, str, str, str]
"""Is it fine, which setting, what is wrong, what to write."""


def _setting(env: str, default: str, doc: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"env": env, "doc": doc, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Values as text, by the environment name in each field's metadata; the properties give them their type."""

    slack_bot_token: str = _setting("SLACK_BOT_TOKEN", "", "Bot token (xoxb-…)", secret=True)
    slack_app_token: str = _setting("SLACK_APP_TOKEN", "", "App-level token for Socket Mode (xapp-…)", secret=True)
    slack_signing_secret: str = _setting(
        "SLACK_SIGNING_SECRET", "", "Signing secret; without SLACK_APP_TOKEN, Slack posts to us over HTTP", secret=True
    )
    http_port: str = _setting("COUNTERSIGN_HTTP_PORT", "", "Port for Slack's posts to /slack/events, and for /healthz")
    http_bind: str = _setting(
        "COUNTERSIGN_HTTP_BIND", "127.0.0.1", "Address to listen at; a proxy with TLS is before it"
    )
    slack_channel: str = _setting("SLACK_CHANNEL_ID", "", "Channel for approval cards; empty: the requester's thread")
    slack_api_url: str = _setting("SLACK_API_URL", "https://slack.com/api/", "Where Slack is; also for Socket Mode")
    model_id: str = _setting("BEDROCK_MODEL_ID", "global.anthropic.claude-sonnet-5-5", "Model or inference profile id")
    model_base_url: str = _setting("MODEL_BASE_URL", "", "Where Bedrock is; empty: the region's own endpoint")
    aws_region: str = _setting("AWS_REGION", "us-east-1", "Region of the model")
    max_tokens: str = _setting("COUNTERSIGN_MAX_TOKENS", "4096", "Tokens per model message")
    database_url: str = _setting("DATABASE_URL", "sqlite:///countersign.sqlite3", "Where everything is kept")
    policy_path: str = _setting("POLICY_PATH", "", "Policy file; empty: the one that is shipped")
    directory_path: str = _setting("COUNTERSIGN_DIRECTORY", "", "A file of people and groups instead of Slack's own")
    admins: str = _setting("COUNTERSIGN_ADMINS", "", "User ids of admins, separated by commas")
    trusted_servers: str = _setting("COUNTERSIGN_TRUSTED_SERVERS", "", "Aliases whose results do not taint a request")
    environment: str = _setting("ENVIRONMENT", "dev", "Name of this deployment; stands in every log line")
    lease: str = _setting(
        "COUNTERSIGN_LEASE", "30", "Seconds after which the work of a process that died is taken over; renewed before"
    )
    write_timeout: str = _setting(
        "COUNTERSIGN_WRITE_TIMEOUT",
        "20",
        "Seconds that a built-in tool may take for a change; then its outcome is unknown",
    )
    write_grace: str = _setting(
        "COUNTERSIGN_WRITE_GRACE", "5", "Seconds added to that before a change that was cut short counts as unknown"
    )
    log_level: str = _setting("COUNTERSIGN_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR")
    google_token: str = _setting("GOOGLE_TOKEN_JSON", "", "Google credentials as (base64) JSON", secret=True)
    google_api_url: str = _setting("GOOGLE_API_URL", "", "Where Google's Admin API is; empty: Google")
    google_account: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata={"env": "GOOGLE__*", "doc": "Fields of a service account", "secret": True},
    )

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def over_http(self) -> bool:
        """Whether Slack posts to us, instead of us opening a socket. SLACK_APP_TOKEN wins when both are set."""
        return not self.slack_app_token

    @property
    def google_environ(self) -> dict[str, str]:
        """What the Google tool server reads, under the names that it knows."""
        own = {"GOOGLE_TOKEN_JSON": self.google_token, "GOOGLE_API_URL": self.google_api_url}
        return {name: value for name, value in {**own, **self.google_account}.items() if value}

    @classmethod
    def load(cls, environ: Mapping[str, str], *files: Path) -> "Settings":
        """The settings out of an environment and the files that exist, earlier files first.

        Raises:
            BadInput: an unknown COUNTERSIGN_ key, a name that was replaced, a bad value or reference; everything that
                is wrong is told at once.
        """
        given = _given(environ, files)
        found, wrong = all_resolved(given, _is_secret)
        names = {one.metadata["env"]: one.name for one in fields(cls)}
        values: dict[str, Any] = {names[key]: value for key, value in found.items() if key in names}
        values["google_account"] = {key: value for key, value in found.items() if key.startswith(GOOGLE)}
        settings = cls(**values)
        named = {one.where for one in wrong}
        bad = [BadInput(what, where=where, mend=mend) for fine, where, what, mend in _checks(settings) if not fine]
        _refuse([*_unknown(given), *wrong, *(one for one in bad if one.where not in named)])
        return settings


def database_of(environ: Mapping[str, str], *files: Path) -> Path:
    """The SQLite file alone, for commands that need no token. Raises BadInput."""
    given = _given(environ, files)
    settings = Settings(database_url=given["DATABASE_URL"]) if "DATABASE_URL" in given else Settings()
    is_fine, where, what, mend = _sqlite(settings)
    if not is_fine:
        raise BadInput(what, where=where, mend=mend)
    return settings.database_path


def _given(environ: Mapping[str, str], files: tuple[Path, ...]) -> dict[str, str]:
    return {**from_files(files[::-1]), **{key: value for key, value in environ.items() if value}}


def _is_secret(name: str) -> bool:
    return name.startswith(GOOGLE) or any(
        one.metadata["secret"] and one.metadata["env"] == name for one in fields(Settings)
    )


REPLACED: Mapping[str, str] = {
    "TABLE_NAME": "DynamoDB is not supported yet: set DATABASE_URL",
    "CONFIG_TABLE_NAME": "DynamoDB is not supported yet: the policy is the file POLICY_PATH",
    "SLACK_SESSIONS_TABLE": "threads are kept in DATABASE_URL",
    "SLACK_SECRETS_NAME": "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, each may be file:PATH",
    "SLACK_WEBHOOK_URL": "messages are posted with SLACK_BOT_TOKEN: set SLACK_CHANNEL_ID",
    "TEAMS_WEBHOOK_URL": "Teams is not supported yet",
    "SNS_TOPIC_ARN": "SNS is not supported yet",
    "STATE_MACHINE_ARN": "Step Functions is not supported yet: requests wait in DATABASE_URL",
    "APPROVAL_SFN_ARN": "Step Functions is not supported yet: requests wait in DATABASE_URL",
    "APPROVAL_LAMBDA_FUNCTION_NAME": "the gate runs in this process",
    "AGENTCORE_GATEWAY_URL": "a gateway is not supported yet",
    "MCP_SERVERS": "other tool servers are not supported yet; google is built in",
    "MCP_SERVER_PATH": "other tool servers are not supported yet; google is built in",
    "DOMAIN": "mail addresses come from the directory",
    "MCP_AUTH_TOKEN": "the MCP gateway is not supported yet",
    "MCP_HOST": "the MCP gateway is not supported yet",
    "MCP_PORT": "the MCP gateway is not supported yet",
    "JIRA_BASE_URL": "Jira is not supported yet",
    "JIRA_EMAIL": "Jira is not supported yet",
    "JIRA_API_TOKEN": "Jira is not supported yet",
    "GCAL_ALLOWED_DOMAINS": "Google Calendar is not supported yet",
    "GIPHY_API_KEY": "GIFs are not supported yet",
}
"""Names that users of the seeds know and that do nothing here, with what to do instead."""


def _refuse(wrong: Sequence[BadInput]) -> None:
    """One is raised as it is; several become one error that names them all."""
    if len(wrong) > 1:
        lines = [f"{len(wrong)} settings are wrong:", *map(str, wrong)]
        raise BadInput("\n  ".join(lines))
    for one in wrong:
        raise one


def _sqlite(settings: Settings) -> Check:
    url = settings.database_url
    return url.startswith("sqlite:///"), "DATABASE_URL", "only SQLite yet", "write sqlite:///FILE"


def _checks(settings: Settings) -> tuple[Check, ...]:
    tokens, level = settings.max_tokens, settings.log_level.upper()
    return (
        _token(settings.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions"),
        *_ways_in(settings),
        (
            bool(CHANNEL.fullmatch(settings.slack_channel)),
            "SLACK_CHANNEL_ID",
            "not a channel's id",
            "it is like C0123ABCD",
        ),
        _sqlite(settings),
        (tokens.isdecimal() and int(tokens) >= 256, "COUNTERSIGN_MAX_TOKENS", "not a number of tokens", "256 or more"),
        _seconds(settings.lease, "COUNTERSIGN_LEASE"),
        _seconds(settings.write_timeout, "COUNTERSIGN_WRITE_TIMEOUT"),
        _seconds(settings.write_grace, "COUNTERSIGN_WRITE_GRACE"),
        (level in {"DEBUG", "INFO", "WARNING", "ERROR"}, "COUNTERSIGN_LOG_LEVEL", "no such level", "write INFO"),
    )


def _seconds(value: str, name: str) -> Check:
    return bool(SECONDS.fullmatch(value)), name, "not a number of seconds", "write one from 1 to 999"


def _ways_in(settings: Settings) -> tuple[tuple[bool, str, str, str], ...]:
    """Socket Mode needs its token; HTTP needs the secret and a port."""
    port = settings.http_port
    if settings.slack_app_token or not (port or settings.slack_signing_secret):
        return (_token(settings.slack_app_token, "SLACK_APP_TOKEN", "xapp-", "Basic Information, App-Level Tokens"),)
    signed = bool(settings.slack_signing_secret.strip())
    page = "copy it from the app's page Basic Information, App Credentials; or set SLACK_APP_TOKEN for Socket Mode"
    fits = bool(PORT.fullmatch(port)) and int(port) <= 65535
    return (
        (signed, "SLACK_SIGNING_SECRET", "the secret is missing", page),
        (fits, "COUNTERSIGN_HTTP_PORT", "not a port", "write one from 0 to 65535; 0 takes a free one"),
    )


def _token(value: str, name: str, prefix: str, page: str) -> Check:
    what = f"this does not begin with {prefix}" if value else "the token is missing"
    return value.startswith(prefix), name, what, f"copy it from the app's page {page}"


def _unknown(given: Mapping[str, str]) -> Iterator[BadInput]:
    known = {one.metadata["env"] for one in fields(Settings)}
    for name in given:
        if name in REPLACED:
            yield BadInput("this setting does nothing here", where=name, mend=REPLACED[name])
        if name.startswith(PREFIX) and name not in known:
            yield BadInput("there is no such setting", where=name, mend=f"there are {', '.join(_ours(known))}")


def _ours(known: set[str]) -> list[str]:
    return sorted(name for name in known if name.startswith(PREFIX))
