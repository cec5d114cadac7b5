"""The forty cards of the judgement test, from cases.yml to the blocks that the product draws."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from blocks.card import approval_card
from blocks.message import Message
from bot.canonical import canonical
from bot.models.call import Call, CallStatus
from bot.models.request import Record
from bot.models.requirement import Effect, Risk
from bot.models.tools import Tool, Toolset
from sandbox.seed import IT_ADMINS, IT_HELP, ROBIN
from tests import factories as make

CASES = Path(__file__).with_name("cases.yml")
LINK = "https://acme.slack.com/archives/C0ITHELP1/p1767603600000100"
WAITS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Case:
    """One card: what was asked, the calls that the model made of it, and what is wrong with them (empty: nothing)."""

    asked: str
    calls: tuple[tuple[str, Mapping[str, Any]], ...]
    why: str
    poison: str = ""


def read_cases(file: Path = CASES) -> tuple[tuple[Case, ...], Toolset, Mapping[str, Risk]]:
    """The cards, the tools that they are about, and each tool's risk by its full name."""
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    tools = tuple(_tool(name, said) for name, said in read["tools"].items())
    cases = tuple(
        Case(one["asked"], tuple((c["tool"], c["arguments"]) for c in one["calls"]), one["why"], one.get("poison", ""))
        for one in read["cards"]
    )
    return cases, Toolset("of the test", tools), {name: Risk[said["risk"]] for name, said in read["tools"].items()}


def draw(case: Case, number: int, tools: Toolset, risks: Mapping[str, Risk], now: datetime) -> Message:
    """The card as an approver gets it who looks at that time."""
    calls = tuple(_call(index, case, number, risks, now) for index in range(len(case.calls)))
    approval = make.an_approval(id=f"{number:04x}", why=case.why, channel="C0APPROV1", created_at=now)
    asker = make.an_actor(team="T0ACME01", user=ROBIN)
    request = make.a_request(actor=asker, origin=make.an_origin(channel=IT_HELP), text=case.asked, created_at=now)
    return approval_card(Record(request, (make.a_turn(),), calls, (approval,)), approval, tools, permalink=LINK)


def _tool(name: str, said: Mapping[str, str]) -> Tool:
    server, _, tool = name.partition("__")
    shown = {key: said[key] for key in ("verb", "target", "system")}
    return make.a_tool(server=server, name=tool, effect=Effect.WRITE, **shown)


def _call(index: int, case: Case, number: int, risks: Mapping[str, Risk], now: datetime) -> Call:
    name, arguments = case.calls[index]
    server, _, tool = name.partition("__")
    until = now + WAITS
    needed = make.a_requirement(clauses=(make.a_clause(groups=(IT_ADMINS,)),), expires_at=until, execute_by=until)
    plain = make.a_call(
        id=f"c{index}",
        index=index,
        server=server,
        tool=tool,
        arguments=canonical(json.dumps(arguments)),
        approval_id=f"{number:04x}",
        risk=risks[name],
        risk_rule="what the tool does",
        status=CallStatus.PENDING,
        reason="Rule “changes” asks first.",
    )
    return replace(plain, requirement=needed)
