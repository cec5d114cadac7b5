"""What everybody could know while a storm goes on, and whether a call that arrives should have left."""

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot.models.call import Call, CallStatus
from tests.world import APPROVER, SECOND

S = CallStatus
THIRD = "U-third"
APPROVERS = (APPROVER, SECOND, THIRD)
NEEDED = MappingProxyType({"one": 1, "two": 2, "forbids": 99, "allows": 0})
"""So many people must agree under each policy that a storm may publish."""


@dataclass
class Facts:
    """What is true for everybody: the policy, who was removed, whether it was withdrawn.

    `during` are the same for each step that is being taken: whatever was true at any moment of it.
    """

    policy: str
    removed: set[str] = field(default_factory=set)
    withdrawn: bool = False
    during: dict[str, "During"] = field(default_factory=dict)

    def begin(self, step: str, at: datetime) -> None:
        """A step begins."""
        self.during[step] = self.now(at)

    def now(self, at: datetime) -> "During":
        """What is true at this moment."""
        return During({self.policy}, set(self.removed), self.withdrawn, at)

    def publish(self, policy: str) -> None:
        """There is another policy."""
        self.policy = policy
        for step in self.during.values():
            step.policies.add(policy)

    def add(self, user: str) -> None:
        """Somebody is an approver again."""
        self.removed.discard(user)
        for step in self.during.values():
            step.removed.discard(user)


@dataclass
class During:
    """What a step could have seen: any of these policies; none of those who were removed all the while.

    `withdrawn` and `at` are those of its beginning.
    """

    policies: set[str]
    removed: set[str]
    withdrawn: bool
    at: datetime


def unjust(call: Call, during: During) -> list[str]:
    """Why this call should not have left, by what was true all through the step that sent it."""
    wrong = []
    if call.status is not S.STARTED:
        wrong.append(f"it left while it was {call.status}")
    if during.withdrawn:
        wrong.append("it left after the requester had withdrawn")
    if call.requirement is not None and call.requirement.execute_by <= during.at:
        wrong.append("it left after its time")
    voters = {vote.user for vote in call.votes if vote.yes and vote.user in APPROVERS} - during.removed
    needed = max(1, min(NEEDED[policy] for policy in during.policies))
    if len(voters) < needed:
        wrong.append(f"it left with {len(voters)} of {needed} people; the policy {' or '.join(during.policies)}")
    return wrong
