"""The Google server, through the toolbox, against the Google stand-in."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.adapters.builtin_servers import google_admin
from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.adapters.sealed_secrets import Unsealing
from bot.errors import BadInput
from bot.models.requirement import Effect
from bot.ports import ToolOutcome
from mcp_tools.google_admin.effects import EFFECTS
from mcp_tools.sealing import NOBODY
from sandbox.google.faults import Drop, Slow
from tests.contracts.toolbox import call, soon, tool_of
from tests.sandbox.google.stand_in import StandIn, running_stand_in

TOKEN = '{"token": "sandbox"}'


@pytest.fixture(scope="module")
def door() -> Iterator[socket.socket]:
    """One address for the stand-ins of all tests, so that the server is built once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="module")
def spec(door: socket.socket) -> ServerSpec:
    url = f"http://127.0.0.1:{door.getsockname()[1]}/google/"
    made = google_admin({"GOOGLE_TOKEN_JSON": TOKEN, "GOOGLE_API_URL": url})
    assert made is not None
    return made


@pytest.fixture
async def google(door: socket.socket) -> AsyncIterator[StandIn]:
    async with running_stand_in(door.dup()) as stand_in:
        yield stand_in


@pytest.fixture
async def toolbox(google: StandIn, spec: ServerSpec) -> AsyncIterator[McpToolbox]:
    toolbox = McpToolbox([spec])
    yield toolbox
    await toolbox.close()


@pytest.fixture
def sam(google: StandIn) -> str:
    """An active account that is no administrator."""
    users = [user for user in google.world.users() if not user.suspended and not user.is_admin]
    return users[0].primary_email


def suspended(google: StandIn, user_key: str) -> bool:
    return google.world.find(user_key).suspended


def about(user_key: str) -> str:
    return json.dumps({"user_key": user_key}, separators=(",", ":"))


async def test_the_tools_carry_their_effects_and_words(toolbox: McpToolbox) -> None:
    found = {tool.full_name: tool for tool in (await toolbox.tools()).tools}
    assert {name: tool.effect for name, tool in found.items()} == {
        f"google__{name}": Effect(effect) for name, effect in EFFECTS.items()
    }
    suspend = found["google__suspend_user"]
    assert (suspend.verb, suspend.target, suspend.system) == ("Suspend user", "user_key", "Google Workspace")
    assert (suspend.category, suspend.secrets) == ("user_account_access", ())
    assert found["google__add_amazon_role"].category == "aws_role_access"
    assert (suspend.timeout, found["google__list_users"].timeout) == (20.0, 60.0)


IN_OPS = {"group_key": "ops@example.com"}
ULTRA = {"licence": "Google AI Ultra for Business"}
READER = {
    "admin_role": "arn:aws:iam::123456789012:role/Reader",
    "identity_provider": "arn:aws:iam::123456789012:saml-provider/Google",
}
PROBED: list[tuple[str, dict[str, str], str]] = [
    ("suspend_user", {}, ""),
    ("unsuspend_user", {}, "suspend_user"),
    ("add_group_member", IN_OPS, ""),
    ("remove_group_member", IN_OPS, "add_group_member"),
    ("assign_licence", ULTRA, ""),
    ("remove_licence", ULTRA, "assign_licence"),
    ("add_amazon_role", READER, ""),
    ("remove_amazon_role", READER, "add_amazon_role"),
]


@pytest.mark.parametrize(("name", "more", "before"), PROBED, ids=lambda value: value if isinstance(value, str) else "")
async def test_the_probe_of_a_change_shows_that_it_happened(
    toolbox: McpToolbox, sam: str, name: str, more: dict[str, str], before: str
) -> None:
    given = more | {"user_key": sam}
    about_it = json.dumps(given, separators=(",", ":"), sort_keys=True)
    if before:
        await call(toolbox, f"google__{before}", about_it)
    name = f"google__{name}"
    tools = await toolbox.tools()
    tool = tools.find(name)
    assert tool is not None
    assert tool.probe is not None
    read = tools.find(f"google__{tool.probe.tool}")
    assert read is not None
    arguments = json.dumps(
        {taken: given[source] for taken, source in tool.probe.arguments}, separators=(",", ":"), sort_keys=True
    )

    async def seen() -> str:
        answer = await toolbox.call(read, arguments)
        assert tool.probe is not None
        return json.dumps(json.loads(answer.structured)[tool.probe.field])

    assert await seen() != tool.probe.happened
    await call(toolbox, name, about_it)
    assert await seen() == tool.probe.happened


NEW = '{"first_name":"Jo","last_name":"Doe","primary_email":"jo@example.com"}'
SECRETS = [
    ("google__add_user", NEW, "Password of jo@example.com"),
    ("google__reset_password", about("leaver@example.com"), "Password of leaver@example.com"),
    ("google__reset_2fa", about("leaver@example.com"), "Backup codes of leaver@example.com"),
]


