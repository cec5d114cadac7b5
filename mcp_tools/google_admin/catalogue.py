"""The licences that Google sells by name (Google docs: "Google Product and SKU IDs"; the API itself lists none)."""

import re
from dataclasses import dataclass

IDS = re.compile(r"([A-Za-z0-9-]{1,64})/([A-Za-z0-9-]{1,64})")


@dataclass(frozen=True, slots=True)
class Licence:
    """One SKU of a product. `name` is the one spelling under which the tools know it."""

    product_id: str
    sku_id: str
    name: str


_TABLE = """
Google-Apps 1010020027 Google Workspace Business Starter
Google-Apps 1010020028 Google Workspace Business Standard
Google-Apps 1010020025 Google Workspace Business Plus
Google-Apps 1010060003 Google Workspace Enterprise Essentials
Google-Apps 1010060005 Google Workspace Enterprise Essentials Plus
Google-Apps 1010020029 Google Workspace Enterprise Starter
Google-Apps 1010020026 Google Workspace Enterprise Standard
Google-Apps 1010020020 Google Workspace Enterprise Plus
Google-Apps 1010060001 Google Workspace Essentials
Google-Apps 1010020030 Google Workspace Frontline Starter
Google-Apps 1010020031 Google Workspace Frontline Standard
Google-Apps 1010020034 Google Workspace Frontline Plus
Google-Apps Google-Apps-Unlimited G Suite Business
Google-Apps Google-Apps-For-Business G Suite Basic
Google-Apps Google-Apps-Lite G Suite Lite
101047 1010470008 Google AI Ultra for Business
101001 1010010001 Cloud Identity Free
101005 1010050001 Cloud Identity Premium
101033 1010330003 Google Voice Starter
101033 1010330004 Google Voice Standard
101033 1010330002 Google Voice Premier
101038 1010380001 AppSheet Core
Google-Vault Google-Vault Google Vault
Google-Vault Google-Vault-Former-Employee Google Vault Former Employee
"""
LICENCES = tuple(Licence(*line.split(" ", 2)) for line in _TABLE.strip().splitlines())


def licence_called(name: str) -> Licence | None:
    """By the name that the catalogue has; by "product/sku" only what the catalogue does not know.

    So there is one spelling for each licence, and a rule about it cannot be walked around with another.
    """
    named = next((licence for licence in LICENCES if licence.name == name), None)
    ids = IDS.fullmatch(name)
    if named is not None or ids is None:
        return named
    known = any((licence.product_id, licence.sku_id) == ids.groups() for licence in LICENCES)
    return None if known else Licence(ids[1], ids[2], name)
