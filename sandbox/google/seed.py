"""64 made-up people at example.com; the same ones every time."""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.google.directory import DOMAIN, DirectoryUser, DirectoryWorld
from sandbox.google.groups import Group, Member
from sandbox.google.licensing import LicenceBook, Stock

GENERATED = 58
AWS = "arn:aws:iam::123456789012"
READER = {"Amazon": {"Role": [{"type": "work", "value": f"{AWS}:role/Reader,{AWS}:saml-provider/Google"}]}}
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
    """The people of the demo workspace, a leaver, a super administrator and 58 more, six of them suspended; three
    groups, and licences for all but a few."""
    users = [*_named(), *_generated()]
    return DirectoryWorld(users, _groups(users), _licences(users))


def _named() -> Iterator[DirectoryUser]:
    lea = _user(0, "leaver", "Lea", "Verheyen", "/Sales")
    yield replace(lea, aliases=(f"lea.verheyen@{DOMAIN}",), enrolled_2sv=True)
    yield _user(1, "robin", "Robin", "Reyes", "/Support")
    yield _engineer(replace(_user(2, "alex", "Alex", "Ahmadi", "/Engineering"), custom=READER))
    yield _engineer(_user(3, "sam", "Sam", "Okafor", "/Engineering"))
    yield replace(_user(4, "olga", "Olga", "Novak", "/Finance"), enrolled_2sv=True)
    yield replace(_user(5, "boss", "Bo", "Sandberg", "/"), is_admin=True, enrolled_2sv=True, enforced_2sv=True)


def _engineer(user: DirectoryUser) -> DirectoryUser:
    """Administrators must use 2-Step Verification."""
    return replace(user, is_delegated_admin=True, enrolled_2sv=True, enforced_2sv=True)


def _groups(users: list[DirectoryUser]) -> Iterator[Group]:
    ids = {user.primary_email.partition("@")[0]: user.id for user in users}

    def members(**roles: str) -> dict[str, Member]:
        return {ids[name]: Member(ids[name], f"{name}@{DOMAIN}", role) for name, role in roles.items()}

    yield Group("01ksv4uv1gexk1h", f"ops@{DOMAIN}", "Operations", "On call", members(sam="OWNER", alex="MEMBER"))
    yield Group("02lwamvv2kz4bqm", f"it-help@{DOMAIN}", "IT help", "", members(alex="OWNER", robin="MEMBER"))
    sales = {user.id: Member(user.id, user.primary_email) for user in users if user.org_unit_path == "/Sales"}
    yield Group("03vac5uf3p9tjxw", f"sales@{DOMAIN}", "Sales", "Everybody in Sales", sales)


def _licences(users: list[DirectoryUser]) -> LicenceBook:
    """One seat of the dearest licence is free, and none of Vault."""
    active = {user.primary_email for user in users if not user.suspended}
    return LicenceBook(
        {
            ("Google-Apps", "1010020020"): Stock("Google Workspace Enterprise Plus", len(active) + 1, active),
            ("Google-Apps", "1010020027"): Stock("Google Workspace Business Starter", 10),
            ("101047", "1010470008"): Stock("Google AI Ultra for Business", 2, {f"sam@{DOMAIN}"}),
            ("Google-Vault", "Google-Vault"): Stock("Google Vault", 1, {f"boss@{DOMAIN}"}),
        }
    )


def _generated() -> Iterator[DirectoryUser]:
    for n in range(GENERATED):
        given, family = GIVEN[n % len(GIVEN)], FAMILY[(n * 7 + n // len(GIVEN)) % len(FAMILY)]
        local = f"{given}.{family}".lower().replace("'", "")
        yield replace(_user(6 + n, local, given, family, UNITS[n % len(UNITS)]), suspended=n % 10 == 3)


def _user(n: int, local: str, given: str, family: str, unit: str) -> DirectoryUser:
    # Google's ids are 21 digits; these only look alike.
    identity = str(100_000_000_000_000_000_000 + 7919 * n)
    return DirectoryUser(identity, f"{local}@{DOMAIN}", given, family, org_unit_path=unit)