@pytest.mark.parametrize(("name", "arguments", "label"), SECRETS)
async def test_a_secret_that_google_got_is_the_one_that_the_bot_can_open(
    toolbox: McpToolbox, google: StandIn, name: str, arguments: str, label: str
) -> None:
    unsealing = Unsealing.of(base64.b64encode(bytes(32)).decode())
    result = await toolbox.call(await tool_of(toolbox, name), arguments, unsealing.public)
    [sealed] = result.sealed
    lea, made = google.world.find("leaver@example.com"), google.world.users()
    passwords = [user.password for user in made if user.password]
    secret = passwords[0] if passwords else "\n".join(google.world.codes[lea.id])
    assert (sealed.label, unsealing.open(name, sealed)) == (label, secret)
    assert secret not in repr((result, google.log.after(0)))
    assert "sent privately" in result.text


@pytest.mark.parametrize(("name", "arguments", "label"), SECRETS)
async def test_without_a_key_nothing_is_sent_to_google(
    toolbox: McpToolbox, google: StandIn, name: str, arguments: str, label: str
) -> None:
    result = await call(toolbox, name, arguments)
    assert (result.outcome, result.text, google.log.after(0)) == (ToolOutcome.FAILED, NOBODY, [])


async def test_a_suspension_happens_and_is_told(toolbox: McpToolbox, google: StandIn, sam: str) -> None:
    result = await call(toolbox, "google__suspend_user", about(sam))
    assert result.outcome is ToolOutcome.SUCCEEDED
    assert json.loads(result.structured)["summary"] == f"{sam} is now suspended."
    assert suspended(google, sam)


async def test_what_google_refuses_has_failed(toolbox: McpToolbox) -> None:
    result = await call(toolbox, "google__suspend_user", about("nobody@example.com"))
    assert result.outcome is ToolOutcome.FAILED
    assert "There is no account nobody@example.com" in result.text


async def test_arguments_that_the_server_refuses_have_failed(toolbox: McpToolbox, google: StandIn) -> None:
    result = await call(toolbox, "google__suspend_user", about("no address"))
    assert result.outcome is ToolOutcome.FAILED
    assert "Nothing was sent" in result.text
    assert google.log.after(0) == []


async def test_a_connection_that_breaks_under_a_change_leaves_its_fate_open(
    toolbox: McpToolbox, google: StandIn, sam: str
) -> None:
    google.faults.plan(Drop(), method="PATCH")
    result = await call(toolbox, "google__suspend_user", about(sam))
    assert result.outcome is ToolOutcome.UNKNOWN
    assert "its fate is unknown" in result.text
    assert suspended(google, sam)
    assert len([step for step in google.log.after(0) if step.title.startswith("PATCH")]) == 1


async def test_a_change_that_hangs_is_unknown_when_its_time_is_up(
    toolbox: McpToolbox, google: StandIn, sam: str
) -> None:
    release = asyncio.Event()

    async def hang(_: float) -> None:
        await release.wait()

    google.faults.sleep = hang
    google.faults.plan(Slow(1), method="PATCH")
    result = await soon(call(toolbox, "google__suspend_user", about(sam), timeout=0.5))
    release.set()
    assert result.outcome is ToolOutcome.UNKNOWN
    assert "within 0.5 seconds" in result.text


async def test_google_that_is_not_there_has_changed_nothing() -> None:
    spec = google_admin({"GOOGLE_TOKEN_JSON": TOKEN, "GOOGLE_API_URL": "http://127.0.0.1:9/"})
    assert spec is not None
    toolbox = McpToolbox([spec])
    result = await call(toolbox, "google__suspend_user", about("sam@example.com"))
    await toolbox.close()
    assert result.outcome is ToolOutcome.FAILED
    assert "Nothing was sent" in result.text


@pytest.mark.parametrize("environ", [{}, {"GOOGLE_TOKEN_JSON": ""}, {"GOOGLE_API_URL": "https://example.com/"}])
def test_without_a_credential_there_is_no_server(environ: dict[str, str]) -> None:
    assert google_admin(environ) is None


@pytest.mark.parametrize(
    ("environ", "where"),
    [
        ({"GOOGLE_TOKEN_JSON": "hunter2 is no JSON"}, "GOOGLE_TOKEN_JSON"),
        ({"GOOGLE_TOKEN_JSON": TOKEN, "GOOGLE_API_URL": "http://example.com/"}, "GOOGLE_API_URL"),
        ({"GOOGLE__PRIVATE_KEY": "hunter2"}, "GOOGLE__ADMIN_EMAIL"),
    ],
)
def test_unusable_settings_are_named_without_their_value(environ: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as told:
        google_admin(environ)
    assert told.value.where == where
    assert "hunter2" not in str(told.value)


def test_a_renewed_token_is_the_same_server_and_another_address_is_not() -> None:
    environs = [
        {"GOOGLE_TOKEN_JSON": TOKEN},
        {"GOOGLE_TOKEN_JSON": '{"token": "renewed"}'},
        {"GOOGLE_TOKEN_JSON": TOKEN, "GOOGLE_API_URL": "https://example.com/"},
    ]
    one, renewed, elsewhere = (google_admin(environ) for environ in environs)
    assert one is not None
    assert renewed is not None
    assert elsewhere is not None
    assert one.identity == renewed.identity != elsewhere.identity
