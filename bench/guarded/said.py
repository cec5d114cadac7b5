"""Rule 6, said when true: saved first, then shown, once, and on record."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        6,
        "bot/edit.py",
        "tests/bot/test_sealing.py::test_whatever_is_changed_without_a_word_gets_a_row_that_vouches_for_it",
        (
            "whatever is changed without a word gets a row in the trail",
            "if not self._entries and seal(after) != seal(self._before):",
            "if False:",
        ),
    ),
    *group(
        6,
        "bot/settling.py",
        "tests/bot/test_executing.py::test_a_card_that_can_never_be_shown_ends_the_request_in_words",
        (
            "a card that can never be shown fails the request",
            "if lost := await _card_nobody_sees(core, record):",
            'if lost := "":',
        ),
    ),
    *group(
        6,
        "bot/adapters/sqlite_database.py",
        (
            "tests/bot/adapters/test_sqlite_epoch.py::"
            "test_a_process_whose_store_was_replaced_saves_nothing_it_could_act_on"
        ),
        (
            "an answer of a write that is not durable is not given",
            "[Outcome(error=StoreUnavailable(error.what, mend=error.mend, passes=error.passes)) for _ in done]",
            "done",
        ),
    ),
    *group(
        6,
        "handlers/slack/app.py",
        "tests/handlers/slack/test_app.py::test_a_signed_event_is_stored_and_answered_with_200",
        (
            "an event is acknowledged after it was stored",
            "process_before_response=True",
            "process_before_response=False",
        ),
    ),
    *group(
        6,
        "bot/adapters/slack_notifier.py",
        (
            "tests/bot/adapters/test_slack_twins.py::"
            "test_of_two_that_nobody_saved_the_first_is_adopted_and_the_other_closed"
        ),
        (
            "our own message is looked for before it is posted again",
            "        if row.tried_at and (row.looks or not stands):",
            "        if False:",
        ),
    ),
    *group(
        6,
        "bot/adapters/slack_files.py",
        "tests/bot/adapters/test_slack_twins.py::test_who_slept_past_the_end_of_the_claim_sends_nothing",
        (
            "who slept past the end of the claim sends nothing",
            "if row.leased_until is not None and queue.now() >= row.leased_until:",
            "if False:",
        ),
    ),
    *group(
        6,
        "bot/adapters/slack_notifier.py",
        (
            "tests/bot/adapters/test_slack_twins.py::"
            "test_a_twin_that_is_known_loses_its_buttons_and_says_which_card_counts"
        ),
        ("a card that stands twice is closed", "            await self._close(row, record, ts, twins)\n", ""),
    ),
    *group(
        6,
        "bot/adapters/slack_notifier.py",
        (
            "tests/bot/adapters/test_slack_twins.py::"
            "test_a_card_that_can_no_longer_be_changed_is_replaced_and_keeps_no_buttons"
        ),
        (
            "a message that can no longer be changed keeps no buttons",
            '            if refused.code != "message_not_found":',
            "            if False:",
        ),
    ),
    *group(
        6,
        "bot/adapters/slack_notifier.py",
        "tests/bot/adapters/test_slack_notifier.py::test_a_card_that_slack_refuses_is_tried_smaller",
        (
            "a card that Slack refuses is tried smaller",
            "if remedy(refused.code) is not Remedy.SMALLER:\n                    ",
            "",
        ),
    ),
    *group(
        6,
        "bot/adapters/slack_find.py",
        "tests/bot/adapters/test_slack_notifier.py::test_every_post_carries_its_row_and_unfurls_nothing",
        ("every post carries its row", '"event_payload": {"row": row.id}', '"event_payload": {}'),
    ),
    *group(
        6,
        "bot/adapters/slack_client.py",
        "tests/bot/adapters/test_slack_client.py::test_a_post_whose_answer_is_lost_is_not_sent_again_by_the_client",
        ("Slack's client does not send twice by itself", "retry_handlers=[]", "retry_handlers=None"),
    ),
    *group(
        6,
        "bot/adapters/sqlite_outbox.py",
        ("tests/bot/adapters/test_sqlite_store.py::TestOutbox::test_who_lost_the_claim_cannot_free_or_give_up_the_row"),
        (
            "a message has one sender at a time",
            "AND due_at <= :now AND leased_until <= :now AND {IN_TURN}",
            "AND due_at <= :now AND {IN_TURN}",
        ),
        (
            "who lost the claim cannot free the row",
            '  WHERE id = :id AND leased_until = :lease"""',
            '  WHERE id = :id"""',
        ),
    ),
    *group(
        6,
        "bot/adapters/sqlite_outbox.py",
        (
            "tests/bot/adapters/test_sqlite_store.py::"
            "TestOutbox::test_a_card_posted_after_an_attempt_of_unknown_end_is_looked_after_once"
        ),
        (
            "the first attempt is remembered before it is made",
            "SET tried_at = coalesce(tried_at, ?),",
            "SET tried_at = coalesce(NULL, tried_at, iif(? > 0, NULL, 0)),",
        ),
    ),
    *group(
        6,
        "bot/adapters/sqlite_outbox.py",
        (
            "tests/bot/adapters/test_sqlite_store.py::"
            "TestOutbox::test_the_pages_of_an_answer_are_given_one_after_the_other"
        ),
        (
            "pages stand in their order",
            "AND due_at <= :now AND leased_until <= :now AND {IN_TURN}",
            "AND due_at <= :now AND leased_until <= :now",
        ),
    ),
    *group(
        6,
        "bot/adapters/sqlite_outbox.py",
        "tests/bot/adapters/test_sqlite_store.py::TestOutbox::test_it_spoils_the_claim_of_who_is_showing_now_too",
        (
            "a late showing is shown again",
            "WHEN leased_until = :lease THEN max(shown, :revision) ELSE min(shown, wanted - 1) END",
            "ELSE max(shown, :revision) END",
        ),
    ),
    *group(
        6,
        "bot/adapters/sqlite_commit.py",
        "tests/bot/adapters/test_sqlite_failures.py::test_a_write_that_fails_is_rolled_back_alone",
        ("a write that fails is rolled back", '        connection.execute("ROLLBACK TO work")\n', ""),
    ),
    *group(
        6,
        "bot/models/audit.py",
        "tests/bot/test_audit_tampers.py::test_every_tamper_is_found_and_the_first_bad_row_named",
        (
            "a row of the trail fits its hash",
            'return "" if event.hash == chain_hash(prev, fields) else "its content',
            'return "" if True else "its content',
        ),
        ("a row of the trail follows the one before", "    if event.prev != prev:\n", "    if False:\n"),
        ("a trail without its end is found", "    if len(rows) < seq:", "    if False:"),
        ("a trail that was written anew to its end is found", "    if rows and prev != head:", "    if False:"),
    ),
    *group(
        6,
        "bot/answering.py",
        "tests/bot/test_outbox.py::test_pages_are_shown_in_their_order_even_at_once",
        (
            "a request is done when every page is seen",
            "    if not all(row.gave_up for row in missing):",
            "    if False:",
        ),
    ),
)
