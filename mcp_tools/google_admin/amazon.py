"""AWS roles of an account: the custom schema Amazon.Role, a list of "role,provider" that the SAML app hands to AWS.

Google Workspace help: "Amazon Web Services cloud application". AWS docs: "Configure SAML assertions" (the Role
attribute: a role and a provider, both of one AWS account, with a comma between).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp_tools.google_admin.exchange import ask, found

SCHEMA, FIELD = "Amazon", "Role"


@dataclass(frozen=True, slots=True)
class RoleValue:
    """One entry of the list. `item` is it as Google holds it, `text` what counts of it."""

    item: Mapping[str, Any]
    text: str

    @property
    def parts(self) -> tuple[str, str] | None:
        """Role and provider; AWS takes them in either order. None for anything else."""
        arns = self.text.split(",")
        role = [arn for arn in arns if ":role/" in arn]
        provider = [arn for arn in arns if ":saml-provider/" in arn]
        return (role[0], provider[0]) if len(arns) == 2 and role and provider else None


@dataclass(frozen=True, slots=True)
class Holder:
    """An account and its entries, those that cannot be read included."""

    email: str
    values: tuple[RoleValue, ...]


class RolesClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer."""

    def __init__(self, users: Any, schemas: Any) -> None:
        self._users = users
        self._schemas = schemas

    def holder(self, user_key: str) -> Holder:
        return ask(self._users.get(userKey=user_key, projection="full"), _holder)

    def write(self, user_key: str, values: tuple[RoleValue, ...]) -> Holder | None:
        """The account as Google reports it after the change to exactly these entries; None when it leaves them out."""
        body = {"customSchemas": {SCHEMA: {FIELD: [dict(value.item) for value in values]}}}
        return ask(self._users.patch(userKey=user_key, body=body), _reported)

    def has_schema(self) -> bool:
        """Whether there is a custom schema Amazon at all."""
        schema = found(self._schemas.get(customerId="my_customer", schemaKey=SCHEMA), lambda resource: resource)
        return schema is not None


def new_value(role: str, provider: str) -> RoleValue:
    """An entry to be added."""
    text = f"{role},{provider}"
    return RoleValue({"type": "work", "value": text}, text)


def account_of(arn: str) -> str:
    """The AWS account of an ARN, its partition before it: two partitions may have accounts of one number."""
    _, partition, _, _, account, *_ = arn.split(":")
    return f"{partition}:{account}"


def _reported(resource: Mapping[str, Any]) -> Holder | None:
    return _holder(resource) if SCHEMA in resource.get("customSchemas", {}) else None


def _holder(resource: Mapping[str, Any]) -> Holder:
    items = resource.get("customSchemas", {}).get(SCHEMA, {}).get(FIELD, [])
    if not isinstance(items, list):
        raise TypeError("Amazon.Role holds one value instead of a list")
    return Holder(resource["primaryEmail"], tuple(RoleValue(item, str(item["value"])) for item in items))
