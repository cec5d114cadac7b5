"""views.*: trigger ids, the stack, hashes, Home."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.payload import Json
from sandbox.seed import ALEX, ROBIN
from tests.sandbox.slack.cards import home, modal, section, text_input
from tests.sandbox.slack.stage import Stage


async def show(stage: Stage, method: str = "views.open", view: Json | None = None) -> Json:
    """Opens or pushes a modal for Alex with a fresh trigger."""
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    return await stage.call(method, {"trigger_id": trigger_id, "view": view or modal()})


async def test_an_opened_view_comes_back_complete(stage: Stage) -> None:
    view = (await show(stage, view=modal(private_metadata="a1", callback_id="deny")))["view"]
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert (view["private_metadata"], view["callback_id"], view["app_id"]) == ("a1", "deny", "A0COUNT01")
    assert (await stage.control("GET", f"views?as={ALEX}"))[1]["stack"] == [view]


async def test_a_trigger_is_good_once(stage: Stage) -> None:
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    arguments = {"trigger_id": trigger_id, "view": modal()}
    assert (await stage.call("views.open", arguments))["ok"] is True
    assert (await stage.call("views.open", arguments))["error"] == "exchanged_trigger_id"


async def test_a_trigger_is_good_for_three_seconds(stage: Stage) -> None:
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    stage.clock.advance(3.1)
    answer = await stage.call("views.open", {"trigger_id": trigger_id, "view": modal()})
    assert answer["error"] == "expired_trigger_id"


async def test_a_trigger_must_be_slacks(stage: Stage) -> None:
    answer = await stage.call("views.open", {"trigger_id": "1.2.x", "view": modal()})
    missing = await stage.call("views.open", {"view": modal()})
    assert (answer["error"], missing["error"]) == ("invalid_trigger_id", "invalid_arguments")


@pytest.mark.parametrize(
    "view", ["{", "[]", {"type": "modal"}, home(), modal(submit=None), modal(title=section()["text"])]
)
async def test_a_malformed_view_is_refused_and_spends_no_trigger(stage: Stage, view: Any) -> None:
    trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
    refused = await stage.call("views.open", {"trigger_id": trigger_id, "view": view})
    opened = await stage.call("views.open", {"trigger_id": trigger_id, "view": modal()})
    assert (refused["error"], opened["ok"]) == ("invalid_arguments", True)


async def test_three_modals_and_no_more(stage: Stage) -> None:
    first = (await show(stage))["view"]
    second = (await show(stage, "views.push"))["view"]
    await show(stage, "views.push")
    fourth = await show(stage, "views.push")
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    assert fourth["error"] == "push_limit_reached"


async def test_nothing_can_be_pushed_onto_nothing(stage: Stage) -> None:
    assert (await show(stage, "views.push"))["error"] == "not_found"


async def test_an_update_keeps_the_id_and_changes_the_hash(stage: Stage) -> None:
    opened = (await show(stage))["view"]
    arguments = {"view_id": opened["id"], "hash": opened["hash"], "view": modal(section("Sure?"))}
    updated = (await stage.call("views.update", arguments))["view"]
    stale = await stage.call("views.update", arguments)
    assert (updated["id"], updated["blocks"][0]["text"]["text"]) == (opened["id"], "Sure?")
    assert updated["hash"] != opened["hash"]
    assert stale["error"] == "hash_conflict"


async def test_a_view_can_be_updated_by_the_apps_own_id_which_is_unique(stage: Stage) -> None:
    await show(stage, view=modal(external_id="deny-a1"))
    updated = await stage.call("views.update", {"external_id": "deny-a1", "view": modal(external_id="deny-a1")})
    second = await show(stage, "views.push", modal(external_id="deny-a1"))
    assert updated["view"]["external_id"] == "deny-a1"
    assert second["error"] == "duplicate_external_id"


async def test_a_closed_view_cannot_be_updated(stage: Stage) -> None:
    opened = (await show(stage))["view"]
    await stage.control("POST", f"views/{opened['id']}/close", {"as": ALEX})
    assert (await stage.call("views.update", {"view_id": opened["id"], "view": modal()}))["error"] == "not_found"
    assert (await stage.call("views.update", {"view": modal()}))["error"] == "invalid_arguments"


async def test_home_is_published_and_minds_its_hash(stage: Stage) -> None:
    first = (await stage.call("views.publish", {"user_id": ROBIN, "view": home("one")}))["view"]
    second = await stage.call("views.publish", {"user_id": ROBIN, "view": home("two"), "hash": first["hash"]})
    stale = await stage.call("views.publish", {"user_id": ROBIN, "view": home("three"), "hash": first["hash"]})
    assert second["view"]["id"] == first["id"]
    assert stale["error"] == "hash_conflict"
    shown = (await stage.control("GET", f"home?as={ROBIN}"))[1]["view"]
    assert shown["blocks"][0]["text"]["text"] == "two"


async def test_home_belongs_to_a_person_and_is_no_modal(stage: Stage) -> None:
    stranger = await stage.call("views.publish", {"user_id": "U0NOBODY", "view": home()})
    wrong = await stage.call("views.publish", {"user_id": ROBIN, "view": modal(text_input())})
    early = await stage.call("views.publish", {"user_id": ROBIN, "view": home(), "hash": "1.x"})
    assert [one["error"] for one in (stranger, wrong, early)] == [
        "invalid_arguments",
        "invalid_arguments",
        "hash_conflict",
    ]


async def test_a_home_needs_its_tab(stage: Stage) -> None:
    workspace = stage.sandbox.slack.workspace
    workspace.app = replace(workspace.app, home_tab=False)
    assert (await stage.call("views.publish", {"user_id": ROBIN, "view": home()}))["error"] == "not_enabled"
