"""Doctor looks at everything, changes nothing, and says of each thing that is wrong how it can be mended."""

import base64
import importlib
import threading
from pathlib import Path

import pytest

from bot.wiring.doctor import places
from bot.wiring.doctor.examine import examine
from bot.wiring.doctor.finding import State
from sandbox.seed import IT_HELP
from tests.bot.wiring.doctor.ward import Ward, as_text, by_name, states
from tests.canaries import plain
from tests.sandbox.slack.stage import eventually

NAMES = [
    "settings",
    "slack.token",
    "slack.workspace",
    "slack.scopes",
    "slack.clock",
    "slack.app_token",
    "slack.app",
    "slack.socket",
    "slack.channel",
    "policy.file",
    "policy.in_force",
    "policy.rules",
    "approvers.@it-admins",
    "approvers.asks",
    "model",
    "servers.google",
    "store.open",
    "files",
]
READING = {"auth.test", "bots.info", "apps.connections.open", "conversations.history"}
OF_PEOPLE = {"usergroups.list", "usergroups.users.list", "users.info"}
CANARIES = {
    "SLACK_BOT_TOKEN": "xoxb-canary-Qq7b0tZZ",
    "SLACK_APP_TOKEN": "xapp-canary-Qq7appZZ",
    "SLACK_SIGNING_SECRET": "canary-signing-Qq7-plainwords",
    "COUNTERSIGN_SECRET_KEY": base64.b64encode(b"canary-key-Qq7-of-32-bytes-long!").decode(),
    "GOOGLE_TOKEN_JSON": '{"token": "canary-google-Qq7-plainwords"}',
    "AWS_SECRET_ACCESS_KEY": "canary-aws-Qq7-plainwords-of-some-length",
}


async def test_a_bot_that_is_set_up_well_is_found_to_be_so(ward: Ward) -> None:
    found = await ward.look(GOOGLE_TOKEN_JSON='{"token": "sandbox-google-token"}')
    assert list(found) == NAMES, as_text(found)
    assert states(found, State.SKIPPED) == {State.OK}, as_text(found)
    assert not any(finding.mend for finding in found.values() if finding.state is State.OK)


async def test_nothing_is_changed_at_slack_and_nobody_is_told_anything(ward: Ward) -> None:
    await ward.look()
    called = {step.title.split()[0] for step in ward.sandbox.log.after(0) if step.kind == "api"}
    assert called == READING | OF_PEOPLE
    assert not ward.database.exists()
    assert list(ward.folder.iterdir()) == []


async def test_the_socket_is_closed_at_its_greeting_and_the_bot_that_runs_gets_what_comes(ward: Ward) -> None:
    bot = await ward.stage.connect()
    found = await ward.look()
    assert found["slack.socket"].evidence["others"] == 1
    await eventually(lambda: ward.sandbox.slack.link.connections == 1)
    await ward.stage.say("hello", channel=IT_HELP)
    envelope = await bot.acked()
    assert (envelope["payload"]["event"]["text"], envelope["retry_attempt"]) == ("hello", 0)
    await bot.socket.close()


async def test_several_others_on_the_app_token_may_be_two_deployments(ward: Ward) -> None:
    others = [await ward.stage.connect() for _ in range(2)]
    finding = (await ward.look())["slack.socket"]
    assert (finding.state, finding.evidence["others"]) == (State.WARN, 2)
    assert "may be two deployments" in finding.what
    for other in others:
        await other.socket.close()


async def test_ten_sockets_are_all_that_slack_takes(ward: Ward) -> None:
    others = [await ward.stage.connect() for _ in range(10)]
    finding = (await ward.look())["slack.socket"]
    assert (finding.state, finding.evidence["reason"]) == (State.FAIL, "too_many_websockets")
    for other in others:
        await other.socket.close()


async def test_wrong_settings_are_all_named_and_the_rest_is_looked_at_all_the_same(ward: Ward) -> None:
    found = await ward.look(
        SLACK_APP_TOKEN="xoxb-1", AWS_REGION="Ireland", POLICY_PATH="/nowhere.yml", COUNTERSIGN_DIRECTORY="/nowhere"
    )
    wrong = {name for name, finding in found.items() if finding.state is State.FAIL}
    assert wrong == {
        "settings.SLACK_APP_TOKEN",
        "settings.AWS_REGION",
        "settings.COUNTERSIGN_DIRECTORY",
        "policy.file",
    }
    assert (found["slack.token"].state, found["model"].state) == (State.OK, State.SKIPPED)
    assert "there is no such file: /nowhere.yml" in found["policy.file"].what


async def test_a_file_of_settings_that_cannot_be_read_is_one_finding(ward: Ward) -> None:
    ward.dotenv.write_bytes(b"\xff\xfe")
    [finding] = (await ward.look()).values()
    assert (finding.name, finding.what) == (f"settings.{ward.dotenv}", "the file is not text in UTF-8")


async def test_a_revoked_token_is_said_once_and_what_needs_it_is_passed_over(ward: Ward) -> None:
    ward.break_method("auth.test", error="token_revoked")
    found = await ward.look()
    assert found["slack.token"].what == "the token was revoked"
    assert "install the app again" in found["slack.token"].mend
    passed = {name for name, finding in found.items() if finding.what == "needs a bot token that works"}
    assert passed == {"slack.workspace", "slack.scopes", "slack.clock", "slack.channel", "approvers"}
    assert found["slack.socket"].state is State.OK


