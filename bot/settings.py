"""Everything an operator can set, in one frozen class, read once by an entry point.

The environment wins over `.env`, that over `countersign.yml`, that over the default. A secret may be a reference:
`file:/run/secrets/slack` is replaced by what the file holds.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.errors import BadInput
from bot.setting_checks import admins, hosts, seconds, token
from bot.setting_models import MODELS, Check, ModelSettings, tokens_checks
from bot.setting_sources import all_resolved, from_files

PREFIX = "COUNTERSIGN_"
GOOGLE = "GOOGLE__"
PORT = re.compile(r"[0-9]{1,5}")
REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[1-9][0-9]?")
CHANNEL = re.compile(r"([CGD][A-Z0-9]{6,})?")


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
    model_kind: str = _setting(
        "COUNTERSIGN_MODEL_KIND",
        "bedrock",
        "Who answers: bedrock (InvokeModel), bedrock-mantle (Bedrock's Messages API) or anthropic (Claude's own API or "
        "a gateway that speaks it)",
    )
    given_model: str = _setting(
        "BEDROCK_MODEL_ID", "", "Model or inference profile id, whatever the kind; empty: Claude Sonnet 5.5"
    )
    model_base_url: str = _setting("MODEL_BASE_URL", "", "Where the model is; empty: the service's own address")
    aws_region: str = _setting("AWS_REGION", "us-east-1", "Region of the model")
    anthropic_key: str = _setting("ANTHROPIC_API_KEY", "", "Key for the kind anthropic", secret=True)
    effort: str = _setting(
        "COUNTERSIGN_EFFORT", "", "How much work the model puts in: low, medium, high, xhigh or max; empty: its own"
    )
    thinking: str = _setting(
        "COUNTERSIGN_THINKING", "", "When the model thinks: adaptive or between_tools; empty: as it does by itself"
    )
    guardrail_id: str = _setting("COUNTERSIGN_GUARDRAIL_ID", "", "Id or ARN of a Bedrock guardrail (kind bedrock)")
    guardrail_version: str = _setting("COUNTERSIGN_GUARDRAIL_VERSION", "", "Its version: a number, or DRAFT")
    max_tokens: str = _setting("COUNTERSIGN_MAX_TOKENS", "16384", "Tokens per model message, thinking included")
    request_tokens: str = _setting(
        "COUNTERSIGN_REQUEST_TOKENS", "400000", "Tokens per request: all it reads, cached or not, and all it writes"
    )
    user_day_tokens: str = _setting(
        "COUNTERSIGN_USER_DAY_TOKENS", "", "Tokens per person and day (UTC); empty: no limit"
    )
    channel_day_tokens: str = _setting(
        "COUNTERSIGN_CHANNEL_DAY_TOKENS", "", "Tokens per channel and day (UTC); empty: no limit"
    )
    day_tokens: str = _setting("COUNTERSIGN_DAY_TOKENS", "", "Tokens of everybody a day (UTC); empty: no limit")
    month_tokens: str = _setting(
        "COUNTERSIGN_MONTH_TOKENS",
        "",
        "Tokens of everybody a month (UTC); empty: no limit. Of each request that is being planned, one message may go "
        "beyond a limit",
    )
    database_url: str = _setting("DATABASE_URL", "sqlite:///countersign.sqlite3", "Where everything is kept")
    policy_path: str = _setting("POLICY_PATH", "", "Policy file; empty: the one that is shipped")
    shadow_path: str = _setting(
        "COUNTERSIGN_SHADOW_POLICY", "", "A second policy file: judged beside the first, decides nothing; empty: none"
    )
    directory_path: str = _setting("COUNTERSIGN_DIRECTORY", "", "A file of people and groups instead of Slack's own")
    totp_file: str = _setting(
        "COUNTERSIGN_TOTP_FILE", "", "File of secrets for one-time codes: USER: SECRET lines, or USER: file:PATH"
    )
    admins: str = _setting("COUNTERSIGN_ADMINS", "", "User ids (or mail addresses) of admins, separated by commas")
    mcp_servers: str = _setting("MCP_SERVERS", "", "Tool servers as alias=path;alias=path (.py, .js or a program)")
    mcp_config: str = _setting("COUNTERSIGN_MCP_CONFIG", "", "JSON file of tool servers (mcpServers)")
    trusted_servers: str = _setting("COUNTERSIGN_TRUSTED_SERVERS", "", "Aliases whose results do not taint a request")
    secret_key: str = _setting(
        "COUNTERSIGN_SECRET_KEY",
        "",
        "Key of the secrets that tools make (base64 of 32 bytes; `countersign key` prints one); empty: they make none",
        secret=True,
    )
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
    image_hosts: str = _setting(
        "COUNTERSIGN_IMAGE_HOSTS",
        "",
        "Hosts whose images may stand in answers and results, separated by commas (*.example.com: all below); "
        "empty: none",
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
    def model_id(self) -> str:
        """The model's id, as the kind of service spells it."""
        return self.given_model or MODELS.get(self.model_kind, "")

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def totp_path(self) -> Path | None:
        """The file of secrets for one-time codes, if there is one; it may be written as file:PATH."""
        return Path(self.totp_file.removeprefix("file:")) if self.totp_file else None

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
        settings, wrong = cls.examined(environ, *files)
        refuse(wrong)
        return settings

    @classmethod
    def examined(cls, environ: Mapping[str, str], *files: Path) -> "tuple[Settings, list[BadInput]]":
        """The settings as far as they can be read, and all that is wrong with them; `where` is a setting's name.

        Raises BadInput for a file that cannot be read at all.
        """
        given = _given(environ, files)
        found, wrong = all_resolved(given, _is_secret)
        names = {one.metadata["env"]: one.name for one in fields(cls)}
        values: dict[str, Any] = {names[key]: value for key, value in found.items() if key in names}
        values["google_account"] = {key: value for key, value in found.items() if key.startswith(GOOGLE)}
        settings = cls(**values)
        named = {one.where for one in wrong}
        bad = [BadInput(what, where=where, mend=mend) for fine, where, what, mend in _checks(settings) if not fine]
        return settings, [*_unknown(given), *wrong, *(one for one in bad if one.where not in named)]


