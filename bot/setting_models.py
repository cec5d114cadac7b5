"""What can be set about the model and its budgets, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

Check: TypeAlias = tuple[bool, str, str, str]
"""Is it fine, which setting, what is wrong, what to write."""

MODELS: Mapping[str, str] = MappingProxyType(
    {
        "bedrock": "global.anthropic.claude-sonnet-5-5",
        "bedrock-mantle": "anthropic.claude-sonnet-5-5",
        "anthropic": "claude-sonnet-5-5",
    }
)
"""The same model as each kind of service spells it."""
EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING = ("adaptive", "between_tools")
# As botocore's model of bedrock-runtime has them.
GUARDRAIL = re.compile(r"[a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+")
GUARDRAIL_VERSION = re.compile(r"[1-9][0-9]{0,7}|DRAFT")
TOKENS = re.compile(r"[1-9][0-9]{0,11}")
ADDRESS = re.compile(r"(https?://[^\s/]+\S*)?")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The values that belong together."""

    kind: str
    key: str
    base_url: str
    effort: str
    thinking: str
    guardrail: tuple[str, str]

    def checks(self) -> Iterator[Check]:
        """Everything that is looked at."""
        if self.kind == "anthropic":
            mend = "copy one from the Claude Console; it may be file:PATH"
            yield bool(self.key.strip()), "ANTHROPIC_API_KEY", "COUNTERSIGN_MODEL_KIND=anthropic needs a key", mend
        yield _one_of(self.kind, tuple(MODELS), "COUNTERSIGN_MODEL_KIND", "no such kind")
        yield _one_of(self.effort, ("", *EFFORTS), "COUNTERSIGN_EFFORT", "no such effort")
        yield _one_of(self.thinking, ("", *THINKING), "COUNTERSIGN_THINKING", "no such way to think")
        yield bool(ADDRESS.fullmatch(self.base_url)), "MODEL_BASE_URL", "not an address", "it begins with https://"
        yield from self._guardrail()

    def _guardrail(self) -> Iterator[Check]:
        """A guardrail that would be left out in silence is worse than none."""
        name, version = self.guardrail
        if not name and not version:
            return
        known = bool(GUARDRAIL.fullmatch(name))
        yield known, "COUNTERSIGN_GUARDRAIL_ID", "not a guardrail's id or ARN", "it is like gr4rd9qkzv0u"
        numbered = bool(GUARDRAIL_VERSION.fullmatch(version))
        yield numbered, "COUNTERSIGN_GUARDRAIL_VERSION", "not a guardrail's version", "write its number, or DRAFT"
        mend = "set COUNTERSIGN_MODEL_KIND=bedrock, or take the guardrail away"
        yield self.kind == "bedrock", "COUNTERSIGN_GUARDRAIL_ID", "only Bedrock's InvokeModel has guardrails", mend


def tokens_checks(max_tokens: str, request: str, shared: Mapping[str, str]) -> Iterator[Check]:
    """Limits in tokens; those of `shared` (setting -> value) may be empty."""
    for name, value in (("COUNTERSIGN_MAX_TOKENS", max_tokens), ("COUNTERSIGN_REQUEST_TOKENS", request)):
        fits = bool(TOKENS.fullmatch(value)) and int(value) >= 256
        yield fits, name, "not a number of tokens", "256 or more, in at most 12 digits"
    for name, value in shared.items():
        fits = not value or bool(TOKENS.fullmatch(value))
        yield fits, name, "not a number of tokens", "write digits alone, such as 2000000; empty: no limit"


def _one_of(value: str, known: tuple[str, ...], setting: str, what: str) -> Check:
    return value in known, setting, what, f"write {', '.join(one for one in known[:-1] if one)} or {known[-1]}"
