"""From what the model wants to a bound Call that policy has spoken of."""

import json
import threading
from dataclasses import fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from bot.canonical import canonical
from bot.errors import BadInput
from bot.models.call import Call, CallStatus
from bot.models.policy import Allow, Deny, MustAsk, RuleEffect
from bot.models.requirement import Effect, Risk
from bot.models.tools import Tool
from bot.proposing import HIDDEN, bound, checked, decided, propose, question
from tests.bot.builders import a_proposal, a_use
from tests.factories import LATER, NOW, a_policy, a_request, a_rule, a_tool, a_toolset


def a_proposed_call(**proposal: Any) -> Call:
    return propose(a_proposal(**proposal), 0, a_use(), "c1")[0]


def test_a_call_carries_what_the_model_the_tool_and_the_policy_say() -> None:
    call, decision = propose(a_proposal(), 3, a_use(' { "email" : "sam@example.com" } '), "c1")
    assert (call.id, call.turn, call.index, call.tool_use_id) == ("c1", 1, 3, "toolu_1")
    assert call.arguments == '{"email":"sam@example.com"}'
    assert (call.name, call.effect, call.status) == ("google__suspend_user", Effect.WRITE, CallStatus.PROPOSED)
    assert (call.policy_version, call.risk, call.risk_rule) == (1, Risk.MEDIUM, "write")
    assert isinstance(decision, MustAsk)
    assert decision.rules == ("locking",)


@pytest.mark.parametrize(
    "name", ["google__drop_user", "suspend_user", "Google__suspend_user", "google__suspend_user ", ""]
)
def test_a_tool_that_is_not_there_is_denied_and_the_others_are_named(name: str) -> None:
    allow_all = a_policy(rules=(a_rule(effect=RuleEffect.ALLOW, tools=(), ask=None, even_if_tainted=True),))
    call, decision = propose(a_proposal(policy=allow_all), 0, a_use(name=name), "c1")
    assert isinstance(decision, Deny)
    assert decision.rules == ("unknown tool",)
    assert "There are: google__suspend_user." in decision.why
    assert (call.arguments, call.effect) == ("{}", Effect.WRITE)
    assert decided(call, decision, NOW).status is CallStatus.DENIED


def test_without_any_tool_none_is_named() -> None:
    _, decision = propose(a_proposal(toolset=a_toolset(tools=())), 0, a_use(), "c1")
    assert "There are: none." in decision.why


UNUSABLE = [
    '{"email":"sam@example.com","force":true}',
    '{"Email":"sam@example.com"}',
    '{"email ":"sam@example.com"}',
    "{}",
    "",
    '{"email":null}',
    '{"email":7}',
    '{"email":["sam@example.com"]}',
    '{"email":"a","email":"b"}',
    '{"email":"sam@example',
    '["email"]',
]


@pytest.mark.parametrize("arguments", UNUSABLE)
def test_arguments_that_do_not_fit_are_denied_whatever_policy_allows(arguments: str) -> None:
    allow_all = a_policy(rules=(a_rule(effect=RuleEffect.ALLOW, tools=(), ask=None, even_if_tainted=True),))
    call, decision = propose(a_proposal(policy=allow_all), 0, a_use(arguments), "c1")
    assert isinstance(decision, Deny)
    assert decision.rules == ("unusable arguments",)
    assert decision.why.endswith(".")
    assert call.arguments == "{}"


def schema_of(**schema: Any) -> Tool:
    return a_tool(schema=canonical(json.dumps(schema)))


@pytest.mark.parametrize("additional", [True, {"type": "integer"}, {"type": "integer", "minimum": 1}])
def test_a_tool_may_say_that_it_takes_more_arguments(additional: object) -> None:
    tool = schema_of(type="object", properties={}, additionalProperties=additional)
    assert checked(tool, '{"n":1}', 100) == '{"n":1}'


@pytest.mark.parametrize("schema", [{}, {"additionalProperties": False}, {"additionalProperties": None}])
def test_otherwise_it_takes_none(schema: dict[str, Any]) -> None:
    tool = schema_of(**schema)
    with pytest.raises(BadInput):
        checked(tool, '{"n":1}', 100)


