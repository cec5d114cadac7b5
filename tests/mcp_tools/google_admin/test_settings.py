"""Settings come from a mapping; what cannot be used is refused by name, without its value."""

import base64
import json

import pytest

from mcp_tools.google_admin.settings import DEFAULT_URL, GoogleSettings, ServiceAccount, SettingsError, Token

STATIC = {"token": "static-token"}
USER = {"refresh_token": "again", "client_id": "id", "client_secret": "hush", "token": "static-token"}
ACCOUNT = {
    "GOOGLE__TYPE": "service_account",
    "GOOGLE__PROJECT_ID": "project",
    "GOOGLE__PRIVATE_KEY_ID": "key-1",
    "GOOGLE__PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----\\n",
    "GOOGLE__CLIENT_EMAIL": "bot@project.example.com",
    "GOOGLE__CLIENT_ID": "1",
    "GOOGLE__AUTH_URI": "https://accounts.example.com/auth",
    "GOOGLE__TOKEN_URI": "https://oauth.example.com/token",
    "GOOGLE__AUTH_PROVIDER_X509_CERT_URL": "https://certs.example.com/",
    "GOOGLE__CLIENT_X509_CERT_URL": "https://certs.example.com/bot",
    "GOOGLE__UNIVERSE_DOMAIN": "googleapis.com",
    "GOOGLE__ADMIN_EMAIL": "boss@example.com",
}


@pytest.mark.parametrize("info", [STATIC, USER])
@pytest.mark.parametrize("encoded", [False, True])
def test_a_token_file_is_read_as_json_or_base64(info: dict[str, str], encoded: bool) -> None:
    plain = json.dumps(info)
    text = base64.b64encode(plain.encode()).decode() if encoded else plain
    settings = GoogleSettings.load({"GOOGLE_TOKEN_JSON": text, "PATH": "/bin"})
    assert settings == GoogleSettings(Token(info), DEFAULT_URL)
    assert Token(info).refreshable is (info is USER)


def test_a_service_account_is_read_from_its_twelve_fields() -> None:
    credential = GoogleSettings.load(ACCOUNT).credential
    assert isinstance(credential, ServiceAccount)
    assert credential.admin_email == "boss@example.com"
    assert credential.info["token_uri"] == "https://oauth.example.com/token"
    assert credential.info["private_key"].splitlines() == [
        "-----BEGIN PRIVATE KEY-----",
        "abc",
        "-----END PRIVATE KEY-----",
    ]


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": "secret-but-not-json"}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": "[]"}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": "{}"}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": '{"token": 5}'}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": json.dumps(STATIC)} | ACCOUNT, "GOOGLE_TOKEN_JSON"),
        (ACCOUNT | {"GOOGLE__ADMIN_MAIL": "boss@example.com"}, "GOOGLE__ADMIN_MAIL"),
        (ACCOUNT | {"GOOGLE__ADMIN_EMAIL": ""}, "GOOGLE__ADMIN_EMAIL"),
        (ACCOUNT | {"GOOGLE_API_URL": "http://google.example.com/"}, "GOOGLE_API_URL"),
        (ACCOUNT | {"GOOGLE_API_URL": "google.example.com"}, "GOOGLE_API_URL"),
        (ACCOUNT | {"GOOGLE_API_URL": "https://google.example.com/?key=1"}, "GOOGLE_API_URL"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(environ: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        GoogleSettings.load(environ)
    assert refused.value.name == name
    assert refused.value.__cause__ is None
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8899/google", "http://localhost:8899/google/"])
def test_plain_http_goes_to_this_machine_only_and_the_address_ends_in_a_slash(url: str) -> None:
    settings = GoogleSettings.load({"GOOGLE_TOKEN_JSON": json.dumps(STATIC), "GOOGLE_API_URL": url})
    assert settings.api_url.endswith(":8899/google/")


def test_secrets_do_not_show_in_a_representation() -> None:
    shown = repr(GoogleSettings.load(ACCOUNT)) + repr(GoogleSettings(Token(USER)))
    assert "PRIVATE KEY" not in shown
    assert "hush" not in shown