async def test_a_channel_that_a_rule_names_is_looked_at_as_well(ward: Ward) -> None:
    policy = ward.folder / "policy.yml"
    policy.write_text("defaults:\n  ask: {approvers: ['@it-admins'], channel: C0GENERAL1}\nrules: []\n")
    found = await ward.look(POLICY_PATH=str(policy))
    assert found["slack.channel"].state is State.OK
    assert found["slack.channel.C0GENERAL1"].what == "the bot is no member of C0GENERAL1"
    assert "/invite @Countersign" in found["slack.channel.C0GENERAL1"].mend


async def test_a_channel_that_nobody_knows_is_named(ward: Ward) -> None:
    found = await ward.look(SLACK_CHANNEL_ID="C0UNKNOWN1")
    assert found["slack.channel"].what == "there is no channel C0UNKNOWN1 that the bot can see"


async def test_without_a_channel_the_thread_is_named(ward: Ward) -> None:
    found = await ward.look(SLACK_CHANNEL_ID="")
    assert (found["slack.channel"].state, "thread" in found["slack.channel"].what) == (State.SKIPPED, True)


async def test_over_http_no_socket_is_asked_for(ward: Ward) -> None:
    found = await ward.look(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s" * 32, COUNTERSIGN_HTTP_PORT="0")
    assert found["settings"].state is State.OK
    assert found["slack.socket"].what == "Slack posts over HTTP"
    assert not [step for step in ward.sandbox.log.after(0) if "apps.connections.open" in step.title]


async def test_a_directory_file_is_asked_instead_of_slack(ward: Ward) -> None:
    people = ward.folder / "people.yml"
    people.write_text("people: [{user: U1}, {user: U2}]\ngroups: {it-admins: [U1, U2]}\n")
    found = await ward.look(COUNTERSIGN_DIRECTORY=str(people))
    assert found["approvers.@it-admins"].evidence == {"members": 2, "able": 2}
    assert not [step for step in ward.sandbox.log.after(0) if "usergroups" in step.title]


async def test_what_does_not_answer_is_given_up_and_the_rest_is_told(ward: Ward) -> None:
    ward.break_method("auth.test", latency_ms=3_600_000)  # on the stand-in's clock, which stands still
    found = await ward.look(limit=0.5)
    ward.stage.clock.advance(7200)  # lets the stand-in end
    assert found["slack.token"].what == "no answer within 0.5 s"
    assert found["policy.file"].state is State.OK


async def test_a_check_that_breaks_hides_nothing(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(places, "files", broken)
    found = await ward.look()
    assert (found["files"].what, found["model"].state) == ("this check broke (ZeroDivisionError)", State.OK)


@pytest.mark.parametrize("breaking", ["nothing", "settings", "policy"])
async def test_no_secret_is_in_anything_that_is_said(
    ward: Ward, breaking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.environ |= CANARIES
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARIES["AWS_SECRET_ACCESS_KEY"])
    if breaking == "settings":
        told = " ".join(CANARIES.values())
        ward.environ |= {name: f"{value} {told}" for name, value in CANARIES.items() if not name.startswith("AWS")}
    if breaking == "policy":  # where somebody has pasted all of them
        rules = [f"{{name: '{value}', effect: ask, approvers: ['@nosuch']}}" for value in CANARIES.values()]
        text = f"defaults: {{ask: {{approvers: ['@nosuch']}}}}\nrules: [{', '.join(rules)}]\n"
        (ward.folder / "policy.yml").write_text(text)
        (ward.folder / "people.yml").write_text("people: []\ngroups: {}\n")
        ward.environ["POLICY_PATH"] = str(ward.folder / "policy.yml")
        ward.environ["COUNTERSIGN_DIRECTORY"] = str(ward.folder / "people.yml")
    findings = await examine(ward.where())
    said = plain(as_text({str(number): finding for number, finding in enumerate(findings)}))
    assert not [name for name, value in CANARIES.items() if plain(value) in said or "qq7" in said]


async def test_who_may_read_the_files_is_looked_at(ward: Ward) -> None:
    ward.dotenv.write_text("ENVIRONMENT=dev\n")
    ward.dotenv.chmod(0o640)
    finding = (await ward.look())["files..env"]
    assert (finding.state, finding.mend) == (State.WARN, f"chmod 600 {ward.dotenv}")
    ward.dotenv.chmod(0o600)
    assert (await ward.look())["files"].state is State.OK


async def test_the_manifest_may_be_missing(ward: Ward, tmp_path: Path) -> None:
    found = by_name(await examine(ward.where(manifest=tmp_path / "none.yml")))
    assert (found["slack.scopes"].state, found["slack.scopes"].what) == (State.SKIPPED, "manifest.yml is not here")


async def test_libraries_that_load_slowly_are_not_called_a_silent_network(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(importlib, "import_module", lambda _name: release.wait(60))
    try:
        found = await ward.look(limit=0.5)
    finally:
        release.set()
    assert "libraries were not loaded" in found["model"].what
    assert "slow or busy" in found["servers"].mend