def test_more_arguments_must_be_of_the_kind_that_the_tool_says() -> None:
    tool = schema_of(type="object", additionalProperties={"type": "integer"})
    with pytest.raises(BadInput) as refused:
        checked(tool, '{"n":"one"}', 100)
    assert refused.value.where == "n"


UNUSABLE_SCHEMAS: list[dict[str, Any]] = [
    {"type": "strange"},
    {"properties": {"n": {"type": "strange"}}},
    {"properties": {"n": {"pattern": "("}}},
    {"properties": []},
    {"properties": {"n": {"$ref": "https://example.com/schema"}}},
    {"properties": {"n": {"$ref": "#/nowhere"}}},
    {"properties": {"n": {}}, "$ref": "#"},
]


@pytest.mark.parametrize("schema", UNUSABLE_SCHEMAS, ids=json.dumps)
def test_with_a_schema_that_cannot_be_used_nothing_runs(schema: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        checked(schema_of(**schema), '{"n":"one"}', 100)
    assert refused.value.what.startswith("the schema of this tool cannot be checked")


class Counting(BaseHTTPRequestHandler):
    """Gives a schema that takes anything, and counts who asked for it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_request(self, *_: Any, **__: Any) -> None:
        """Nothing on stderr."""


def test_a_schema_is_never_fetched_from_anywhere() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        tool = schema_of(properties={"n": {"$ref": f"http://127.0.0.1:{server.server_port}/schema"}})
        with pytest.raises(BadInput):
            checked(tool, '{"n":"one"}', 100)
        server.shutdown()
        thread.join()
    assert Counting.asked == []


def test_arguments_are_measured_before_they_are_read() -> None:
    raw = '{"email":"sam@example.com"}'
    assert checked(a_tool(), raw, len(raw)) == raw
    with pytest.raises(BadInput, match="at most 26"):
        checked(a_tool(), raw, len(raw) - 1)


def test_many_targets_raise_the_risk() -> None:
    tool = schema_of(type="object", properties={"users": {"type": "array"}})
    toolset = a_toolset(tools=(tool,))
    few, many = (json.dumps({"users": list(range(count))}) for count in (10, 11))
    assert propose(a_proposal(toolset=toolset), 0, a_use(few), "c1")[0].risk is Risk.MEDIUM
    assert propose(a_proposal(toolset=toolset), 0, a_use(many), "c1")[0].risk is Risk.HIGH


def test_untrusted_text_in_the_request_makes_policy_ask() -> None:
    allow = a_policy(rules=(a_rule(effect=RuleEffect.ALLOW, ask=None),))
    assert isinstance(propose(a_proposal(policy=allow), 0, a_use(), "c1")[1], Allow)
    tainted = a_proposal(policy=allow, request=a_request(tainted_by=("the thread",)))
    call, decision = propose(tainted, 0, a_use(), "c1")
    assert call.tainted
    assert isinstance(decision, MustAsk)
    assert question(call, LATER).tainted


def test_policy_sees_the_bytes_that_are_bound() -> None:
    call = a_proposed_call()
    assert (question(call, LATER).arguments, question(call, LATER).at) == (call.arguments, LATER)


BOUND = ["server", "server_digest", "tool", "schema_digest", "arguments", "account", "region", "id"]
"""Text fields of a call that its digest covers, in this order."""
NOT_BOUND = {
    *("request_id", "turn", "index", "tool_use_id", "effect", "digest", "fingerprint", "risk", "risk_rule", "tainted"),
    *("status", "rules", "reason", "requirement", "approval_id", "attached_to", "votes", "attempt", "result"),
    *("decided_at", "decided_by", "look", "told", "elsewhere"),
}


def test_of_every_field_of_a_call_it_is_known_whether_the_digest_covers_it() -> None:
    assert {field.name for field in fields(Call)} == {*BOUND, "policy_version"} | NOT_BOUND


def test_a_fresh_call_is_bound() -> None:
    call = a_proposed_call()
    assert bound(call, a_request()) == call.digest


@pytest.mark.parametrize("field", BOUND)
@pytest.mark.parametrize("change", ["{} ", " {}", "{}\x00", "x{}", "{}{}."])
def test_any_change_of_a_bound_field_changes_the_digest(field: str, change: str) -> None:
    call = a_proposed_call()
    text = getattr(call, field)
    changed: dict[str, Any] = {field: change.format(text, text)}
    assert bound(replace(call, **changed), a_request()) != call.digest


@pytest.mark.parametrize("position", range(len('{"email":"sam@example.com"}')))
def test_any_changed_byte_of_the_arguments_changes_the_digest(position: int) -> None:
    call = a_proposed_call()
    before, char, after = call.arguments[:position], call.arguments[position], call.arguments[position + 1 :]
    for other in (chr(ord(char) ^ 1), char.swapcase() if char.isalpha() else "", char + char):
        assert bound(replace(call, arguments=before + other + after), a_request()) != call.digest


@pytest.mark.parametrize("one", range(len(BOUND) - 1))
def test_characters_cannot_move_between_neighbouring_fields(one: int) -> None:
    left, right = BOUND[one : one + 2]
    call = replace(a_proposed_call(), account="123456789012", region="eu-north-1")
    here, there = getattr(call, left), getattr(call, right)
    moved = {left: here[:-1], right: here[-1] + there}
    assert bound(replace(call, **moved), a_request()) != bound(call, a_request())
    swapped = {left: there, right: here}
    assert bound(replace(call, **swapped), a_request()) != bound(call, a_request())


def test_another_requester_or_policy_version_changes_the_digest() -> None:
    call, request = a_proposed_call(), a_request()
    for team, user in (("T2", "U-requester"), ("T1", "U-other"), ("T1U", "-requester")):
        stranger = replace(request, actor=replace(request.actor, team=team, user=user))
        assert bound(call, stranger) != call.digest
    assert bound(replace(call, policy_version=2), request) != call.digest


def test_the_digest_does_not_move_with_what_happens_to_the_call() -> None:
    call = a_proposed_call()
    later = replace(call, status=CallStatus.APPROVED, reason="x", approval_id="a1", decided_by="U1", attached_to="c0")
    assert bound(later, a_request()) == call.digest


def test_the_fingerprint_ignores_the_call_id_and_the_policy_version() -> None:
    call = a_proposed_call()
    again, _ = propose(a_proposal(policy=a_policy(version=2)), 5, a_use(), "c2")
    assert again.fingerprint == call.fingerprint
    assert again.digest != call.digest


def test_the_fingerprint_tells_different_calls_apart() -> None:
    call = a_proposed_call()
    others = [
        propose(a_proposal(), 0, a_use('{"email":"kim@example.com"}'), "c1")[0],
        a_proposed_call(toolset=a_toolset(tools=(a_tool(server_digest="other"),))),
        a_proposed_call(toolset=a_toolset(tools=(a_tool(schema_digest="other"),))),
        a_proposed_call(request=a_request(actor=replace(a_request().actor, user="U-other"))),
    ]
    assert call.fingerprint not in {other.fingerprint for other in others}


def test_policy_s_word_moves_the_call() -> None:
    call, decision = propose(a_proposal(), 0, a_use(), "c1")
    assert decided(call, decision, NOW).status is CallStatus.PENDING


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ({"properties": {"code": {"type": "string", "pattern": "^[0-9]$"}}}, {"code": "hunter22"}),
        ({"properties": {"code": {"type": "object", "maxProperties": 0}}}, {"code": {"b": "hunter22"}}),
        ({"properties": {"code": {}}, "maxProperties": 0}, {"code": "hunter22"}),
        ({"properties": {"code": {}}, "not": {"required": ["code"]}}, {"code": "hunter22"}),
    ],
)
def test_a_sentence_about_a_secret_argument_does_not_quote_it(
    schema: dict[str, Any], arguments: dict[str, Any]
) -> None:
    tool = a_tool(schema=json.dumps({"type": "object", **schema}), secrets=("code",))
    with pytest.raises(BadInput) as refused:
        checked(tool, json.dumps(arguments), 1000)
    assert "hunter22" not in str(refused.value)
    assert str(refused.value).endswith(HIDDEN)
    with pytest.raises(BadInput, match="hunter22"):
        checked(replace(tool, secrets=()), json.dumps(arguments), 1000)
