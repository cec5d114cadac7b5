"""Licences, as plain state (Google docs: REST resource "licenseAssignments" of the Enterprise License Manager API)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox.google.errors import condition_not_met, invalid, missing, required, unknown_name

Sku: TypeAlias = tuple[str, str]
"""Product and SKU."""


@dataclass(slots=True)
class Stock:
    """What was bought of one SKU, and who has it by address."""

    name: str
    seats: int
    holders: set[str] = field(default_factory=set)


@dataclass(slots=True)
class LicenceBook:
    """What the customer has bought."""

    stock: dict[Sku, Stock] = field(default_factory=dict)

    def of(self, sku: Sku) -> Stock:
        """Raises GoogleError 400 for a product or SKU that Google does not sell to this customer."""
        if sku not in self.stock:
            raise invalid("Invalid Input: productId or skuId")
        return self.stock[sku]

    def resource(self, sku: Sku, email: str) -> dict[str, Any]:
        """The `LicenseAssignment`. Raises GoogleError 404 when the account does not have it."""
        if sku not in self.stock or email not in self.stock[sku].holders:
            raise missing("User does not have a license for the specified product and SKU.")
        product, name = sku
        return {
            "kind": "licensing#licenseAssignment",
            "etags": f'"{name}/{email}"',
            "productId": product,
            "productName": product,
            "skuId": name,
            "skuName": self.stock[sku].name,
            "userId": email,
            "selfLink": f"https://licensing.googleapis.com/apps/licensing/v1/product/{product}/sku/{name}/user/{email}",
        }

    def assign(self, sku: Sku, email: str) -> dict[str, Any]:
        """Raises GoogleError 412: one of the product is there already, or no seat is free."""
        stock = self.of(sku)
        if any(email in other.holders for (product, _), other in self.stock.items() if product == sku[0]):
            raise condition_not_met("User already has a license for the specified product and SKU")
        if len(stock.holders) >= stock.seats:
            raise condition_not_met("There aren't enough available licenses for the specified product-SKU pair")
        stock.holders.add(email)
        return self.resource(sku, email)

    def revoke(self, sku: Sku, email: str) -> None:
        """Raises GoogleError 404 when the account does not have it."""
        self.resource(sku, email)
        self.stock[sku].holders.remove(email)


def read_assignee(body: Any, emails: Mapping[str, str]) -> str:
    """The primary address in a `LicenseAssignmentInsert`. Raises GoogleError 400: this API takes nothing else."""
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Expected an object.", "parseError")
    for name in body:
        if name != "userId":
            raise unknown_name(name, "field")
    if not body.get("userId"):
        raise required("userId")
    return known(body["userId"], emails)


def known(email: Any, emails: Mapping[str, str]) -> str:
    """The primary address as the directory writes it. Raises GoogleError 400 for any other key of an account."""
    if not isinstance(email, str) or email.lower() not in emails:
        raise invalid("Invalid Input: userId")
    return emails[email.lower()]
