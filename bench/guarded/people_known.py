"""Rule 4, people: who is who, as Slack, a file or a payload has it."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        4,
        "bot/adapters/slack_directory.py",
        "tests/bot/adapters/test_slack_clock.py::test_with_a_clock_an_hour_off_nothing_runs_until_it_is_right",
        ("by a clock that is wrong nobody is known", "        self._slack_clock.demand(answer.headers)\n", ""),
    ),
    *group(
        4,
        "bot/adapters/slack_clock.py",
        "tests/bot/adapters/test_slack_clock.py::test_further_apart_nobody_is_known",
        ("a clock may go before or after Slack's", "abs(apart) <= APART", "apart <= APART"),
    ),
    *group(
        4,
        "bot/adapters/slack_directory.py",
        (
            "tests/bot/adapters/test_slack_directory.py::"
            "TestSlackDirectory::test_somebody_of_another_workspace_can_never_count"
        ),
        ("who belongs to another workspace is a stranger", "or not here <= homes", ""),
    ),
    *group(
        4,
        "bot/adapters/slack_directory.py",
        ("tests/bot/adapters/test_slack_directory.py::TestSlackDirectory::test_guests_bots_and_leavers_are_told_apart"),
        (
            "a guest is a guest",
            'found.get("is_restricted") or found.get("is_ultra_restricted")',
            'found.get("is_ultra_restricted")',
        ),
    ),
    *group(
        4,
        "bot/adapters/slack_directory.py",
        "tests/bot/adapters/test_slack_directory.py::test_an_address_that_is_not_confirmed_names_nobody",
        ("an address that Slack has not confirmed names nobody", ' if found.get("is_email_confirmed") else ""', ""),
    ),
    *group(
        4,
        "bot/adapters/slack_cache.py",
        "tests/bot/adapters/test_slack_directory.py::TestSlackDirectory::test_an_answer_is_as_new_as_asked_for",
        (
            "an answer must be newer than the vote",
            "return fresh and (newer_than is None or at > newer_than)",
            "return fresh",
        ),
    ),
    *group(
        4,
        "handlers/slack/payloads.py",
        "tests/handlers/slack/test_payloads.py::test_a_click_of_somebody_from_elsewhere_keeps_their_workspace",
        ("who clicks is of their own workspace", '_text(user, "team_id") or _text', "_text"),
    ),
    *group(
        4,
        "handlers/slack/app.py",
        "tests/handlers/slack/test_mentions.py::test_a_payload_of_another_app_is_acknowledged_and_ignored",
        (
            "a payload for another app is not looked at",
            "if identity.app_id and named and named != identity.app_id:",
            "if False:",
        ),
    ),
)
