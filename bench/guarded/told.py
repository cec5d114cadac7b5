"""Rule 7, every surface tells: no button outlives its meaning, and everybody hears how it ended."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        7,
        "bot/edit.py",
        "tests/bot/test_edit.py::test_a_changed_call_is_saved_audited_and_shown",
        (
            "a call that changed is shown on its card",
            "            if approval.turn in changed_turns:",
            "            if False:",
        ),
        (
            "a request that changed is shown in its thread",
            ("self._shows or self._changed or self._turns or self.request.status is not self._before.request.status"),
            "False",
        ),
    ),
    *group(
        7,
        "bot/edit.py",
        "tests/bot/test_settling.py::test_an_attached_call_gets_the_outcome_of_the_one_that_stands_for_it",
        (
            "who waits for the same call is woken with its outcome",
            "        edit.wake(await core.store.attached(call.id))\n",
            "        pass\n",
        ),
    ),
    *group(
        7,
        "bot/edit.py",
        "tests/bot/test_lost_calls.py::test_the_thread_hears_of_the_doubt_at_once_and_of_its_end",
        ("a doubt is said in the thread", "    for call in edit.doubts():", "    for call in ():"),
    ),
    *group(
        7,
        "bot/edit.py",
        "tests/bot/test_stopping.py::test_the_requester_hears_what_expired_and_what_to_do",
        ("what was stopped is said in the thread", "    if stops := edit.stops():", "    if stops := ():"),
    ),
    *group(
        7,
        "bot/inbox.py",
        "tests/bot/test_executing.py::test_the_same_human_under_another_id_is_still_the_requester",
        ("a click is answered", "            edit.say(_private(edit, said))\n", "            pass\n"),
    ),
    *group(
        7,
        "bot/inbox.py",
        (
            "tests/bot/test_silence.py::"
            "test_a_click_is_kept_its_voter_told_once_and_it_counts_as_soon_as_somebody_answers"
        ),
        ("a click that is kept is answered once", "        if row.id not in known:", "        if True:"),
    ),
    *group(
        7,
        "bot/adapters/slack_notifier.py",
        "tests/bot/adapters/test_slack_twins.py::test_who_is_not_in_the_channel_is_told_in_a_direct_message",
        (
            "whom the channel does not reach is told in a direct message",
            "if remedy(refused.code) is not Remedy.TELL:\n                    ",
            "",
        ),
    ),
    *group(
        7,
        "bot/answering.py",
        "tests/bot/test_withdrawing.py::test_in_every_state_it_is_known_what_happens",
        (
            "who withdrew hears what was done before",
            '    edit.say(notice_row(edit.request, f"cancelled:{edit.request.id}", text, edit.at))\n',
            "",
        ),
    ),
    *group(
        7,
        "bot/outcomes.py",
        "tests/bot/test_outcomes.py::test_a_refusal_by_a_person_says_what_they_wrote",
        ("a denial's reason reaches the model", "reason else ", "False else "),
    ),
    *group(
        7,
        "blocks/buttons.py",
        "tests/blocks/test_card.py::test_a_closed_card_can_only_be_read",
        ("a decided card keeps no buttons", "    if not pending:", "    if False:"),
    ),
    *group(
        7,
        "handlers/slack/routes.py",
        "tests/handlers/slack/test_decisions.py::test_a_button_of_an_older_version_says_so",
        ("a button that nobody serves any more is answered", "    app.action(ANYTHING)(stale.out_of_date)\n", ""),
    ),
    *group(
        7,
        "handlers/slack/modals.py",
        "tests/handlers/slack/test_details.py::test_approve_in_the_modal_names_the_card_and_takes_the_buttons_away",
        ("a decision in the details takes their buttons away", "click.view_id:", "False:"),
    ),
    *group(
        7,
        "handlers/slack/errors.py",
        "tests/handlers/slack/test_decisions.py::test_a_click_that_was_not_saved_is_told_to_the_person_alone",
        ("a refusal does not overwrite the card", "replace_original=False", "replace_original=True"),
    ),
    *group(
        7,
        "bot/contradicting.py",
        "tests/bot/test_contradicting.py::test_an_answer_that_contradicts_what_a_person_told_is_told_once",
        (
            "a late answer that contradicts a person is told",
            "        if not (is_ours and call.told and {said, call.status} == KNOWN):",
            "        if True:",
        ),
    ),
    *group(
        7,
        "bot/contradicting.py",
        "tests/bot/test_contradicting.py::test_an_answer_that_contradicts_nobody_is_not_told",
        (
            "a late answer that says the same is not told as another one",
            " and {said, call.status} == KNOWN",
            "",
        ),
    ),
)
