"""Rule 4, what people do besides clicking, and who joins them later."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_confirming.py::test_a_click_alone_is_refused_in_private_with_how_to_do_it",
        (
            "a click without what is asked for is told so",
            "if event.yes and not suffices(wanted, event.confirmed):",
            "if False:",
        ),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_a_vote_counts_when_it_was_confirmed_at_least_as_strictly",
        (
            "a vote that was not confirmed as is wanted meets nothing",
            "[vote for vote in votes if suffices(requirement.confirm, vote.confirmed)]",
            "votes",
        ),
        (
            "a weaker confirmation is not enough",
            "CONFIRMS.index(done) >= CONFIRMS.index(wanted)",
            "done is not Confirm.NONE",
        ),
    ),
    *group(
        4,
        "bot/claiming.py",
        "tests/bot/test_confirming.py::test_a_vote_without_a_code_does_not_count_once_policy_asks_for_one",
        (
            "a vote that lacks what is asked for now is lost",
            "    if fresh.counts and vote.yes and asked.requirement and not suffices(",
            "    if False and asked.requirement and not suffices(",
        ),
    ),
    *group(
        4,
        "bot/confirming.py",
        "tests/bot/test_confirming.py::test_what_is_not_the_target_is_refused_in_the_form_and_is_no_vote",
        ("what is typed is compared to the letter", "if text.strip() != target(call, tool):", "if False:"),
    ),
    *group(
        4,
        "bot/confirming.py",
        "tests/bot/test_confirming.py::test_what_was_typed_for_another_row_says_nothing_of_this_one",
        (
            "each row is typed for itself",
            'dict(ballot.typed).get(call_id, "")',
            'next((text for _, text in ballot.typed), "") and target(call, toolset.find(call.name))',
        ),
    ),
    *group(
        4,
        "bot/confirming.py",
        "tests/bot/test_confirming.py::test_of_two_rules_the_stricter_confirmation_is_wanted",
        ("where a code is wanted one is asked for", "if Confirm.TOTP in wanted.values():", "if ballot.code:"),
    ),
    *group(
        4,
        "bot/confirming.py",
        "tests/bot/test_confirming.py::test_a_code_of_another_time_is_wrong",
        ("a code is of now", "(current, current - 1, current + 1)", "range(current - 9, current + 9)"),
    ),
    *group(
        4,
        "bot/adapters/sqlite_codes.py",
        "tests/bot/test_confirming.py::test_a_code_is_taken_once_for_each_person",
        ("a code is taken once", "if owner[0] == by else CodeAnswer.USED", "if owner[0] else CodeAnswer.USED"),
    ),
    *group(
        4,
        "bot/adapters/sqlite_codes.py",
        "tests/bot/test_confirming.py::test_five_wrong_codes_within_five_minutes_lock_that_person_for_ten",
        ("wrong codes lock", "    if before + 1 < rules.misses:", "    if True:"),
        (
            "who is locked is refused with the right code, too",
            "(lock, now)).fetchone():",
            "(lock, now)).fetchone() and False:",
        ),
    ),
    *group(
        4,
        "bot/approvers.py",
        "tests/bot/test_reminders.py::test_further_people_join_at_their_moment_and_get_a_card_of_their_own",
        (
            "nobody joins before their moment",
            "people_at(call.requirement, clicked or at)",
            "people_ever(call.requirement)",
        ),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_only_whom_each_lets_join_joins_and_at_the_latest_moment",
        ("of two escalations only the common people join", ".intersection(*named[1:])", ".union(*named[1:])"),
        (
            "of two escalations the later one counts",
            "at = max(one.at for one in known)",
            "at = min(one.at for one in known)",
        ),
        (
            "without an escalation in each there is none",
            "if len(known) < len(joining) or not known:",
            "if not known:",
        ),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_who_joined_counts_from_their_moment_on",
        ("who joined too early meets nothing", "requirement.escalate_at <= at", "requirement.escalate_at is not None"),
    ),
)
