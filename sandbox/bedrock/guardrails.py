"""Guardrails as InvokeModel has them: named by two headers, they look at the prompt and at the answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bedrock.refused import Refused
from sandbox.bedrock.turns import Body, Turn, blocks

IDENTIFIER = "X-Amzn-Bedrock-GuardrailIdentifier"
VERSION = "X-Amzn-Bedrock-GuardrailVersion"
# Patterns of botocore's model of bedrock-runtime, without the empty text.
ID = re.compile(r"[a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+")
NUMBER = re.compile(r"[1-9][0-9]{0,7}|DRAFT")
ACTION = "amazon-bedrock-guardrailAction"


@dataclass(frozen=True, slots=True)
class Guardrail:
    """Blocks every prompt and answer in which one of `words` stands, and says `message` instead."""

    words: tuple[str, ...]
    message: str = "Sorry, this is not something I may talk about."
    versions: frozenset[str] = frozenset({"DRAFT", "1"})

    def judged(self, body: Body, turn: Turn) -> Turn:
        """The answer as it leaves, with what the guardrail did in `extra`."""
        last = " ".join(str(block) for block in blocks(body["messages"][-1]))
        said = " ".join((turn.text, *(call[1] for call in turn.calls)))
        if any(word in text for word in self.words for text in (last, said)):
            return Turn(self.message, extra={ACTION: "INTERVENED"})
        return Turn(turn.text, turn.calls, turn.stop_reason, turn.stop_details, turn.thinking, {ACTION: "NONE"})


def chosen(headers: Mapping[str, str], known: Mapping[str, Guardrail]) -> Guardrail | None:
    """The guardrail that a request asks for. Raises Refused for headers that name none, or only half of one."""
    name, version = headers.get(IDENTIFIER, ""), headers.get(VERSION, "")
    if not name and not version:
        return None
    if not (ID.fullmatch(name) and NUMBER.fullmatch(version)):
        raise Refused("Guardrail was enabled but its identifier or version is missing or malformed.")
    found = known.get(name)
    if found is None or version not in found.versions:
        raise Refused("The guardrail identifier or version provided in the request does not exist.")
    return found
