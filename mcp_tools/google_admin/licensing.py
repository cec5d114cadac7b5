"""Licences, by the Enterprise License Manager API."""

from collections.abc import Iterable
from typing import Any

from mcp_tools.google_admin.catalogue import Licence
from mcp_tools.google_admin.errors import Refused
from mcp_tools.google_admin.exchange import ask, found, nothing


class LicensingClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer.

    `email` is the primary address of an account: this API knows accounts by nothing else.
    """

    def __init__(self, assignments: Any) -> None:
        self._assignments = assignments

    def has(self, email: str, licence: Licence) -> bool:
        request = self._assignments.get(productId=licence.product_id, skuId=licence.sku_id, userId=email)
        return found(request, _sku) == licence.sku_id

    def held(self, email: str, licences: Iterable[Licence]) -> tuple[Licence, ...]:
        """Those of `licences` that the account has. One that Google does not sell to this customer is not held."""
        answers = [(licence, self._has_or_refused(email, licence)) for licence in licences]
        refusals = [answer for _, answer in answers if isinstance(answer, Refused)]
        if len(refusals) == len(answers) and refusals:
            raise refusals[0]
        return tuple(licence for licence, answer in answers if answer is True)

    def _has_or_refused(self, email: str, licence: Licence) -> bool | Refused:
        try:
            return self.has(email, licence)
        except Refused as refused:
            if refused.status != 400:
                raise
            return refused

    def assign(self, email: str, licence: Licence) -> str:
        """The SKU that Google says was assigned."""
        body = {"userId": email}
        return ask(self._assignments.insert(productId=licence.product_id, skuId=licence.sku_id, body=body), _sku)

    def remove(self, email: str, licence: Licence) -> None:
        request = self._assignments.delete(productId=licence.product_id, skuId=licence.sku_id, userId=email)
        ask(request, nothing)


def _sku(resource: Any) -> str:
    return str(resource["skuId"])
