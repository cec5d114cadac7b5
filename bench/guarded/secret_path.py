"""Rule 9: what a tool makes for its requester reaches them alone, and is kept nowhere."""

from bench.guarded.guard import group

PATH = "tests/bot/adapters/test_secret_path.py::"
DELIVERING = "tests/bot/test_delivering.py::"
STORED = "tests/bot/adapters/test_sqlite_secrets.py::"
SLACK = "tests/bot/adapters/test_slack_secret.py::"

GUARDS = (
    *group(
        9,
        "mcp_tools/sealing.py",
        "tests/mcp_tools/test_sealing.py::test_what_would_not_arrive_is_not_sealed",
        (
            "a secret that nobody could copy is refused",
            "        if any(char not in",
            "        if False and any(char not in",
        ),
    ),
    *group(
        9,
        "mcp_tools/sealing.py",
        "tests/mcp_tools/test_sealing.py::test_of_all_secrets_together_no_more_is_sealed_than_fits_into_one_message",
        (
            "secrets that do not fit into a message are refused",
            "        if len(text) > self.left:",
            "        if False:",
        ),
    ),
    *group(
        9,
        "blocks/secret.py",
        ("tests/bot/adapters/test_slack_secret.py::test_secrets_that_do_not_fit_into_one_message_are_said_to_be_lost"),
        ("secrets that are too long do not cost the others", "        if size > room:", "        if False:"),
    ),
    *group(
        9,
        "bot/delivering.py",
        f"{PATH}test_for_a_requester_who_cannot_be_told_alone_the_tool_refuses_before_it_changes_anything",
        (
            "a tool gets a key only for somebody who can be told alone",
            "request.actor.surface is Surface.SLACK and call.effect is not Effect.READ",
            "call.effect is not Effect.READ",
        ),
    ),
    *group(
        9,
        "mcp_tools/sealing.py",
        "tests/mcp_tools/test_sealing.py::test_without_a_usable_key_the_tool_refuses",
        ("a key is tried before anything is changed", "return found if found.can_read() else None", "return found"),
    ),
    *group(
        9,
        "bot/adapters/sealed_secrets.py",
        "tests/bot/adapters/test_sealed_secrets.py::test_anything_else_cannot_be_read",
        (
            "a secret is bound to its tool and label",
            "{VERSION}\\0{tool}\\0{sealed.label}",
            "{VERSION}\\0{tool}\\0Password",
        ),
    ),
    *group(
        9,
        "bot/executor.py",
        f"{DELIVERING}test_a_secret_is_sent_to_its_requester_deleted_and_on_record",
        (
            "an outcome and its secret are saved together",
            "        await entrust(core, edit, done, outcome.sealed)\n",
            "",
        ),
    ),
    *group(
        9,
        "bot/executor.py",
        f"{DELIVERING}test_a_late_result_after_a_verdict_still_brings_its_secret_once",
        (
            "a late result still brings its secret",
            "return await entrust_late(core, record, outcome)",
            "return record",
        ),
    ),
    *group(
        9,
        "bot/delivering.py",
        f"{DELIVERING}test_a_late_result_after_a_verdict_still_brings_its_secret_once",
        (
            "a secret is taken in once",
            'if any(row.id == f"secret:{call.id}" for row in await core.store.rows(record.request.id)):',
            "if False:",
        ),
    ),
    *group(
        9,
        "bot/outbox.py",
        f"{DELIVERING}test_a_requester_who_cannot_be_reached_has_a_day",
        ("a secret that nobody fetched is deleted", " or _is_stale(row, record, now)\n", "\n"),
    ),
    *group(
        9,
        "bot/adapters/sqlite_epoch.py",
        f"{STORED}test_a_restored_store_sends_no_secret_and_its_request_hears_why",
        (
            "a restored store sends no secret",
            "SET gave_up = 1, text = '', error = 'restore' WHERE",
            "SET error = 'restore' WHERE",
        ),
    ),
    *group(
        9,
        "bot/adapters/sqlite_connection.py",
        f"{STORED}test_once_it_is_settled_no_byte_of_it_is_in_any_file",
        ("the log is emptied of a secret", '"PRAGMA wal_checkpoint(TRUNCATE)"', '"SELECT 1"'),
        ("what is deleted is overwritten", '"secure_delete=ON"', '"secure_delete=OFF"'),
    ),
    *group(
        9,
        "bot/adapters/slack_notifier.py",
        f"{SLACK}test_after_a_crash_it_is_found_and_not_posted_again",
        (
            "a secret that was posted is looked for",
            "if row.tried_at and (found := await find(self._client, self._queue, there, urgency(row, record))):",
            "if found := list[str]():",
        ),
    ),
    *group(
        9,
        "blocks/secret.py",
        f"{SLACK}test_a_push_notice_says_nothing_of_the_secret_itself",
        ("a push notice holds no secret", 'escape(f"{title}. {KEEP}")', 'escape(f"{title}. {secrets}")'),
    ),
    *group(
        9,
        "bot/logs.py",
        f"{PATH}test_it_stands_in_the_requesters_direct_message_and_nowhere_else",
        ("what is sent to Slack is not logged", '"slack_sdk", ', ""),
    ),
)
