"""Which model the demo's bot asks: a real one when this machine has a key or credentials for it, or the stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass

PASSED_ON = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "HTTPS_PROXY",
    "SSL_CERT_FILE",
    "BEDROCK_MODEL_ID",
    "MODEL_BASE_URL",
    "COUNTERSIGN_MODEL_KIND",
    "COUNTERSIGN_EFFORT",
    "COUNTERSIGN_THINKING",
    "COUNTERSIGN_GUARDRAIL_ID",
    "COUNTERSIGN_GUARDRAIL_VERSION",
)
"""What concerns the model. Of the other stand-ins everything stays as it is."""
INSTEAD = ("MODEL_BASE_URL", "BEDROCK_MODEL_ID", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""Values for the stand-in that a real model must not get."""
CREDENTIALS = (
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_PROFILE",),
    ("AWS_BEARER_TOKEN_BEDROCK",),
    ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
)
"""Each is enough for Bedrock."""
STAND_IN = "the sandbox's own stand-in"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`words` name the model to people; `environment` is the bot's, complete."""

    words: str
    environment: Mapping[str, str]
    is_real: bool


def choose(inherited: Mapping[str, str], composed: Mapping[str, str], *, stand_in: bool) -> ModelChoice:
    """The environment `composed` for the stand-ins, with a real model in it if this machine can reach one.

    A key of Anthropic's goes before credentials of AWS; `stand_in` keeps the demo offline whatever there is.
    """
    kind = "" if stand_in else _kind(inherited)
    if not kind:
        return ModelChoice(STAND_IN, composed, is_real=False)
    own = {name: value for name, value in composed.items() if name not in INSTEAD}
    given = {name: inherited[name] for name in PASSED_ON if inherited.get(name)} | {"COUNTERSIGN_MODEL_KIND": kind}
    if kind == "anthropic":
        given = {name: value for name, value in given.items() if not name.startswith("AWS_")}
        given["ANTHROPIC_API_KEY"] = inherited["ANTHROPIC_API_KEY"]
    else:
        given["AWS_REGION"] = inherited.get("AWS_REGION") or inherited.get("AWS_DEFAULT_REGION") or "us-east-1"
    return ModelChoice(_words(kind, given), own | given, is_real=True)


def _kind(inherited: Mapping[str, str]) -> str:
    """The kind that is set wins when its key is there; else the one for which there is a key."""
    wanted, has_key = inherited.get("COUNTERSIGN_MODEL_KIND", ""), bool(inherited.get("ANTHROPIC_API_KEY"))
    if has_key and wanted in {"", "anthropic"}:
        return "anthropic"
    if any(all(inherited.get(name) for name in names) for names in CREDENTIALS):
        return wanted if wanted in {"bedrock", "bedrock-mantle"} else "bedrock"
    return ""


def _words(kind: str, given: Mapping[str, str]) -> str:
    model = given.get("BEDROCK_MODEL_ID", "Claude Sonnet 5.5")
    where = given.get("MODEL_BASE_URL", "") or ("Claude's API" if kind == "anthropic" else "Amazon Bedrock")
    place = "" if kind == "anthropic" else f", {given['AWS_REGION']}"
    return f"{model} ({where}{place})"