def database_of(environ: Mapping[str, str], *files: Path) -> Path:
    """The SQLite file alone, for commands that need no token. Raises BadInput."""
    given = _given(environ, files)
    settings = Settings(database_url=given["DATABASE_URL"]) if "DATABASE_URL" in given else Settings()
    is_fine, where, what, mend = _sqlite(settings)
    if not is_fine:
        raise BadInput(what, where=where, mend=mend)
    return settings.database_path


def people_of(environ: Mapping[str, str], *files: Path) -> tuple[Path | None, Path | None]:
    """The files of people and of secrets for one-time codes, for commands that need no token. Raises BadInput."""
    given = _given(environ, files)
    directory = given.get("COUNTERSIGN_DIRECTORY", "")
    totp = Settings(totp_file=given.get("COUNTERSIGN_TOTP_FILE", "")).totp_path
    return Path(directory) if directory else None, totp


def secret_key_of(environ: Mapping[str, str], *files: Path) -> str:
    """COUNTERSIGN_SECRET_KEY alone, for commands that need no token; empty when it is not set. Raises BadInput."""
    name = "COUNTERSIGN_SECRET_KEY"
    given = {key: value for key, value in _given(environ, files).items() if key == name}
    found, wrong = all_resolved(given, _is_secret)
    settings = Settings(secret_key=found.get(name, ""))
    fits, where, what, mend = _key(settings)
    refuse([*wrong, *([] if fits or wrong else [BadInput(what, where=where, mend=mend)])])
    return settings.secret_key


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
    "MCP_SERVER_PATH": "write MCP_SERVERS=alias=PATH",
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


