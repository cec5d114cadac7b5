"""64 made-up people at example.com; the same ones every time."""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.google.directory import DOMAIN, DirectoryUser, DirectoryWorld

GENERATED = 58
UNITS = ("/Engineering", "/Sales", "/Support", "/Finance")
GIVEN = (
    "Ada", "Bram", "Chloe", "Dario", "Elif", "Femke", "Goran", "Hana", "Idris", "Jonas", "Kemi", "Liam", "Mira",
    "Nils", "Oriol", "Pia", "Quinn", "Rosa", "Stijn", "Tove", "Uma", "Viktor", "Wanda", "Xenia", "Yusuf", "Zofia",
    "Anouk", "Bilal", "Carys",
)  # fmt: skip
FAMILY = (
    "Abbott", "Berger", "Claes", "Dubois", "Eklund", "Fischer", "Garcia", "Hansen", "Ivanova", "Jansen", "Kowalski",
    "Larsen", "Moreau", "Nguyen", "O'Brien", "Peeters", "Quist", "Rossi", "Santos", "Tanaka", "Ueda", "Varga",
    "Weber", "Xu", "Yilmaz", "Zhang", "Aerts", "Bauer", "Cole",
)  # fmt: skip


def seed_directory() -> DirectoryWorld:
    """The people of the demo workspace, a leaver, a super administrator and 58 more, six of them suspended."""
    return DirectoryWorld([*_named(), *_generated()])


def _named() -> Iterator[DirectoryUser]:
    lea = _user(0, "leaver", "Lea", "Verheyen", "/Sales")
    yield replace(lea, aliases=(f"lea.verheyen@{DOMAIN}",))
    yield _user(1, "robin", "Robin", "Reyes", "/Support")
    yield replace(_user(2, "alex", "Alex", "Ahmadi", "/Engineering"), is_delegated_admin=True)
    yield replace(_user(3, "sam", "Sam", "Okafor", "/Engineering"), is_delegated_admin=True)
    yield _user(4, "olga", "Olga", "Novak", "/Finance")
    yield replace(_user(5, "boss", "Bo", "Sandberg", "/"), is_admin=True)


def _generated() -> Iterator[DirectoryUser]:
    for n in range(GENERATED):
        given, family = GIVEN[n % len(GIVEN)], FAMILY[(n * 7 + n // len(GIVEN)) % len(FAMILY)]
        local = f"{given}.{family}".lower().replace("'", "")
        yield replace(_user(6 + n, local, given, family, UNITS[n % len(UNITS)]), suspended=n % 10 == 3)


def _user(n: int, local: str, given: str, family: str, unit: str) -> DirectoryUser:
    # Google's ids are 21 digits; these only look alike.
    identity = str(100_000_000_000_000_000_000 + 7919 * n)
    return DirectoryUser(identity, f"{local}@{DOMAIN}", given, family, org_unit_path=unit)
