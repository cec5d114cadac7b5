"""The operator's file of secrets for one-time codes."""

import json
import threading
from pathlib import Path

import pyotp
import pytest

from bot.adapters.code_file import CodeFile, check, enrol, read_secrets
from bot.errors import BadInput, Unavailable

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URL = pyotp.TOTP(SECRET).provisioning_uri(name="U2")


async def test_a_secret_is_base32_an_address_or_a_reference_to_either(tmp_path: Path) -> None:
    (tmp_path / "kim").write_text(f"{SECRET}\n")
    file = tmp_path / "codes.yml"
    file.write_text(f"U1: {SECRET}\nU2: {URL}\nU3: file:kim\nU4: file:{tmp_path}/kim\n")
    check(file)
    found = [await CodeFile(file).secret(user) for user in ("U1", "U2", "U3", "U4", "U5")]
    assert found == [SECRET, URL, SECRET, SECRET, None]


async def test_who_was_enrolled_just_now_can_go_on_at_once(tmp_path: Path) -> None:
    file = tmp_path / "codes.yml"
    enrol(file, "U1", SECRET, again=False)
    codes = CodeFile(file)
    assert await codes.secret("U2") is None
    enrol(file, "U2", URL, again=False)
    assert (await codes.secret("U1"), await codes.secret("U2")) == (SECRET, URL)
    assert file.stat().st_mode & 0o777 == 0o600


def test_nobodys_secret_is_replaced_by_accident(tmp_path: Path) -> None:
    file = tmp_path / "codes.json"
    enrol(file, "U1", SECRET, again=False)
    with pytest.raises(BadInput, match="has a secret already"):
        enrol(file, "U1", URL, again=False)
    enrol(file, "U1", URL, again=True)
    assert json.loads(file.read_text()) == {"U1": URL}


def test_what_else_stands_in_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "codes.yml"
    file.write_text(f"# who may\nU1: {SECRET}  # Kim\n\nU2: >-\n  {SECRET}\n# the end\n")
    enrol(file, "U3", URL, again=False)
    enrol(file, "U1", URL, again=True)
    text = file.read_text()
    assert text.startswith(f'# who may\nU1: "{URL}"  # Kim\n\nU2: >-\n')
    assert "# the end\nU3: " in text
    enrol(file, "U2", URL, again=True)
    assert read_secrets(file) == {"U1": URL, "U2": URL, "U3": URL}
    assert "# who may\n" in file.read_text()


@pytest.mark.parametrize("text", ["{}\n", f"{{U1: {SECRET}}}\n", f"---\nU1: {SECRET}\n...\n", "# nobody yet\n", ""])
def test_a_file_of_any_style_takes_one_more(tmp_path: Path, text: str) -> None:
    file = tmp_path / "codes.yml"
    file.write_text(text)
    before = read_secrets(file)
    enrol(file, "U9", URL, again=False)
    assert read_secrets(file) == {**before, "U9": URL}


@pytest.mark.parametrize(("mode", "was_open"), [(0o600, False), (0o644, True), (0o640, True)])
def test_a_file_that_others_could_read_is_told_of_and_closed(tmp_path: Path, mode: int, *, was_open: bool) -> None:
    file = tmp_path / "codes.yml"
    file.write_text(f"U1: {SECRET}\n")
    file.chmod(mode)
    assert enrol(file, "U2", URL, again=False) is was_open
    assert file.stat().st_mode & 0o777 == 0o600


def test_people_who_are_enrolled_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    file, start = tmp_path / "codes.yml", threading.Barrier(6)

    def one(number: int) -> None:
        start.wait()
        enrol(file, f"U{number}", SECRET, again=False)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_secrets(file)) == {f"U{number}" for number in range(6)}
    assert [path.name for path in tmp_path.iterdir()] == ["codes.yml"]


WRONG = {
    "no mapping": ("- U1\n", "here should be USER: SECRET lines"),
    "no YAML": ("U1: [\n", "this is neither YAML nor JSON"),
    "no text": ("U1: 12345678\n", "here should be a text"),
    "no secret": ("U1: 'no base32!'\n", "this is neither base32"),
    "a short secret": ("U1: JBSWY3DPEHPK3PXP\n", "this is neither base32"),
    "codes of a minute": (f"U1: otpauth://totp/a?secret={SECRET}&period=60\n", "not for codes of 30 seconds"),
    "a reference to nothing": ("U1: file:nowhere\n", "there is no such file"),
}


@pytest.mark.parametrize(("text", "what"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_cannot_be_used_is_refused_without_the_secret(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "codes.yml"
    file.write_text(text)
    with pytest.raises(BadInput) as refused:
        check(file)
    assert what in refused.value.what
    assert str(file) in refused.value.where
    for secret in (SECRET, "JBSWY3DPEHPK3PXP", "no base32!"):
        assert secret not in str(refused.value)


async def test_a_file_that_is_gone_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="COUNTERSIGN_TOTP_FILE"):
        await CodeFile(tmp_path / "gone.yml").secret("U1")


def test_a_user_who_stands_there_twice_is_refused_without_the_secrets(tmp_path: Path) -> None:
    path = tmp_path / "codes.yml"
    path.write_text(f"U1: {SECRET}\nU2: {SECRET}\nU1: {SECRET[::-1]}\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_secrets(path)
    assert (refused.value.what, refused.value.where) == ("U1 stands there twice", f"{path}, line 3")
    assert SECRET not in str(refused.value)


def test_through_a_link_the_file_that_it_leads_to_is_written(tmp_path: Path) -> None:
    path, link = tmp_path / "codes.yml", tmp_path / "link.yml"
    path.write_text(f"U1: {SECRET}\n", encoding="utf-8")
    link.symlink_to(path)
    enrol(link, "U2", SECRET, again=False)
    assert link.is_symlink()
    assert set(read_secrets(path)) == {"U1", "U2"}
