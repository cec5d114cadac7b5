"""People get secrets for one-time codes; a policy that asks for codes needs the file of them."""

import json
from pathlib import Path

import pyotp
import pytest

from bot.adapters.code_file import read_secrets
from tests.handlers.cli.commands import Place, command

CODED = "defaults: {ask: {approvers: ['@owners'], confirm: totp}}\n"
ESCALATED = "defaults: {ask: {approvers: ['@owners'], escalation: {after: 1h, approvers: ['@nobody']}}}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the settings name; it is not there yet."""
    path = tmp_path / "codes.yml"
    monkeypatch.setenv("COUNTERSIGN_TOTP_FILE", f"file:{path}")
    monkeypatch.chdir(tmp_path)
    return path


def test_a_secret_is_printed_once_and_kept_in_the_file(file: Path) -> None:
    told = command("totp", "enroll", "U0ALEX001")
    url = told.stdout.splitlines()[0]
    found = pyotp.parse_uri(url)
    assert (told.exit_code, found.name, found.issuer) == (0, "U0ALEX001", "Countersign")
    assert read_secrets(file) == {"U0ALEX001": url}
    assert "secret=" not in told.stderr
    assert json.loads(command("totp", "enroll", "U2", "--json").stdout) == {
        "user": "U2",
        "file": str(file),
        "url": read_secrets(file)["U2"],
    }


def test_a_file_that_others_could_read_is_warned_of(file: Path) -> None:
    file.write_text("")
    file.chmod(0o644)
    warned = command("totp", "enroll", "U0ALEX001", "--file", str(file))
    assert "others could read this file until now" in warned.stderr
    assert "others could" not in command("totp", "enroll", "U0KIM00001", "--file", str(file)).stderr


def test_a_second_secret_is_made_only_if_it_is_meant(file: Path) -> None:
    first = command("totp", "enroll", "U1").stdout
    refused = command("totp", "enroll", "U1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "U1 has a secret already" in refused.stderr
    assert "--again replaces it" in refused.stderr
    assert command("totp", "enroll", "U1", "--again").stdout != first


@pytest.mark.parametrize(("user", "said"), [("U 1", "no user id"), ("U1: x", "no user id"), ("", "no user id")])
def test_what_is_no_user_is_refused(file: Path, user: str, said: str) -> None:
    refused = command("totp", "enroll", user)
    assert (refused.exit_code, file.exists()) == (2, False)
    assert said in refused.stderr


def test_without_a_file_it_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = command("totp", "enroll", "U1")
    assert refused.exit_code == 2
    assert "COUNTERSIGN_TOTP_FILE" in refused.stderr


def test_the_picture_is_drawn_where_a_library_for_it_is_there(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "segno.py").write_text(
        "class Code:\n"
        "    def terminal(self, out, compact): out.write('▀▄ a picture\\n')\n"
        "def make(text): assert text.startswith('otpauth://totp/'); return Code()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert command("totp", "enroll", "U1").stdout.endswith("\n▀▄ a picture\n")
    assert file.exists()


async def test_a_policy_that_asks_for_codes_needs_the_file_of_them(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "coded.yml"
    policy.write_text(CODED)
    for verb in ("check", "publish"):
        refused = place.run("policy", verb, str(policy))
        assert refused.exit_code == 2
        assert "coded.yml, line 1" in refused.stderr
        assert "set COUNTERSIGN_TOTP_FILE" in refused.stderr
    monkeypatch.setenv("COUNTERSIGN_TOTP_FILE", str(tmp_path / "codes.yml"))
    assert place.run("policy", "check", str(policy)).exit_code == 0


async def test_an_escalation_to_a_group_that_the_directory_does_not_have_is_not_published(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    policy, people = tmp_path / "late.yml", tmp_path / "people.yml"
    policy.write_text(ESCALATED)
    people.write_text("people: [{user: U1}]\ngroups: {owners: [U1]}\n")
    monkeypatch.setenv("COUNTERSIGN_DIRECTORY", str(people))
    refused = place.run("policy", "publish", str(policy))
    assert refused.exit_code == 2
    assert "there is no group @nobody" in refused.stderr
    warned = place.run("policy", "test", str(policy), "--directory", str(people))
    assert warned.exit_code == 1
    assert "there is no group @nobody" in warned.stdout


async def test_a_policy_is_exported_to_cedar_and_checked(place: Place, tmp_path: Path) -> None:
    exported = place.run("policy", "export", "--cedar", "--check")
    assert exported.exit_code == 0
    assert 'AgentCore::Action::"google___get_user"' in exported.stdout
    read = place.read("policy", "export", "--cedar", "--check")
    assert (read["checked"], read["flaws"], read["policies"]) == (True, [], exported.stdout)
    assert place.run("policy", "export", "--cedar", "--schema").stdout == read["schema"]
    assert place.run("policy", "export").stdout == exported.stdout
