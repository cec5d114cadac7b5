"""What a server lists, as Tools or as refusals."""

from dataclasses import replace
from typing import Any

import pytest
from fastmcp import FastMCP
from mcp_types import Tool as Listed
from mcp_types import ToolAnnotations

from bot.adapters.mcp_listing import LONGEST_DESCRIPTION, MOST_TOOLS, Offer, apart, offer
from bot.adapters.mcp_schema import DEEPEST, LONGEST_SCHEMA
from bot.adapters.mcp_servers import ServerSpec
from bot.models.requirement import Effect
from bot.models.tools import Probe, Tool

OBJECT: dict[str, Any] = {"type": "object", "properties": {}}


def listed(name: str = "look", schema: dict[str, Any] | None = None, **fields: Any) -> Listed:
    return Listed(name=name, input_schema=OBJECT if schema is None else schema, **fields)


def the_tool(one: Listed, **spec: Any) -> Tool:
    (tool,) = offered(one, **spec).tools
    return tool


def offered(*many: Listed, **spec: Any) -> Offer:
    return offer(replace(ServerSpec("demo", FastMCP("demo"), "v1"), **spec), many)


def with_properties(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_a_schema_is_written_in_one_way_only() -> None:
    one = the_tool(listed(schema={"type": "object", "properties": {"b": {"title": "ß"}, "a": {}}}))
    two = the_tool(listed(schema={"properties": {"a": {}, "b": {"title": "ß"}}, "type": "object"}))
    assert one == two
    assert one.schema == '{"properties":{"a":{},"b":{"title":"ß"}},"type":"object"}'


def test_name_description_and_schema_each_change_the_tools_digest() -> None:
    others = [listed("other"), listed(description="Other."), listed(schema=with_properties(a={}))]
    digests = {the_tool(one).schema_digest for one in [listed(), *others]}
    assert len(digests) == 4


def test_alias_and_identity_each_change_the_servers_digest() -> None:
    specs: list[dict[str, str]] = [{}, {"alias": "other"}, {"identity": "v2"}]
    assert len({the_tool(listed(), **spec).server_digest for spec in specs}) == 3


def test_annotations_lower_nothing() -> None:
    harmless = ToolAnnotations(read_only_hint=True, destructive_hint=False)
    assert the_tool(listed(annotations=harmless)).effect is Effect.WRITE


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (listed("with space"), "alias__name"),
        (listed("lоok"), "alias__name"),
        (listed("x" * 59), "alias__name"),
        (listed(""), "alias__name"),
        (listed("look\n"), "alias__name"),
        (listed(description="x" * (LONGEST_DESCRIPTION + 1)), "10,001 characters"),
        (listed(schema=with_properties(a={"title": "x" * LONGEST_SCHEMA})), "the schema has"),
        (listed(schema={"type": "object", "anyOf": [OBJECT]}), "plain object"),
        (listed(schema={"type": "object", "allOf": [OBJECT]}), "plain object"),
        (listed(schema={"type": "object", "oneOf": [OBJECT]}), "plain object"),
        (listed(schema={"type": "array"}), "plain object"),
        (listed(schema={}), "plain object"),
        (listed(schema=with_properties(a={"maximum": float("inf")})), "no JSON"),
        (listed(schema=with_properties(a={"title": "\ud800"})), "no JSON"),
    ],
)
def test_what_could_not_be_called_safely_is_refused_and_the_rest_stays(one: Listed, why: str) -> None:
    found = offered(one, listed("fine"))
    assert [tool.name for tool in found.tools] == ["fine"]
    assert why in found.refused[one.name]


def test_sixty_four_characters_are_allowed() -> None:
    assert len(the_tool(listed("x" * 58)).full_name) == 64


def test_of_two_names_that_look_alike_neither_is_offered() -> None:
    found = offered(listed("look"), listed("Look"), listed("other"), listed("other"))
    assert found.tools == ()
    assert set(found.refused) == {"look", "Look", "other"}


def test_arguments_that_the_schema_marks_secret_are_named() -> None:
    schema = with_properties(
        plain={"type": "string"},
        password={"type": "string", "format": "password"},
        token={"type": "string", "writeOnly": True},
        maybe={"anyOf": [{"type": "string", "format": "password"}, {"type": "null"}]},
        nested={"type": "object", "properties": {"deep": {"items": {"writeOnly": True}}}},
        referred={"$ref": "#/$defs/Secret"},
        looping={"$ref": "#/$defs/Loop"},
        lost={"$ref": "#/$defs/Nowhere"},
        elsewhere={"$ref": "https://example.com/schema.json"},
    )
    loop = {"properties": {"again": {"$ref": "#/$defs/Loop"}}}
    schema["$defs"] = {"Secret": {"allOf": [{"format": "password"}]}, "Loop": loop}
    assert the_tool(listed(schema=schema)).secrets == ("maybe", "nested", "password", "referred", "token")


def test_a_schema_that_nobody_could_check_in_time_is_refused() -> None:
    doors = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(18)}
    schema = with_properties(a={"$ref": "#/$defs/d0"}) | {"$defs": doors}
    assert offered(listed(schema=schema)).refused == {"look": "the schema is a labyrinth of references"}


def test_many_schemas_that_each_just_pass_cost_no_more_than_a_few() -> None:
    doors = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(8)}
    schema = with_properties(a={"$ref": "#/$defs/d0"}) | {"$defs": doors}
    names = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    found = offered(*(listed(name, schema=schema) for name in names))
    assert 0 < len(found.tools) < len(names)
    assert set(found.refused.values()) == {"the schema is a labyrinth of references"}


