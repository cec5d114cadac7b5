"""Whatever people type and servers offer, the planner says something and comes to an end."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.bedrock.planner.talk import calls, converse
from tests.sandbox.bedrock.toolsets import ALL, NESTED, SEARCH

WORDS = re.findall(
    r"\S+",
    """suspend don't and list who is suspended , leaver@example.com Lea Verheyen because they left . ? ; OPS-12 'x' "
    all stop i-0abc1234 users the not in to aws s3 ls <@U1> <mailto:a@b.example|a@b.example> #general 12 {"a":1} é 🙂
    \u202e""",
)
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
NAMES = st.one_of(
    st.text(max_size=8), st.sampled_from(["user_key", "query", "page_token", "first_name", "summary", "ids"])
)
TYPES = ["string", "integer", "boolean", "array", "object", ["string", "null"], "null"]
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(TYPES),
    "pattern": st.sampled_from(["^a", r"(?<x>\d", r"^\d+$"]),
    "enum": st.lists(st.integers(), min_size=1, max_size=2),
}
PROPERTIES = st.dictionaries(NAMES, st.one_of(st.booleans(), st.fixed_dictionaries({}, optional=LEAVES)), max_size=4)


def offered(name: str, description: str, properties: dict[str, Any], required: bool) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties) if required else []}
    return {"name": name, "description": description, "input_schema": schema}


TOOLS = st.lists(
    st.builds(offered, st.from_regex(re.compile(r"\A[a-zA-Z0-9_-]{1,20}\Z")), TEXTS, PROPERTIES, st.booleans()),
    max_size=4,
    unique_by=lambda tool: str(tool["name"]),
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(TOOLS, st.sampled_from([ALL, NESTED + SEARCH])), TEXTS, TEXTS, st.booleans())
def test_it_answers_and_calls_nothing_twice(tools: list[dict[str, Any]], ask: str, result: str, failed: bool) -> None:
    turns = converse(tools, ask, lambda _name, _args: {"content": result, "is_error": failed})
    made = [call for turn in calls(turns) for call in turn]
    assert len(made) == len(set(made))
    assert turns[-1].text.strip()
