"""Rule 2, once, where it meets the disk and the world: the store, its copies, the tools."""

from bench.guarded.guard import group

LOG = "tests/bot/adapters/test_sqlite_log.py::"

GUARDS = (
    *group(
        2,
        "bot/adapters/mcp_toolbox.py",
        ("tests/bot/adapters/test_mcp_toolbox.py::TestMcpToolbox::test_a_call_that_is_not_answered_in_time_is_unknown"),
        (
            "a call without an answer in time is unknown",
            '        return _unknown(f"{tool.full_name} gave no answer',
            '        return _not_sent(f"{tool.full_name} gave no answer',
        ),
    ),
    *group(
        2,
        "bot/adapters/mcp_toolbox.py",
        (
            "tests/bot/adapters/test_mcp_toolbox.py::"
            "test_a_call_whose_caller_has_left_is_awaited_at_the_end_and_told_in_the_log"
        ),
        (
            "whoever gives up waiting does not stop a call that has left",
            "return await asyncio.shield(sent)",
            "return await sent",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_changes.py",
        "tests/bot/adapters/test_sqlite_store.py::TestRequests::test_a_wrong_version_changes_nothing",
        (
            "a change is saved only over the version that it was made from",
            'WHERE id = ? AND version = ?"',
            'WHERE id = ? AND ? > 0"',
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_changes.py",
        "tests/bot/test_attaching.py::test_two_that_are_released_at_once_do_not_both_stand_for_themselves",
        (
            "two requests do not open the same call at the same moment",
            "for fingerprint, call_id in rows.opening:",
            "for fingerprint, call_id in ():",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_requests.py",
        "tests/bot/adapters/test_sqlite_store.py::TestRequests::test_either_key_finds_the_first_request",
        ("a delivery that comes again opens nothing", "        if owner is not None:", "        if False:"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_requests.py",
        (
            "tests/bot/adapters/test_sqlite_store.py::"
            "TestRequests::test_a_consumed_event_does_not_come_back_when_it_is_sent_again"
        ),
        ("an event that comes again is not taken again", 'id) DO NOTHING"', 'id) DO UPDATE SET consumed = 0"'),
    ),
    *group(
        2,
        "bot/adapters/sqlite_queue.py",
        "tests/bot/adapters/test_sqlite_store.py::TestQueue::test_a_lease_keeps_others_away_until_it_runs_out",
        ("each lease has a fencing number of its own", '"SELECT id, fence + 1 FROM', '"SELECT id, fence FROM'),
        (
            "who has a lease keeps others away until it ends",
            "SET leased = 1, fence = ?, due_at = ?,",
            "SET leased = 1, fence = ?, due_at = min(due_at, ?),",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_queue.py",
        "tests/bot/adapters/test_sqlite_store.py::TestQueue::test_a_lost_lease_is_neither_renewed_nor_released",
        (
            "only who has the lease renews it",
            'RENEW = "UPDATE requests SET due_at = ? WHERE id = ? AND fence = ? AND leased = 1"',
            'RENEW = "UPDATE requests SET due_at = ? WHERE id = ? AND ? >= 0 AND leased = 1"',
        ),
        (
            "only who has the lease gives it back",
            "WHERE id = :id AND fence = :fence AND leased = 1",
            "WHERE id = :id AND leased = 1",
        ),
    ),
    *group(
        2,
        "bot/adapters/mcp_results.py",
        (
            "tests/bot/adapters/test_mcp_results.py::"
            "test_a_failed_call_is_what_the_server_says_and_else_what_its_effect_allows"
        ),
        (
            "an error of a write that says no more is unknown",
            "return ToolOutcome.FAILED if effect is Effect.READ else ToolOutcome.UNKNOWN",
            "return ToolOutcome.FAILED",
        ),
    ),
    *group(
        2,
        "bot/adapters/mcp_connection.py",
        "tests/bot/adapters/test_mcp_toolbox.py::test_a_server_that_asks_back_is_not_called_a_second_time",
        ("a server that asks back is not called again", "input_required_max_rounds=0", "input_required_max_rounds=3"),
    ),
    *group(
        2,
        "mcp_tools/google_admin/transport.py",
        (
            "tests/mcp_tools/google_admin/test_outcomes.py::"
            "test_a_write_whose_connection_was_cut_is_unknown_and_was_sent_once"
        ),
        ("Google's library opens no second connection for a request", "        if self._opened:", "        if False:"),
    ),
    *group(
        2,
        "mcp_tools/google_admin/exchange.py",
        "tests/mcp_tools/google_admin/test_outcomes.py::test_a_write_answered_with_a_server_error_is_unknown",
        ("a change that Google answered with a server error is unknown", "if error.status_code >= 500:", "if False:"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_connection.py",
        "tests/bot/adapters/test_sqlite_failures.py::test_every_connection_syncs_every_commit",
        ("every commit is synced", '    "synchronous=FULL",\n', '    "synchronous=NORMAL",\n'),
    ),
    *group(
        2,
        "bot/adapters/sqlite_connection.py",
        "tests/bot/adapters/test_sqlite_failures.py::test_a_connection_that_would_lose_commits_is_refused",
        ("a connection that would lose commits is refused", 'if journal != "wal" or synchronous < FULL:', "if False:"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_database.py",
        "tests/bot/adapters/test_sqlite_presence.py::test_a_store_that_got_lost_keeps_the_bot_from_starting",
        (
            "a store that got lost is not replaced in silence",
            "        if known and not path.exists():\n            raise lost(path)\n",
            "",
        ),
        (
            "a store that was emptied is not filled anew in silence",
            "        if known and version == 0:\n            raise lost(path)\n",
            "",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_database.py",
        f"{LOG}test_such_a_store_is_not_opened_and_everybody_is_told_why",
        ("an old copy is not mixed with the log of another", "        demand_own(path)\n", ""),
    ),
    *group(
        2,
        "bot/adapters/sqlite_inspect.py",
        f"{LOG}test_such_a_store_is_not_opened_and_everybody_is_told_why",
        ("a mixture of an old copy and a log is shown to nobody", "        demand_own(path)\n", ""),
    ),
    *group(
        2,
        "bot/adapters/sqlite_backup.py",
        f"{LOG}test_a_restore_over_it_keeps_what_is_there_and_runs_nothing_again",
        (
            "a restore over an old copy does not mix it with the log of another",
            '(wrong.what if wrong else "")',
            '""',
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_epoch.py",
        f"{LOG}test_somebody_who_reads_meanwhile_does_not_make_it_look_like_another_copy",
        ("the log of a new epoch goes on from the file", "after=own.sequence)", "after=newest.sequence)"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_epoch.py",
        f"{LOG}test_a_copy_that_was_in_use_elsewhere_runs_nothing_again",
        (
            "a copy that was in use elsewhere is noticed",
            "if (seen.store, seen.epoch) != (own.store, own.epoch):",
            "if False:",
        ),
        ("every epoch has a name of its own", "id = lower(hex(randomblob(16))), ", ""),
    ),
    *group(
        2,
        "bot/adapters/sqlite_log.py",
        f"{LOG}test_the_log_of_another_copy_is_told",
        ("a log is of a store by name", "(first.store == own.store or first.epoch > own.epoch)", "True"),
        ("a file that is ahead of its log is not its own", "own in held", "own.sequence >= held[0].sequence"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_mark.py",
        "tests/bot/adapters/test_sqlite_mark.py::test_who_opens_the_store_later_leaves_the_mark_of_who_is_at_work",
        ("a newer mark stays", " or newest.age < mark.age:", " or True:"),
    ),
    *group(
        2,
        "bot/adapters/slack_find.py",
        (
            "tests/bot/adapters/test_slack_notifier.py::"
            "test_after_a_crash_with_a_clock_that_was_ahead_it_is_found_as_well"
        ),
        ("a message of a clock that was ahead is found", "timedelta(minutes=65)", "timedelta(minutes=1)"),
    ),
    *group(
        2,
        "bot/adapters/sqlite_database.py",
        "tests/bot/adapters/test_sqlite_presence.py::test_what_would_go_into_a_deleted_file_is_not_acknowledged",
        ("nothing is acknowledged into a deleted file", "                self._presence.demand()\n", ""),
    ),
    *group(
        2,
        "bot/adapters/sqlite_epoch.py",
        "tests/bot/adapters/test_sqlite_epoch.py::test_an_old_copy_put_in_place_by_hand_is_noticed_once",
        (
            "a store that is older than what was done with it is noticed",
            "if own.sequence < seen.sequence:",
            "if False:",
        ),
        ("after a restore every open request is told", 'is_open = 1""",', 'is_open = 2""",'),
    ),
    *group(
        2,
        "bot/adapters/sqlite_epoch.py",
        "tests/bot/test_restoring.py::test_a_copy_of_any_moment_put_back_runs_nothing_and_posts_nothing_twice",
        (
            "after a restore messages are looked for before they are posted",
            (
                "CASE WHEN posted_ts = '' THEN coalesce(tried_at,\n        (SELECT look_from FROM "
                "requests WHERE requests.id = outbox.request_id)) ELSE tried_at END"
            ),
            "tried_at",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_mark.py",
        "tests/bot/adapters/test_sqlite_mark.py::test_a_process_whose_database_was_replaced_is_told",
        (
            "a process whose store was replaced under it saves nothing",
            "if newest is not None and (newest.store, newest.epoch) != (mark.store, mark.epoch):",
            "if False:",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_database.py",
        (
            "tests/bot/adapters/test_sqlite_epoch.py::"
            "test_the_second_place_is_synced_before_a_change_leaves_and_only_then"
        ),
        (
            "the second place knows of a call durably before it leaves",
            "sync=counted.value.started > self._synced",
            "sync=False",
        ),
    ),
    *group(
        2,
        "bot/adapters/sqlite_backup.py",
        "tests/bot/adapters/test_sqlite_backup.py::test_a_store_that_is_open_is_not_replaced",
        (
            "a store that is open is not replaced by a copy",
            '            connection.execute("BEGIN EXCLUSIVE")',
            '            connection.execute("BEGIN")',
        ),
    ),
)
