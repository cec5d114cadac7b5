"""Rule 2, once: a decided call leaves at most once, and nobody guesses what became of it."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        2,
        "bot/call_states.py",
        "tests/bot/test_call_states.py::test_a_call_goes_exactly_the_ways_of_the_table",
        ("a call goes only the ways of its table", "    if after.status not in _ways(call, event):", "    if False:"),
        (
            "an event counts only in the statuses it is meant for",
            "    if call.status not in ONLY_FROM.get(type(event), TRANSITIONS):",
            "    if False:",
        ),
    ),
    *group(
        2,
        "bot/call_states.py",
        "tests/bot/test_call_states.py::test_a_result_of_another_attempt_is_refused",
        (
            "a result counts only for its own attempt",
            "if call.attempt is None or call.attempt.id != attempt_id:",
            "if call.attempt is None:",
        ),
    ),
    *group(
        2,
        "bot/executor.py",
        "tests/bot/test_executing.py::test_that_a_call_has_started_is_durable_before_it_leaves",
        (
            "that a call starts is durable before it leaves",
            "record = await save(core, edit)\n    return await _send(core, record",
            "return await _send(core, edit.record()",
        ),
    ),
    *group(
        2,
        "bot/executor.py",
        ("tests/bot/test_lost_calls.py::test_a_card_says_that_the_work_was_interrupted_and_asks_when_its_time_is_over"),
        (
            "what was cut short and may have changed something is not sent again",
            "    if call.effect is Effect.READ:\n",
            "    if True:\n",
        ),
        ("an attempt is given up only when all of its time is over", "    if now < attempt.over:", "    if False:"),
    ),
    *group(
        2,
        "bot/executor.py",
        "tests/bot/test_races.py::test_two_people_who_are_both_needed_never_miss_each_other",
        (
            "a late result is saved over whatever came between",
            "            record = await load(core, record.request.id)",
            "            raise",
        ),
    ),
    *group(
        2,
        "bot/executor.py",
        "tests/bot/test_executing.py::test_calls_run_in_call_order_and_stop_after_one_that_failed",
        (
            "after a call that failed the later ones of its turn are not run",
            "if call.index > failed.index and call.status in _READY:",
            "if False:",
        ),
    ),
    *group(
        2,
        "bot/turns.py",
        "tests/bot/test_attaching.py::test_the_second_finds_the_first_before_it_is_saved",
        (
            "the same call of another request is not opened a second time",
            "    first = first or await core.store.find_open_call(call.fingerprint)\n",
            "",
        ),
    ),
    *group(
        2,
        "bot/turns.py",
        "tests/bot/test_hostile_model.py::test_no_trick_changes_anything_without_a_person",
        ("two calls of one message with one id are dropped", " or len(set(ids)) < len(ids))", ")"),
    ),
    *group(
        2,
        "bot/turns.py",
        "tests/bot/test_settling.py::test_a_stranger_cannot_tell_what_became_of_a_call_that_policy_allowed",
        (
            "while a row of the turn waits for people the others wait",
            "waiting = any(call.status is CallStatus.PENDING for call in open_calls)",
            "waiting = False",
        ),
    ),
    *group(
        2,
        "bot/settling.py",
        "tests/bot/test_settling.py::test_nothing_of_a_turn_runs_while_one_of_its_rows_waits",
        (
            "while a row of the turn waits again the others wait",
            "    if CallStatus.PENDING in statuses:",
            "    if False:",
        ),
    ),
    *group(
        2,
        "bot/restoring.py",
        "tests/bot/test_restoring.py::test_what_waited_is_superseded_and_what_may_have_run_is_asked_about",
        (
            "after a restore what may have run is unknown",
            "case status if status in _MAY_RUN and call.effect is not Effect.READ:",
            "case status if False:",
        ),
    ),
    *group(
        2,
        "bot/executor.py",
        "tests/bot/test_contradicting.py::test_a_process_that_was_held_up_before_it_sent_sends_nothing",
        ("a change leaves only in its attempt's own time", "        if left <= 0:", "        if False:"),
    ),
    *group(
        2,
        "bot/executor.py",
        "tests/bot/test_contradicting.py::test_a_short_delay_is_taken_from_the_time_that_the_call_may_take",
        ("a call that left late takes no longer", "timeout=min(tool.timeout, left)", "timeout=tool.timeout"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_mark.py",
        "tests/bot/adapters/test_sqlite_mark.py::test_who_keeps_the_lock_is_not_waited_for_without_end",
        (
            "who is stopped with a lock does not stop all others in silence",
            "            if time.monotonic() > end:",
            "            if False:",
        ),
    ),
)
