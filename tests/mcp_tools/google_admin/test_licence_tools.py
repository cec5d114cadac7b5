"""Licences, against the Google stand-in."""

import pytest

from mcp_tools.google_admin.catalogue import LICENCES, Licence, licence_called
from sandbox.google.directory import Effect
from sandbox.google.errors import GoogleError, forbidden, invalid
from sandbox.google.faults import Answer, Drop, Slow
from tests.mcp_tools.google_admin.tools import Failure, Tools, answer, failure
from tests.sandbox.google.stand_in import StandIn

PLUS, STARTER, ULTRA, VAULT = (
    "Google Workspace Enterprise Plus",
    "Google Workspace Business Starter",
    "Google AI Ultra for Business",
    "Google Vault",
)
ROBIN, SAM = "robin@example.com", "sam@example.com"
ROBINS = {"user_key": ROBIN, "licence": ULTRA}


async def test_the_catalogue_has_a_name_of_its_own_for_every_licence(tools: Tools) -> None:
    listed = (await answer(tools, "list_licences"))["licences"]
    assert [one["name"] for one in listed] == sorted({licence.name for licence in LICENCES})
    assert len({(one["product_id"], one["sku_id"]) for one in listed}) == len(listed) == len(LICENCES)


async def test_the_licences_of_an_account_are_listed_by_name(tools: Tools) -> None:
    found = await answer(tools, "list_user_licences", user_key=SAM)
    assert found == {"user": SAM, "licences": [PLUS, ULTRA], "looked_for": len(LICENCES)}


async def test_a_licence_that_google_does_not_sell_here_is_not_held(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Slow(0), method="GET")  # the account is looked up
    google.faults.plan(Answer(invalid("Invalid Input: skuId")), method="GET")
    assert (await answer(tools, "list_user_licences", user_key=SAM))["licences"] == [PLUS, ULTRA]


@pytest.mark.parametrize(("error", "times"), [(invalid("Invalid Input: userId"), len(LICENCES)), (forbidden(), 1)])
async def test_a_listing_that_google_refuses_is_not_an_empty_one(
    google: StandIn, tools: Tools, error: GoogleError, times: int
) -> None:
    google.faults.plan(Slow(0), method="GET")  # the account is looked up
    google.faults.plan(Answer(error), times=times, method="GET")
    refused = await failure(tools, "list_user_licences", user_key=SAM)
    assert (refused.outcome, refused.text.startswith(f"Could not list the licences of {SAM}")) == ("failed", True)


async def test_a_licence_is_assigned_looked_up_and_removed(google: StandIn, tools: Tools) -> None:
    assert not (await answer(tools, "get_user_licence", **ROBINS))["assigned"]
    given = await answer(tools, "assign_licence", **ROBINS)
    assert (given["changed"], given["summary"]) == (True, f"{ROBIN} now has {ULTRA}.")
    assert given["state"] == await answer(tools, "get_user_licence", **ROBINS)
    again = await answer(tools, "assign_licence", **ROBINS)
    assert again["summary"] == f"{ROBIN} already had {ULTRA}; nothing was changed."
    taken = await answer(tools, "remove_licence", **ROBINS)
    assert (taken["summary"], taken["state"]["assigned"]) == (f"{ROBIN} no longer has {ULTRA}.", False)
    none = await answer(tools, "remove_licence", **ROBINS)
    assert none["summary"] == f"{ROBIN} does not have {ULTRA}; nothing was changed."
    sku = {"skuId": "1010470008"}
    assert google.world.effects == (Effect("POST", ROBIN, sku), Effect("DELETE", ROBIN, sku))


async def test_an_alias_stands_for_its_account(google: StandIn, tools: Tools) -> None:
    given = await answer(tools, "assign_licence", user_key="lea.verheyen@example.com", licence=ULTRA)
    assert given["state"]["user"] == "leaver@example.com"
    assert "leaver@example.com" in google.world.licences.stock["101047", "1010470008"].holders


@pytest.mark.parametrize("licence", [STARTER, VAULT])
async def test_no_seat_or_another_licence_of_the_product_is_said_plainly(
    google: StandIn, tools: Tools, licence: str
) -> None:
    refused = await failure(tools, "assign_licence", user_key=ROBIN, licence=licence)
    assert refused == Failure(
        "failed",
        f"Google refused to assign {licence} to {ROBIN}: no such licence is free, or the account has another licence "
        "of the same product. Nothing was changed. Look with list_user_licences.",
    )
    assert google.world.effects == ()


@pytest.mark.parametrize(("tool", "verb"), [("assign_licence", "POST"), ("remove_licence", "DELETE")])
async def test_a_lost_answer_is_unknown_and_the_look_is_named(
    google: StandIn, tools: Tools, tool: str, verb: str
) -> None:
    arguments = ROBINS if verb == "POST" else ROBINS | {"user_key": SAM}
    google.faults.plan(Drop(), method=verb)
    lost = await failure(tools, tool, **arguments)
    assert (lost.outcome, lost.text.endswith("look with get_user_licence first.")) == ("unknown", True)
    assert (await answer(tools, "get_user_licence", **arguments))["assigned"] is (verb == "POST")


async def test_a_credential_without_the_scope_is_told_which_one(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Answer(forbidden()), method="POST")
    refused = await failure(tools, "assign_licence", **ROBINS)
    assert (refused.outcome, "grant it the scope apps.licensing" in refused.text) == ("failed", True)


@pytest.mark.parametrize(
    "licence", ["Google Workspace", "google vault", "Google-Vault/Google-Vault", "101047/1010470008", "Vault "]
)
async def test_a_licence_has_one_spelling(google: StandIn, tools: Tools, licence: str) -> None:
    refused = await failure(tools, "assign_licence", user_key=ROBIN, licence=licence)
    assert (refused.outcome, "Nothing was sent" in refused.text) == ("refused", True)
    assert google.log.after(0) == []


def test_ids_are_for_what_the_catalogue_does_not_know() -> None:
    assert licence_called("101099/1010990001") == Licence("101099", "1010990001", "101099/1010990001")
    assert licence_called("101099/../users") is None
