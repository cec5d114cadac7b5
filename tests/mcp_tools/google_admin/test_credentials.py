"""Where the access token comes from: a service account acts in an administrator's name."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastmcp import Client
from google.auth import jwt

from mcp_tools.google_admin.credentials import credentials_for
from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.server import build_server
from mcp_tools.google_admin.settings import Credential, GoogleSettings, ServiceAccount, SettingsError, Token
from mcp_tools.google_admin.workspace import connect
from tests.mcp_tools.google_admin.tools import Tools, answer, failure
from tests.sandbox.google.stand_in import StandIn

LEAVER = "leaver@example.com"
ADMIN = "boss@example.com"


@dataclass(slots=True)
class TokenOffice:
    """A stand-in for Google's token endpoint (RFC 6749, RFC 7523)."""

    url: str = ""
    refuses: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.refuses:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "sandbox", "expires_in": 3600, "token_type": "Bearer"})


@pytest.fixture
async def office() -> AsyncIterator[TokenOffice]:
    office, app = TokenOffice(), web.Application()
    app.router.add_post("/token", office.token)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    office.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield office
    await runner.cleanup()


@cache
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def account(office: TokenOffice) -> ServiceAccount:
    info = {"client_email": "bot@project.example.com", "private_key": private_key(), "token_uri": office.url}
    return ServiceAccount(ADMIN, info)


@asynccontextmanager
async def tools_of(google: StandIn, credential: Credential) -> AsyncIterator[Tools]:
    async with Client(build_server(connect(GoogleSettings(credential, google.url)))) as client:
        yield client


async def test_a_service_account_asks_for_one_scope_in_the_administrators_name(
    google: StandIn, office: TokenOffice
) -> None:
    async with tools_of(google, account(office)) as tools:
        assert (await answer(tools, "get_user", user_key=LEAVER))["primary_email"] == LEAVER
        await answer(tools, "get_user", user_key=LEAVER)
    claims: dict[str, Any] = jwt.decode(office.asked[0]["assertion"], verify=False)  # type: ignore[no-untyped-call]  # google-auth is half typed
    assert (claims["sub"], claims["iss"]) == (ADMIN, "bot@project.example.com")
    assert claims["scope"] == "https://www.googleapis.com/auth/admin.directory.user"
    assert len(office.asked) == 1, "a token is used until it runs out"


async def test_each_part_asks_for_its_own_scope_and_only_when_it_is_needed(
    google: StandIn, office: TokenOffice
) -> None:
    async with tools_of(google, account(office)) as tools:
        await answer(tools, "list_groups")
        await answer(tools, "sign_out_user", user_key=LEAVER)
        await answer(tools, "get_user_licence", user_key=LEAVER, licence="Google Vault")
    asked = [scope_of(one) for one in office.asked]
    assert asked == ["admin.directory.group", "admin.directory.user.security", "admin.directory.user", "apps.licensing"]


async def test_a_scope_that_was_not_granted_is_named_and_stops_nothing_else(
    google: StandIn, office: TokenOffice
) -> None:
    async with tools_of(google, account(office)) as tools:
        await answer(tools, "get_user", user_key=LEAVER)
        office.refuses = True
        refused = await failure(tools, "sign_out_user", user_key=LEAVER)
        assert (await answer(tools, "suspend_user", user_key=LEAVER))["changed"] is True
    assert refused.outcome == "refused"
    assert refused.text.endswith(
        "Nothing was sent, so nothing was changed. An administrator must grant the scope "
        "admin.directory.user.security to the credential of this server."
    )


def scope_of(asked: dict[str, str]) -> str:
    claims: dict[str, Any] = jwt.decode(asked["assertion"], verify=False)  # type: ignore[no-untyped-call]  # google-auth is half typed
    return str(claims["scope"]).removeprefix("https://www.googleapis.com/auth/")


def test_an_authorized_user_starts_without_a_token_and_a_bare_token_is_used_as_it_is() -> None:
    user = credentials_for(Token({"refresh_token": "again", "client_id": "id", "client_secret": "hush"}), Scope.USERS)
    assert (user.refresh_token, user.valid) == ("again", False)
    bare = credentials_for(Token({"token": "sandbox"}), Scope.USERS)
    assert (bare.token, bare.valid) == ("sandbox", True)


async def test_a_refused_token_leaves_google_untouched(google: StandIn, office: TokenOffice) -> None:
    office.refuses = True
    async with tools_of(google, account(office)) as tools:
        refused = await failure(tools, "suspend_user", user_key=LEAVER)
    assert (refused.outcome, "Google gave no access token" in refused.text) == ("refused", True)
    assert google.log.after(0) == []


@pytest.mark.parametrize(
    ("credential", "name"),
    [
        (ServiceAccount(ADMIN, {"client_email": "b", "private_key": "no", "token_uri": "u"}), "GOOGLE__PRIVATE_KEY"),
        (
            Token(json.loads('{"refresh_token": "r", "client_id": "i", "client_secret": "s", "expiry": 5}')),
            "GOOGLE_TOKEN_JSON",
        ),
    ],
)
def test_a_credential_google_did_not_issue_is_refused_at_the_start(credential: Credential, name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        credentials_for(credential, Scope.USERS)
    assert (refused.value.name, refused.value.__cause__) == (name, None)
