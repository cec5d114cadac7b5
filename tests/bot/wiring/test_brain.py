"""The model as the settings say it: whom it asks, for what, with which key."""

import pytest
from aiohttp import web

from bot.settings import Settings
from bot.wiring.brain import model_and_tools
from bot.wiring.local import _budgets
from sandbox.bedrock.guardrails import Guardrail
from sandbox.bedrock.server import add_routes
from sandbox.bedrock.switch import ModelSwitch
from sandbox.bedrock.turns import Turn
from sandbox.clock import SystemClock
from sandbox.steps import StepLog
from tests.bot.adapters.anthropic_stand_in import asking, served

PATHS = {"bedrock": "/bedrock", "bedrock-mantle": "/mantle/anthropic", "anthropic": "/claude"}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("kind", PATHS)
async def test_each_kind_asks_at_the_address_that_is_set(kind: str) -> None:
    switch, app = ModelSwitch(), web.Application()
    add_routes(app, switch, StepLog(SystemClock()))
    switch.say(Turn("Hello."))
    switch.guardrails["gr1"] = Guardrail(())
    guardrail = ("gr1", "1") if kind == "bedrock" else ("", "")
    async with served(app) as url:
        settings = Settings(
            model_kind=kind,
            model_base_url=f"{url}{PATHS[kind]}",
            anthropic_key="sk-ant-synthetic",
            effort="low",
            guardrail_id=guardrail[0],
            guardrail_version=guardrail[1],
            max_tokens="999",
        )
        model, toolbox = model_and_tools(settings, None)
        assert (await model.turn(asking())).text == "Hello."
        await toolbox.close()
        await model.close()
    (asked,) = switch.requests
    assert (asked.model, asked.body["max_tokens"], asked.body["output_config"]) == (
        settings.model_id,
        999,
        {"effort": "low"},
    )
    assert ("x-amzn-bedrock-guardrailidentifier" in asked.headers) is (kind == "bedrock")


def test_budgets_are_what_is_set_and_otherwise_without_limits() -> None:
    assert not _budgets(Settings()).are_shared
    limits = _budgets(
        Settings(request_tokens="1000", user_day_tokens="1", channel_day_tokens="2", day_tokens="3", month_tokens="4")
    )
    assert (limits.tokens, limits.user_day, limits.channel_day, limits.day, limits.month) == (1000, 1, 2, 3, 4)
