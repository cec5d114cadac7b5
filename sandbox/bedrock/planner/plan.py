"""One assistant message: the calls still to be made, or the answer when there are none."""

import json
import re
from collections.abc import Sequence

from sandbox.bedrock.planner import answer, arguments, tools
from sandbox.bedrock.planner.calls import Calls, Want
from sandbox.bedrock.planner.conversation import Step, Talk, read
from sandbox.bedrock.planner.request import Clause
from sandbox.bedrock.planner.tools import Tool
from sandbox.bedrock.turns import Body, Turn

GREETING = re.compile(r"\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?|thank you|yo)\b", re.IGNORECASE)
PERSON = re.compile(r"^(?:He|She|They|It|The|This) ")
TOKEN = r"\"[^\"]*(?:token|cursor)\": \"[^\"]*\""


def plan(body: Body) -> Turn:
    """The planner's next message for a request body. No call is ever made twice."""
    talk, offered = read(body), tools.offered(body)
    calls = Calls(talk, offered)
    calls.work_out()
    made = {step.key for step in talk.steps}
    wants = list({want.key: want for want in reversed(calls.wants) if want.key not in made}.values())[::-1]
    if wants:
        return Turn(_why(wants), [(want.tool.name, json.dumps(want.args, ensure_ascii=False)) for want in wants])
    return Turn(_answer(talk, offered, calls))


def repeat_a_read(body: Body) -> Turn:
    """The same read, whatever came back."""
    reads = [tool for tool in tools.offered(body) if tool.reads]
    if not reads:
        return Turn(answer.abilities([]))
    anything = Clause("", found={"mails": ("someone@example.com",), "keys": ("ABC-1",), "ids": ("i-0abc1234",)})
    tool = min(reads, key=lambda tool: len(arguments.fill(tool.schema, anything, tool.schema).missing))
    return Turn("One more look.", [(tool.name, json.dumps(arguments.fill(tool.schema, anything, tool.schema).args))])


def _why(wants: Sequence[Want]) -> str:
    """One sentence before the calls, from the request alone."""
    if reason := next((want.clause.reason for want in wants if want.clause.reason), ""):
        return f"The requester says {PERSON.sub(lambda m: m[0].lower(), re.sub(r'^who ', 'the person ', reason))}."
    if all(want.tool.reads for want in wants):
        named = dict.fromkeys(name for want in wants for name in want.clause.names)
        return f"Looking up {' and '.join(named) or wants[0].tool.noun or 'what is needed'}."
    writes = (want for want in wants if not want.tool.reads)
    whats = (answer.join(want.tool.verb, want.tool.noun, answer.target(want.args)) for want in writes)
    return f"The requester asks to {' and '.join(whats)}."


def _answer(talk: Talk, offered: Sequence[Tool], calls: Calls) -> str:
    """Every call told once, the pages of a read together; look-ups only where nothing else is to be told."""
    by_name = {tool.name: tool for tool in offered}
    wants = {want.key: want for want in reversed(calls.wants) if not want.lookup}
    told: list[str] = []
    reads: dict[str, list[Step]] = {}
    for step in talk.steps:
        tool = by_name.get(step.tool) or Tool(step.tool, "", {})
        if tool.reads and step.outcome == "succeeded":
            reads.setdefault(_without_token(step), []).append(step)
        else:
            told.append(answer.happened(tool, step))
    for pages in reads.values():
        want = wants.get(pages[0].key)
        if want or not (told or calls.notes):
            told.append(answer.found(by_name[pages[0].tool], pages, want.clause if want else None))
    return "\n\n".join([*told, *dict.fromkeys(calls.notes)]) or _nothing(talk, offered)


def _without_token(step: Step) -> str:
    """The same for all pages of a read."""
    return re.sub(rf"{TOKEN}, |, {TOKEN}|{TOKEN}", "", "|".join(step.key), flags=re.IGNORECASE)


def _nothing(talk: Talk, offered: Sequence[Tool]) -> str:
    if talk.asks and GREETING.match(talk.asks[-1]):
        return f"Hello. {answer.abilities(offered)}"
    return f"I have no tool for that, so I did nothing. {answer.abilities(offered)}"