def test_a_reference_of_endless_steps_is_not_followed() -> None:
    schema = with_properties(a={"$ref": "#/" + "x/" * 1_000})
    assert offered(listed(schema=schema)).refused == {"look": "a reference in the schema has 2,002 characters"}


def test_what_goes_to_the_model_of_one_server_has_a_limit() -> None:
    schema = with_properties(a={"description": "x" * 90_000})
    found = offered(*(listed(name, schema=schema) for name in ("one", "two", "three", "four")), listed("small"))
    assert [tool.name for tool in found.tools] == ["one", "two", "three", "small"]
    assert "used up the room" in found.refused["four"]


def test_an_ordinary_tree_is_no_labyrinth() -> None:
    node = with_properties(left={"$ref": "#/$defs/Node"}, right={"$ref": "#/$defs/Node"}, value={"type": "string"})
    schema = with_properties(a={"$ref": "#/$defs/Node"}) | {"$defs": {"Node": node}}
    assert the_tool(listed(schema=schema)).secrets == ()


@pytest.mark.parametrize("levels", [DEEPEST, 600, 10_000])
def test_a_schema_that_is_nested_too_deeply_is_refused(levels: int) -> None:
    deep: dict[str, Any] = {}
    for _ in range(levels):
        deep = {"items": deep}
    assert offered(listed(schema=with_properties(a=deep))).refused == {"look": "the schema is nested too deeply"}


def test_a_name_of_two_thousand_characters_is_refused_and_told_in_short() -> None:
    found = offered(listed("x" * 2000), listed("fine"))
    assert [tool.name for tool in found.tools] == ["fine"]
    assert list(found.refused) == ["x" * 80 + "… (2,000 characters)"]


def test_a_schema_of_ten_megabytes_costs_the_tool_and_nothing_else() -> None:
    found = offered(listed(schema=with_properties(a={"title": "x" * 10_000_000})), listed("fine"))
    assert [tool.name for tool in found.tools] == ["fine"]
    assert found.refused["look"].startswith("the schema has 10,000,0")


def test_of_a_server_with_too_many_tools_the_first_are_taken() -> None:
    found = offered(*(listed(f"{n:o}".translate(str.maketrans("01234567", "abcdefgh"))) for n in range(MOST_TOOLS + 2)))
    assert (len(found.tools), set(found.refused.values())) == (500, {"the server offers more than 500 tools"})


def test_a_tool_that_is_off_is_not_offered_and_hides_no_other() -> None:
    two = (listed("look"), listed("Look"))
    assert [tool.name for tool in offered(*two, disabled_tools=("L*",)).tools] == ["look"]
    assert offered(*two, disabled_tools=("*",)).tools == ()


def test_what_the_operator_wrote_in_vain_is_told() -> None:
    spec = {"disabled_tools": ("delete_*",), "effects": {"lok": Effect.READ}}
    assert offered(listed("look"), **spec).warnings == (
        "disabled_tools: no tool is named delete_*",
        "effects: no tool is named lok",
    )


def test_tools_of_two_servers_whose_full_names_look_alike_are_told() -> None:
    one = offered(listed("b_c"), listed("fine"), alias="a")
    other = offered(listed("c"), alias="a_b")
    found = apart({"a": one, "a_b": other}, set())
    assert [sorted(one.disputed) for one in found.values()] == [["b_c"], ["c"]]


def test_a_tool_that_came_with_us_keeps_its_name() -> None:
    ours = offered(listed("look"), alias="google_old")
    theirs = offered(listed("old_look"), listed("fine"), alias="google")
    found = apart({"google": theirs, "google_old": ours}, {"google_old"})
    assert [tool.full_name for one in found.values() for tool in one.tools] == ["google__fine", "google_old__look"]
    assert list(found["google"].refused) == ["old_look"]


READS = ToolAnnotations(read_only_hint=True)


@pytest.mark.parametrize(
    ("hints", "effect"),
    [
        (READS, Effect.READ),
        (ToolAnnotations(read_only_hint=True, open_world_hint=True), Effect.OUTBOUND),
        (ToolAnnotations(read_only_hint=False), Effect.WRITE),
        (ToolAnnotations(destructive_hint=False), Effect.WRITE),
        (None, Effect.WRITE),
    ],
)
def test_hints_count_where_the_operator_trusts_them(hints: ToolAnnotations | None, effect: Effect) -> None:
    assert the_tool(listed(annotations=hints), trust_annotations=True).effect is effect


def test_the_operators_word_wins_over_trusted_hints() -> None:
    word = {"look": Effect.WRITE}
    assert the_tool(listed(annotations=READS), trust_annotations=True, effects=word).effect is Effect.WRITE


PROBE = Probe("look", (("key", "key"),), "state", "true")


def test_a_probe_is_what_the_operator_pinned_whatever_the_server_says_of_itself() -> None:
    hint = {"countersign/probe": {"tool": "look", "arguments": {}, "field": "state", "happened": "true"}}
    assert the_tool(listed("change", _meta=hint)).probe is None
    assert the_tool(listed("change", _meta=hint), probes={"other": PROBE}).probe is None
    assert the_tool(listed("change"), probes={"change": PROBE}).probe == PROBE


def test_a_read_needs_no_probe() -> None:
    assert the_tool(listed(), effects={"look": Effect.READ}, probes={"look": PROBE}).probe is None


def test_what_changes_something_has_a_time_of_its_own() -> None:
    times = {"timeout": 60.0, "write_timeout": 20.0}
    assert the_tool(listed(), **times).timeout == 20.0
    assert the_tool(listed(), effects={"look": Effect.OUTBOUND}, **times).timeout == 20.0
    assert the_tool(listed(), effects={"look": Effect.READ}, **times).timeout == 60.0
