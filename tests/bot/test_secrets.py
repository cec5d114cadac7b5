"""Fifty secrets of fifteen kinds, however they are written; and three hundred lines in which there is none."""

import json
import re

import pytest

from bot.secret_shapes import ASSIGNED, FOLLOWING, SIGN, UNSIGNED
from bot.untrusted import REDACTED, redact, redact_json, redacted, visible
from tests.canaries import COUNT, KINDS, canaries
from tests.ordinary import ordinary

ALL = canaries()
EACH = [next(one for one in ALL if one.kind == kind) for kind in KINDS]
TOKENS = [one for one in ALL if one.kind in {"AWS key id", "GitHub token", "Google API key", "payment key"}]
HIDING = ["\u200b", "\u00ad", "\u2060", "\ufeff", "\U000e0041", "\u202e", "\x00", "⟨U+200B⟩"]


def test_there_are_fifty_of_fifteen_kinds() -> None:
    assert (len(ALL), len({one.text for one in ALL}), len({one.kind for one in ALL})) == (COUNT, COUNT, 15)
    assert all(one.leaked(one.text) for one in ALL)


@pytest.mark.parametrize("around", ["{}", "note {} end", "before\n{}\nafter", "`{}`", "({})", "| a | {} |"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_one_is_redacted_in_any_surroundings(around: str, seed: int) -> None:
    assert [one for one in canaries(seed) if one.leaked(redact(around.format(one.text)))] == []


def test_every_one_is_redacted_in_json_as_a_value_and_as_a_text_in_it() -> None:
    for one in ALL:
        inner = json.dumps({"note": f"a {one.text} b"})
        assert not one.leaked(redact(inner)), one.kind
        assert not one.leaked(redact(json.dumps(inner))), one.kind
        assert not one.leaked(redact_json(json.dumps([inner]))), one.kind
        assert not one.leaked(json.dumps(redacted({"a": [one.text, {one.text: 1}]}))), one.kind


@pytest.mark.parametrize("char", HIDING, ids=lambda char: f"U+{ord(char[0]):04X}")
def test_a_character_that_nobody_sees_does_not_hide_a_secret(char: str) -> None:
    for one in EACH:
        needle = max(one.needles, key=len)
        middle = one.text.index(needle) + len(needle) // 2
        split = f"x {one.text[:middle]}{char}{one.text[middle:]} y"
        assert not one.leaked(redact(split)), one.kind
        assert not one.leaked(visible(redact(split))), one.kind
        assert not one.leaked(redact(visible(split))), one.kind


def test_escapes_of_json_do_not_hide_a_secret() -> None:
    for one in EACH:
        escaped = one.text.replace("a", "\\u0061").replace("7", "\\u0037").replace("/", "\\/")
        shown = redact(f'{{"note": {escaped}}}')
        assert not one.leaked(shown.replace("\\u0061", "a").replace("\\u0037", "7").replace("\\/", "/")), one.kind


@pytest.mark.parametrize("broken", ["\n", "\r\n", "  \n   ", "\n\n"])
def test_a_token_on_two_lines_is_still_one(broken: str) -> None:
    for one in TOKENS:
        for at in range(6, len(one.text) - 1, 5):
            text = f"{one.text[:at]}{broken}{one.text[at:]}"
            assert not one.leaked(redact(f"a {text} b")), text


def test_a_secret_in_disguise_leaves_the_rest_as_it_was() -> None:
    zero = "\u200b"
    key = EACH[0].text
    text = f"first{zero} line\n{key[:9]}{zero}{key[9:]} and 👩\u200d💻\nlast"
    assert redact(text) == f"first{zero} line\n{REDACTED} and 👩\u200d💻\nlast"


def test_an_ordinary_answer_stays_as_it_is() -> None:
    lines = ordinary()
    assert (len(lines), len(set(lines))) == (300, 300)
    assert [line for line in lines if redact(line) != line] == []
    whole = "\n".join(lines)
    assert redact(whole) == whole
    assert json.loads(redact_json(json.dumps(lines))) == lines


SAMPLES = [one.text for seed in range(30) for one in canaries(seed)] + [f"https://example.com/?sig=7Kq{'a1' * 9}"]


@pytest.mark.parametrize("text", [r"BACKUP CODES\N12345678\N87654321", r"recovery codes \N4821-9932"])
def test_escapes_in_capitals_announce_a_secret_too(text: str) -> None:
    assert not re.search("[0-9]{4}", redact(text))


def test_every_pattern_of_what_follows_is_needed() -> None:
    for following in FOLLOWING:
        found = [one for one in SAMPLES if following.search(one)]
        assert found, following.pattern


def test_what_is_looked_for_behind_a_sign_alone_has_one() -> None:
    signed = [ASSIGNED, *(following for following in FOLLOWING if following not in UNSIGNED)]
    found = [match[0] for shape in signed for one in SAMPLES for match in shape.finditer(one)]
    assert len(found) > len(signed)
    assert [secret for secret in found if not SIGN.search(secret)] == []


UNITS = (
    "sk-", "eyJ-", "eyJa.", "bearer ", "AKIA", "\u200b", "a\n", "\\u0041", "password is ", "backup codes: ", "1234 ",
    "?key=a", "authorization: basic ", "xoxb-a\n", "://a:", "-----BEGIN A", "hooks.slack.com/services/",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_is_read_in_one_go(unit: str) -> None:
    assert len(redact(unit * 20_000)) <= len(unit) * 20_000
