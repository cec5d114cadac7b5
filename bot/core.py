"""What every step works with: the ports, and what the operator set."""

from dataclasses import dataclass, field

from bot.budgets import Budgets
from bot.models.policy import Policy
from bot.models.request import Request
from bot.ports import Clock, CodeSecrets, Directory, History, Model, NewId, Toolbox
from bot.store_ports import Store
from bot.unsaved import UnsavedOutcomes


@dataclass(frozen=True, slots=True)
class Operator:
    """What the operator set.

    An empty `approver_channel` means the requester's thread. Results of `trusted_servers` do not taint. `admins` are
    user ids to name when nobody can approve. `grace` (seconds) is added to a tool's timeout before an attempt that
    nobody heard of counts as unknown.
    """

    approver_channel: str = ""
    trusted_servers: frozenset[str] = field(default_factory=frozenset)
    admins: tuple[str, ...] = ()
    grace: float = 5.0


@dataclass(frozen=True, slots=True)
class Core:
    """The frozen bundle that steps receive; wiring fills it in.

    `private` are the same tools, called for a requester who can be told a secret alone: they get a key to encrypt it
    to. None when this bot has no key. `shadow` is a policy that is judged beside the one in force, and decides nothing.
    """

    store: Store
    directory: Directory
    history: History
    model: Model
    toolbox: Toolbox
    clock: Clock
    new_id: NewId
    budgets: Budgets = field(default_factory=Budgets)
    operator: Operator = field(default_factory=Operator)
    unsaved: UnsavedOutcomes = field(default_factory=UnsavedOutcomes)
    private: Toolbox | None = None
    code_secrets: CodeSecrets | None = None
    shadow: Policy | None = None

    def approver_channel(self, request: Request) -> str:
        """Where cards stand unless a rule names another channel."""
        return self.operator.approver_channel or request.origin.channel
