"""The model: one token of it, asked for as the bot asks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.wiring.doctor.finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from bot.adapters.anthropic_probe import Probed

NAME = "model"
SLOW = 8.0
"""Seconds for one token."""
_KEYS = "set AWS credentials where boto3 finds them (environment, profile, role), or AWS_BEARER_TOKEN_BEDROCK"
_MODEL = "look at BEDROCK_MODEL_ID and AWS_REGION: `aws bedrock list-inference-profiles` names what that region has"
MENDS: Mapping[str, str] = MappingProxyType(
    {
        "no credentials": f"{_KEYS}; they are not read from .env",
        "credentials expired": "sign in again (`aws sso login`), or renew the token",
        "credentials refused": f"the key is unknown or wrong: {_KEYS}",
        "access denied": "allow bedrock:InvokeModelWithResponseStream on the model and its inference profile, and ask "
        "for access to the model in Bedrock's console",
        "model not found": _MODEL,
        "needs an inference profile": "put the profile's prefix before BEDROCK_MODEL_ID, such as global. or eu.",
        "throttled": "wait, or ask AWS for a higher quota of tokens and requests a minute for this model",
        "no credit": "buy credit for the account of this key",
        "refused": "look at BEDROCK_MODEL_ID and MODEL_BASE_URL",
        "unreachable": "look at the network, a proxy, AWS_REGION and MODEL_BASE_URL",
        "overloaded": "try again later: the service has trouble of its own",
    }
)
"""By `Trouble`."""
CLAUDE_MENDS: Mapping[str, str] = MappingProxyType(
    {
        "credentials refused": "copy ANTHROPIC_API_KEY again from the Claude Console",
        "access denied": "allow the key's workspace to use this model, in the Claude Console",
        "model not found": "look at BEDROCK_MODEL_ID: with this kind it is a name such as claude-sonnet-5-5",
        "throttled": "wait, or raise the limits of the key's workspace in the Claude Console",
        "unreachable": "look at the network, a proxy and MODEL_BASE_URL",
    }
)
"""Those that differ for Claude's own API."""
PASSING = frozenset({"throttled", "overloaded"})


def model(probed: "Probed", settings: Settings) -> Finding:
    """Whether it answers, and how fast."""
    is_claude = settings.model_kind == "anthropic"
    told = {"model": settings.model_id, "kind": settings.model_kind, "seconds": probed.seconds}
    told |= {} if is_claude else {"region": settings.aws_region}
    told |= {"address": settings.model_base_url} if settings.model_base_url else {}
    name = f"{settings.model_id} at Claude's API" if is_claude else f"{settings.model_id} in {settings.aws_region}"
    trouble = probed.trouble.value
    if trouble == "none":
        said = f"{name} answered in {probed.seconds:.1f} s"
        mend = "people wait so long before they see anything: try a nearer region or another model"
        return ok(NAME, said, **told) if probed.seconds < SLOW else warn(NAME, said, mend, **told)
    detail = f": {probed.said}" if probed.said else ""
    found = warn if trouble in PASSING else fail
    told |= {"trouble": trouble, "retry_after": probed.retry_after}
    mend = CLAUDE_MENDS.get(trouble, MENDS[trouble]) if is_claude else MENDS[trouble]
    return found(NAME, f"{name}: {trouble}{detail}", mend, **told)
