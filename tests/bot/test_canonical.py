"""One reading of what the model wrote; whatever could be read in two ways is refused."""

import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import canonical as module
from bot.canonical import MAX_DEPTH, MAX_SAFE_INTEGER, canonical, digest, loads
from bot.errors import BadInput
from tests.bot.builders import PROPERTY, WHOLE_TEXT

BACKSLASH = "\\"
REFUSED = {
    "a key twice": '{"a":1,"a":1}',
    "a key twice, deep inside": '{"a":[{"b":{"c":1,"c":2}}]}',
    "the same key, once escaped": f'{{"a":1,"{BACKSLASH}u0061":2}}',
    "case variants": '{"email":"a","Email":"b"}',
    "sharp s and two s": '{"straße":1,"STRASSE":2}',
    "full-width and plain": '{"ａ":1,"a":2}',
    "composed and decomposed": '{"é":1,"e\u0301":2}',
    "a ligature and its letters": '{"ﬁle":1,"file":2}',
    "the Kelvin sign and k": '{"\u212a":1,"k":2}',
    "Greek with its accents in another order": '{"\u1fb7":1,"\u1fbc\u0342":2}',
    "NaN": '{"a":NaN}',
    "Infinity": '{"a":Infinity}',
    "-Infinity": '{"a":-Infinity}',
    "minus zero": '{"a":-0}',
    "minus zero with a point": '{"a":-0.0}',
    "a trailing zero": '{"a":1.50}',
    "an exponent": '{"a":1e5}',
    "a number beyond every float": '{"a":1e999}',
    "a very small number": '{"a":0.00001}',
    "more digits than a float holds": '{"a":0.10000000000000000001}',
    "two to the 53": '{"a":9007199254740992}',
    "minus two to the 53": '{"a":-9007199254740992}',
    "a number with 5,000 digits": '{"a":' + "9" * 5000 + "}",
    "a leading zero": '{"a":01}',
    "a plus": '{"a":+1}',
    "a bare point": '{"a":.5}',
    "hexadecimal": '{"a":0x10}',
    "a high surrogate alone": f'{{"a":"{BACKSLASH}ud83d"}}',
    "a low surrogate alone": f'{{"a":"{BACKSLASH}ude00"}}',
    "surrogates in the wrong order": f'{{"a":"{BACKSLASH}ude00{BACKSLASH}ud83d"}}',
    "a surrogate in a key": f'{{"{BACKSLASH}ud800":1}}',
    "trailing text": '{"a":1} and then',
    "two documents": '{"a":1}{"a":2}',
    "a byte order mark": '\ufeff{"a":1}',
    "an unknown escape": f'{{"a":"{BACKSLASH}x41"}}',
    "a short escape": f'{{"a":"{BACKSLASH}u12"}}',
    "a raw control character": '{"a":"\x01"}',
    "a raw line break in a text": '{"a":"b\nc"}',
    "single quotes": "{'a':1}",
    "a trailing comma": '{"a":1,}',
    "a comment": '{"a":1 /* one */}',
    "a word of JavaScript": '{"a":undefined}',
    "a list": "[1]",
    "a text": '"a"',
    "a number": "1",
    "null": "null",
    "only a space": " ",
    "65 levels of objects": '{"a":' * 65 + "1" + "}" * 65,
    "65 levels, the last one empty": '{"a":' + "[" * 64 + "]" * 64 + "}",
    "100,000 levels": "[" * 100_000,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        canonical(text)
    assert refused.value.what


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("-0", "write 0"),
        ("-0.0", "write 0"),
        ("-0.050", "write -0.05"),
        ("1.50", "write 1.5"),
        ("1e5", "write 100000.0"),
        ("1e999", "send it as a string"),
        ("0.00001", "send it as a string"),
        ("9007199254740992", "send it as a string"),
        ("9007199254740993.0", "send it as a string"),
    ],
)
def test_a_refused_number_comes_with_a_way_to_write_it(written: str, mend: str) -> None:
    with pytest.raises(BadInput) as refused:
        canonical(f'{{"a":{written}}}')
    assert refused.value.mend == mend


def test_a_number_in_foreign_digits_is_refused_even_if_a_parser_lets_it_through() -> None:
    with pytest.raises(BadInput):
        module._integer("٣")


DOCUMENT = '{"email":"sam@example.com","note":"naïve 😀 \\u00e9 \\n","list":[1,-2,3.5,true,null,{"deep":{"x":""}}]}'


@pytest.mark.parametrize("length", range(1, len(DOCUMENT)))
def test_a_document_that_was_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        canonical(DOCUMENT[:length])


def test_a_tool_without_arguments_may_be_called_with_no_text_at_all() -> None:
    assert canonical("") == "{}"


def test_keys_are_sorted_at_every_level_and_spaces_go() -> None:
    assert canonical(' { "b" : [ { "z":1, "a":2 } ] , "a" : null }\n') == '{"a":null,"b":[{"a":2,"z":1}]}'


@pytest.mark.parametrize("number", ["0", "1", "-1", "1.5", "1.0", "-0.05", "100000.0", "9007199254740991", "0.1"])
def test_numbers_stand_as_they_were_written(number: str) -> None:
    assert canonical(f'{{"a":{number}}}') == f'{{"a":{number}}}'


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    assert canonical('{"a":"007","b":"1e5","c":"NaN"}') == '{"a":"007","b":"1e5","c":"NaN"}'


def test_a_text_keeps_every_character() -> None:
    assert loads(canonical('{"a":"e\\u0301 \\u202e /\\/ \\ud83d\\ude00"}')) == {"a": "e\u0301 \u202e // 😀"}


def test_sixty_four_levels_are_read() -> None:
    text = '{"a":' + "[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1) + "}"
    assert canonical(text) == text


def _exact(number: float) -> bool:
    return math.isfinite(number) and "e" not in repr(number) and repr(number) != "-0.0"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(-1e15, 1e15).filter(_exact)
    | WHOLE_TEXT
)
KEYS = st.text("abcdefghijkl_", min_size=1, max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def _turned(value: Any) -> Any:
    """The same JSON value with every object's keys the other way round."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@given(OBJECTS, st.sampled_from([None, 2]), st.booleans())
@PROPERTY
def test_all_writings_of_one_value_become_one_text(value: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    plain = canonical(json.dumps(value))
    assert canonical(json.dumps(_turned(value), indent=indent, ensure_ascii=ascii_only)) == plain


@given(OBJECTS)
@PROPERTY
def test_canonical_text_is_read_as_itself_and_means_what_was_written(value: dict[str, Any]) -> None:
    once = canonical(json.dumps(value))
    assert canonical(once) == once
    assert loads(once) == value
    assert once == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(st.text(max_size=40))
@PROPERTY
def test_any_text_at_all_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        value: object = loads(canonical(text))
    except BadInput as refused:
        value = {"refused": refused.what}
    assert isinstance(value, dict)


FIELDS = st.lists(st.text(max_size=6), min_size=2, max_size=5)


@given(FIELDS, FIELDS)
@example(["ab", "c"], ["a", "bc"])
@example(["a", ""], ["", "a"])
@example(['a","b', ""], ["a", "b"])
@example(["\ud83d\ude00", ""], ["😀", ""])
@example(["\\ud83d", ""], ["\ud83d", ""])
@example(["\ud83d", ""], ["?", ""])
@PROPERTY
def test_two_lists_of_fields_never_share_a_digest(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_digest_is_the_sha_256_of_the_fields_as_json() -> None:
    assert digest("a", "é") == hashlib.sha256('["a","é"]'.encode()).hexdigest()
