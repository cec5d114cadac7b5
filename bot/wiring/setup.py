"""What `countersign init` needs to know: what is set, what is missing, whether a value will do, where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import yaml

from bot.adapters import dotenv_file
from bot.setting_sources import from_files, read_text
from bot.settings import Settings

CREATE = "https://api.slack.com/apps?new_app=1&manifest_yaml="
"""Slack's page that makes an app of a manifest (Slack docs, "Configuring apps with app manifests", sharing)."""
LONGEST_LINK = 8000
"""Characters. Servers and proxies take request lines of 8 kB (RFC 9112, section 3, asks for that much)."""
MANIFEST = Path(__file__).parents[2] / "manifest.yml"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "xoxb-": "a bot token",
        "xapp-": "an app-level token",
        "xoxp-": "a user token",
        "xoxe": "a configuration token",
        "xoxs-": "a session token",
        "xoxc-": "a session token",
        "https://hooks.slack.com": "a webhook's address",
    }
)
"""What a pasted token is, by how it begins (Slack docs, "Token types")."""


@dataclass(frozen=True, slots=True)
class Question:
    """One setting to ask for. `page` is where it is found; an answer to an optional one may be empty."""

    name: str
    words: str
    page: str
    is_optional: bool = False
    offered: str = ""


APP = "https://api.slack.com/apps, your app"
BOT = Question("SLACK_BOT_TOKEN", "Bot token (xoxb-…)", f"{APP}, OAuth & Permissions, after Install to Workspace")
SOCKET = (
    Question(
        "SLACK_APP_TOKEN",
        "App-level token (xapp-…)",
        f"{APP}, Basic Information, App-Level Tokens: one with the scope connections:write",
    ),
)
HTTP = (
    Question("SLACK_SIGNING_SECRET", "Signing secret", f"{APP}, Basic Information, App Credentials"),
    Question(
        "COUNTERSIGN_HTTP_PORT", "Port to listen at", "a proxy with TLS passes /slack/events on to it", offered="8080"
    ),
)
REST = (
    Question(
        "SLACK_CHANNEL_ID",
        "Id of the channel for approval cards",
        "in Slack: the channel's details, at the bottom; empty: cards go to the requester's thread",
        is_optional=True,
    ),
    Question(
        "COUNTERSIGN_ADMINS",
        "User ids of admins",
        "in Slack: a profile, ⋮, Copy member ID; separated by commas; empty: none",
        is_optional=True,
    ),
    Question(
        "COUNTERSIGN_MODEL_KIND",
        "Where Claude is asked",
        "bedrock, bedrock-mantle (Bedrock's Messages API) or anthropic (Claude's own API)",
        offered="bedrock",
    ),
)
REGION = Question("AWS_REGION", "AWS region of the model", "where Bedrock has your model", offered="us-east-1")
CLAUDE_KEY = Question("ANTHROPIC_API_KEY", "API key for Claude", "https://platform.claude.com, API keys")
KEY = "COUNTERSIGN_SECRET_KEY"


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings as they stand before anything is asked. `environ` wins over `file`, that over `other`; `sources`
    names the file of each that stands in one."""

    file: Path
    environ: Mapping[str, str]
    in_files: Mapping[str, str]
    sources: Mapping[str, str]

    @classmethod
    def read(cls, environ: Mapping[str, str], file: Path, other: Path) -> "Setup":
        """Raises BadInput for a file that cannot be read."""
        given = {name: value for name, value in environ.items() if value}
        sources = {name: str(one) for one in (other, file) for name in from_files((one,))}
        return cls(file, given, from_files((other, file)), sources)

    @property
    def over_http(self) -> bool:
        """Whether what is set is for HTTP."""
        names = {*self.environ, *self.in_files}
        return "SLACK_APP_TOKEN" not in names and bool({"SLACK_SIGNING_SECRET", "COUNTERSIGN_HTTP_PORT"} & names)

    def value(self, name: str) -> str:
        """What is set, or nothing."""
        return self.environ.get(name) or self.in_files.get(name, "")

    def source(self, name: str) -> str:
        """Where it is set."""
        return "the environment" if name in self.environ else self.sources.get(name, str(self.file))

    def shadows(self, name: str, value: str) -> bool:
        """Whether the environment has another value, so that this one would be written for nothing."""
        return name in self.environ and self.environ[name] != value

    def wrong(self, name: str, value: str) -> str:
        """Why this value will not do, with how to mend it, or nothing."""
        if what := _mistaken(name, value):
            return what
        given = {**self.in_files, **self.environ, name: value}
        if name == "SLACK_SIGNING_SECRET":
            given.pop("SLACK_APP_TOKEN", None)
        _, wrong = Settings.examined(given)
        return next((f"{one.what} ({one.mend})" for one in wrong if one.where == name), "")

    def save(self, values: Mapping[str, str]) -> None:
        """Writes the file, whole or not at all; only its owner may read it. Raises BadInput."""
        text = read_text(self.file) if self.file.exists() else ""
        dotenv_file.replace(self.file, dotenv_file.with_values(text, values, notes()))


def of_kind(kind: str) -> Question:
    """What that kind of model needs."""
    return CLAUDE_KEY if kind == "anthropic" else REGION


def notes() -> dict[str, str]:
    """What stands above each setting."""
    return {one.metadata["env"]: one.metadata["doc"] for one in fields(Settings)}


def is_secret(name: str) -> bool:
    """Whether its value is never shown."""
    return any(one.metadata["env"] == name and one.metadata["secret"] for one in fields(Settings))


def manifest_link(manifest: Path) -> str:
    """Slack's page with this manifest filled in; empty when there is none, or it is too long for a link."""
    if not manifest.is_file():
        return ""
    content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    plain = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)
    link = CREATE + quote(plain, safe=":/")
    return link if len(link) <= LONGEST_LINK else ""


def _mistaken(name: str, value: str) -> str:
    """What a paste went wrong looks like."""
    is_roomy = name == "COUNTERSIGN_ADMINS" or (is_secret(name) and value.startswith("file:"))
    if any(char.isspace() and not (is_roomy and char == " ") for char in value):
        return "there is a blank in it (copy it once more)"
    wanted = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}.get(name)
    kind = next((kind for start, kind in KINDS.items() if value.startswith(start)), "")
    if wanted and kind and not value.startswith(wanted):
        return f"this is {kind}; here goes one that begins with {wanted}"
    if name == "SLACK_SIGNING_SECRET" and (kind or len(value) < 16) and not value.startswith("file:"):
        return f"this is {kind or 'too short for it'}; the signing secret has 32 characters"
    return ""
