"""What a card points out because the request does not say it."""

from typing import Any

import pytest

from blocks.calls import Row
from blocks.unasked import unasked
from bot.canonical import canonical
from tests import factories as make
from tests.blocks import examples


def pointed_out(asked: str, arguments: str, **tool: Any) -> str:
    call = make.a_call(arguments=canonical(arguments))
    record = make.a_record(request=make.a_request(text=asked), calls=(call,))
    return "".join(part.to_dict()["text"] for part in unasked(Row(record, call, make.a_tool(**tool))))


@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        ("Suspend Leaver@example.com, she left", '{"email":"leaver@example.com"}'),
        ("Suspend leaver@example.com.", '{"email":"leaver@example.com"}'),
        ("(see <mailto:leaver@example.com|leaver@example.com>)", '{"email":"leaver@example.com"}'),
        (
            "Plan a meeting",
            '{"start":"2026-11-24T10:00:00+01:00","title":"Plan of the year","minutes":"30","all":true}',
        ),
        ("Copy it from prod to dev", '{"source":"prod","target":"dev"}'),
        ("Stop web-1 in the dev account", '{"account":"acme-dev","id":"web-1","region":"eu-central-1"}'),
        ("Give her ReadOnly in 111111111111", '{"role":"arn:aws:iam::111111111111:role/ReadOnly"}'),
        ("Delete OPS-231, it repeats OPS-213", '{"issue":"OPS-213"}'),
    ],
)
def test_what_the_request_names_is_not_pointed_out(asked: str, arguments: str) -> None:
    assert pointed_out(asked, arguments) == ""


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("support@example.com", "support@examp1e.com"),
        ("admin.old@example.com", "admin_old@example.com"),
        ("j.miller@example.com", "j.muller@example.com"),
        ("ann@example.com", "ann@example.co"),
        ("i-0a11f3", "i-0a1lf3"),
    ],
)
def test_a_name_that_can_be_taken_for_the_one_asked_for_is_pointed_out(asked: str, given: str) -> None:
    assert (
        pointed_out(f"Please stop {asked} now", f'{{"it":"{given}"}}') == f"\n⚠️ {given} is not {asked} of the request."
    )


def test_another_person_of_the_same_company_is_extra_and_not_mistaken() -> None:
    shown = pointed_out("Suspend leaver@example.com", '{"email":"ada@example.com"}')
    assert shown == "\n⚠️ Not named in the request: ada@example.com"


def test_a_name_beside_the_right_one_is_named_as_extra() -> None:
    mail = '{"bcc":["q3@example.net"],"to":["cfo@example.com"]}'
    assert pointed_out("Mail it to cfo@example.com", mail) == "\n⚠️ Not named in the request: q3@example.net"


def test_another_environment_is_pointed_out_first() -> None:
    shown = pointed_out("Stop i-0b22 in the dev account", '{"account":"acme-prod","id":"i-0b22"}')
    assert shown == "\n⚠️ This is about prod. The request says dev.\nNot named in the request: acme-prod"


def test_the_same_account_with_another_role_is_pointed_out() -> None:
    arn = "arn:aws:iam::111111111111:role/Admin"
    shown = pointed_out("Give her ReadOnly in 111111111111", f'{{"role":"{arn}"}}')
    assert shown == f"\nNot named in the request: {arn}"


def test_the_end_of_an_address_is_not_the_address() -> None:
    shown = pointed_out("Mail it to example.com people", '{"to":"ada@example.com"}')
    assert shown == "\n⚠️ Not named in the request: ada@example.com"


def test_many_names_are_counted() -> None:
    names = ",".join(f'"p{number}@example.com"' for number in range(8))
    assert pointed_out("Invite the team", f'{{"who":[{names}]}}').endswith("p4@example.com and 3 more")


def test_a_secret_is_never_repeated() -> None:
    assert pointed_out("Rotate it", '{"token":"sk-12345678"}', secrets=("token",)) == ""


def test_a_name_that_hides_something_is_not_shown_raw() -> None:
    assert "\u202e" not in pointed_out("Suspend ada@example.com", '{"email":"ad\\u202ea@example.com"}')


def test_a_decided_card_needs_no_comparing() -> None:
    waiting, done = (
        examples.a_card(examples.a_call(status), text="Suspend ada@example.com")
        for status in (examples.S.PENDING, examples.S.SUCCEEDED)
    )
    assert "Not named in the request" in str(waiting.blocks)
    assert "Not named in the request" not in str(done.blocks)


def test_a_secret_in_the_request_is_not_repeated_from_there() -> None:
    secret = "sk-" + "proj-" + "a1B2c3D4e5F6g7H8i9J0" * 2
    assert secret not in pointed_out(f"Use {secret}", f'{{"key":"{secret[:-1]}x"}}')
