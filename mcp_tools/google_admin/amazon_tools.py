"""AWS roles of accounts: what Google tells AWS when somebody signs in there."""

import threading

from mcp_tools.google_admin.amazon import Holder, RolesClient, RoleValue, account_of, new_value
from mcp_tools.google_admin.arguments import AdminRole, IdentityProvider, UserKey
from mcp_tools.google_admin.errors import GoogleFailure, Refused
from mcp_tools.google_admin.models import AmazonRole, AmazonRoleChange, AmazonRoles, AmazonRoleState
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.timing import Opened, Window
from mcp_tools.google_admin.words import Attempt, explain, told

LOST = "Do not repeat it; look with has_amazon_role first."


class AmazonTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool.

    The list of roles is one value at Google: it is read, changed and written back, one call at a time.
    """

    def __init__(self, roles: RolesClient, window: Window) -> None:
        self._roles = roles
        self._window = window
        self._one_at_a_time = threading.Lock()

    def get_amazon_roles(self, user_key: UserKey) -> AmazonRoles:
        """List the AWS roles that one Google Workspace account may take when it signs in to AWS (Amazon)."""
        return _roles(self._holder(user_key))

    def has_amazon_role(
        self, user_key: UserKey, admin_role: AdminRole, identity_provider: IdentityProvider
    ) -> AmazonRoleState:
        """Look whether one account has exactly this AWS role with this SAML provider."""
        holder, wanted = self._holder(user_key), new_value(admin_role, identity_provider)
        return AmazonRoleState(user=holder.email, assigned=_index(holder, wanted) is not None)

    def add_amazon_role(
        self, user_key: UserKey, admin_role: AdminRole, identity_provider: IdentityProvider
    ) -> AmazonRoleChange:
        """Give one Google Workspace account one AWS role: it can sign in to that AWS account as that role.
        remove_amazon_role undoes it. Role and SAML provider are of the same AWS account, and a person has one role for
        each AWS account: another role there must be removed first. A role that it already has is reported so."""
        wanted, account = new_value(admin_role, identity_provider), account_of(admin_role)
        if account != account_of(identity_provider):
            text = "The role and the SAML provider are of two AWS accounts: AWS would refuse the sign-in."
            raise ToolFailure(f"{text} Nothing was sent.", Outcome.REFUSED)
        opened = self._window.open()
        with self._one_at_a_time:
            holder = self._holder(user_key)
            if _index(holder, wanted) is not None:
                return _unchanged(holder, f"{holder.email} already had {admin_role}; nothing was changed.")
            _check_only_role(holder, account)
            after = self._write(opened, f"give {user_key} the role {admin_role}", holder, (*holder.values, wanted))
        return AmazonRoleChange(roles=_roles(after), changed=True, summary=f"{after.email} now has {admin_role}.")

    def remove_amazon_role(
        self, user_key: UserKey, admin_role: AdminRole, identity_provider: IdentityProvider
    ) -> AmazonRoleChange:
        """Take one AWS role from one Google Workspace account. Only an entry that is exactly this role with this
        provider is removed, whatever looks like it stays. add_amazon_role undoes it. A role that it does not have is
        reported so."""
        wanted, opened = new_value(admin_role, identity_provider), self._window.open()
        with self._one_at_a_time:
            holder = self._holder(user_key)
            at = _index(holder, wanted)
            if at is None:
                said = f"{holder.email} does not have {admin_role} with {identity_provider}; nothing was changed."
                return _unchanged(holder, said)
            left = tuple(value for value in holder.values if value.text != wanted.text)
            after = self._write(opened, f"take the role {admin_role} from {user_key}", holder, left)
        return AmazonRoleChange(roles=_roles(after), changed=True, summary=f"{after.email} no longer has {admin_role}.")

    def _holder(self, user_key: str) -> Holder:
        with told(Attempt(f"look up the AWS roles of {user_key}", user_key)):
            return self._roles.holder(user_key)

    def _write(self, opened: Opened, doing: str, before: Holder, values: tuple[RoleValue, ...]) -> Holder:
        opened.check(doing)
        attempt = Attempt(doing, before.email, write=True, lost=LOST)
        try:
            after = self._roles.write(before.email, values)
        except Refused as refused:
            raise ToolFailure(self._why_refused(refused, attempt), Outcome.FAILED) from refused
        except GoogleFailure as failure:
            raise explain(failure, attempt) from failure
        if after is not None and [value.text for value in after.values] != [value.text for value in values]:
            text = f"Google accepted the request to {doing} but reports other roles than those asked for."
            raise ToolFailure(f"{text} Look with get_amazon_roles.", Outcome.UNKNOWN)
        return Holder(before.email, values)

    def _why_refused(self, refused: Refused, attempt: Attempt) -> str:
        if refused.status == 400 and self._is_schema_missing():
            return (
                f"Could not {attempt.doing}: this Google Workspace has no custom attribute Amazon. Nothing was "
                f"changed. An administrator adds the category Amazon with the multi-value text field Role in the Admin "
                f"console."
            )
        return str(explain(refused, attempt))

    def _is_schema_missing(self) -> bool:
        """False when it cannot be told: it only chooses the words of a refusal."""
        try:
            return not self._roles.has_schema()
        except GoogleFailure:
            return False


def _index(holder: Holder, wanted: RoleValue) -> int | None:
    return next((n for n, value in enumerate(holder.values) if value.text == wanted.text), None)


def _check_only_role(holder: Holder, account: str) -> None:
    others = (value.parts[0] for value in holder.values if value.parts and _is_of(value.parts[0], account))
    other = next(others, None)
    if other is not None:
        text = f"{holder.email} already has the role {other} in that AWS account, and one role for each is allowed."
        raise ToolFailure(f"{text} Nothing was changed. Take it away with remove_amazon_role first.", Outcome.FAILED)


def _is_of(arn: str, account: str) -> bool:
    return arn.count(":") >= 5 and account_of(arn) == account


def _roles(holder: Holder) -> AmazonRoles:
    pairs = [(value, value.parts) for value in holder.values]
    return AmazonRoles(
        user=holder.email,
        roles=tuple(
            AmazonRole(admin_role=parts[0], identity_provider=parts[1], aws_account=parts[0].split(":")[4])
            for _, parts in pairs
            if parts and parts[0].count(":") >= 5
        ),
        unreadable=tuple(value.text for value, parts in pairs if not parts or parts[0].count(":") < 5),
    )


def _unchanged(holder: Holder, summary: str) -> AmazonRoleChange:
    return AmazonRoleChange(roles=_roles(holder), changed=False, summary=summary)