def refuse(wrong: Sequence[BadInput]) -> None:
    """One is raised as it is; several become one BadInput that names them all."""
    if len(wrong) > 1:
        lines = [f"{len(wrong)} settings are wrong:", *map(str, wrong)]
        raise BadInput("\n  ".join(lines))
    for one in wrong:
        raise one


def _sqlite(settings: Settings) -> Check:
    url = settings.database_url
    return url.startswith("sqlite:///"), "DATABASE_URL", "only SQLite yet", "write sqlite:///FILE"


def _checks(settings: Settings) -> tuple[Check, ...]:
    level = settings.log_level.upper()
    return (
        token(settings.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions"),
        *_ways_in(settings),
        (
            bool(CHANNEL.fullmatch(settings.slack_channel)),
            "SLACK_CHANNEL_ID",
            "not a channel's id",
            "it is like C0123ABCD",
        ),
        _sqlite(settings),
        _key(settings),
        (bool(REGION.fullmatch(settings.aws_region)), "AWS_REGION", "not a region's name", "it is like us-east-1"),
        *_model(settings).checks(),
        *tokens_checks(settings.max_tokens, settings.request_tokens, _shared(settings)),
        seconds(settings.lease, "COUNTERSIGN_LEASE"),
        seconds(settings.write_timeout, "COUNTERSIGN_WRITE_TIMEOUT"),
        seconds(settings.write_grace, "COUNTERSIGN_WRITE_GRACE"),
        hosts(settings.image_hosts),
        admins(settings.admins),
        (level in {"DEBUG", "INFO", "WARNING", "ERROR"}, "COUNTERSIGN_LOG_LEVEL", "no such level", "write INFO"),
    )


def _model(settings: Settings) -> ModelSettings:
    guardrail = (settings.guardrail_id, settings.guardrail_version)
    ways = (settings.effort, settings.thinking)
    return ModelSettings(settings.model_kind, settings.anthropic_key, settings.model_base_url, *ways, guardrail)


def _shared(settings: Settings) -> dict[str, str]:
    names = ("user_day_tokens", "channel_day_tokens", "day_tokens", "month_tokens")
    return {f"COUNTERSIGN_{name.upper()}": getattr(settings, name) for name in names}


def _key(settings: Settings) -> Check:
    mend = "print one with `countersign key`; it may be file:PATH"
    try:
        fits = len(base64.b64decode(settings.secret_key, validate=True)) in {0, 32}
    except ValueError:
        fits = False
    return fits, "COUNTERSIGN_SECRET_KEY", "not 32 bytes in base64", mend


def _ways_in(settings: Settings) -> tuple[tuple[bool, str, str, str], ...]:
    """Socket Mode needs its token; HTTP needs the secret and a port."""
    port = settings.http_port
    if settings.slack_app_token or not (port or settings.slack_signing_secret):
        return (token(settings.slack_app_token, "SLACK_APP_TOKEN", "xapp-", "Basic Information, App-Level Tokens"),)
    signed = bool(settings.slack_signing_secret.strip())
    page = "copy it from the app's page Basic Information, App Credentials; or set SLACK_APP_TOKEN for Socket Mode"
    fits = bool(PORT.fullmatch(port)) and int(port) <= 65535
    return (
        (signed, "SLACK_SIGNING_SECRET", "the secret is missing", page),
        (fits, "COUNTERSIGN_HTTP_PORT", "not a port", "write one from 0 to 65535; 0 takes a free one"),
    )


def _unknown(given: Mapping[str, str]) -> Iterator[BadInput]:
    known = {one.metadata["env"] for one in fields(Settings)}
    for name in given:
        if name in REPLACED:
            yield BadInput("this setting does nothing here", where=name, mend=REPLACED[name])
        if name.startswith(PREFIX) and name not in known:
            yield BadInput("there is no such setting", where=name, mend=f"there are {', '.join(_ours(known))}")


def _ours(known: set[str]) -> list[str]:
    return sorted(name for name in known if name.startswith(PREFIX))
