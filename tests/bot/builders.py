"""What the tests of the pure core share beyond `tests.factories`."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.models.call import Vote
from bot.models.tools import Toolset
from bot.ports import ToolUse
from bot.proposing import Proposal
from tests.factories import NOW, a_judgement, a_person, a_policy, a_request, a_toolset, a_vote

PROPERTY = settings(
    derandomize=True, deadline=None, max_examples=100, database=None, suppress_health_check=[HealthCheck.too_slow]
)
"""No deadline, no stored examples, no random seed: how busy a machine is changes nothing."""

WHOLE_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
"""Text without lone surrogates."""


def a_yes_of(user: str, *groups: str, identity: str = "", **fields: Any) -> Vote:
    """A counting yes of a person who belongs to these groups."""
    person = a_person(user=user, identity=identity or user)
    return a_vote(id=f"v-{user}", user=user, judgement=a_judgement(person=person, groups=groups), **fields)


def a_proposal(**fields: Any) -> Proposal:
    """The first turn of a request, with the toolset of the factories."""
    toolset: Toolset = fields.get("toolset", a_toolset())
    request, policy = fields.get("request", a_request()), fields.get("policy", a_policy())
    return Proposal(request, 1, toolset, policy, NOW, fields.get("argument_text", 100_000))


def a_use(arguments: str = '{"email":"sam@example.com"}', name: str = "google__suspend_user") -> ToolUse:
    """What the model asked for."""
    return ToolUse("toolu_1", name, arguments)
