"""Rule 9: secrets have one path."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        9,
        "bot/adapters/sqlite_changes.py",
        (
            "tests/bot/adapters/test_sqlite_sharing.py::"
            "test_nothing_of_a_private_message_stays_in_the_store_once_it_was_shown"
        ),
        (
            "a private text stands in one place only",
            'encode(replace(row, text="") if row.text else row)',
            "encode(row)",
        ),
    ),
    *group(
        9,
        "bot/adapters/mcp_results.py",
        (
            "tests/bot/adapters/test_mcp_results.py::"
            "test_a_failed_call_is_what_the_server_says_and_else_what_its_effect_allows"
        ),
        (
            "the meta of an answer goes nowhere",
            r'text = "\n".join(_texts(answer.content, pictures)) or structured',
            r'text = "\n".join(_texts(answer.content, pictures)) + str(answer.meta or "") or structured',
        ),
    ),
    *group(
        9,
        "bot/adapters/sqlite_connection.py",
        "tests/bot/adapters/test_sqlite_failures.py::test_only_the_owner_may_read_a_new_file",
        ("a store file is private", "path.touch(mode=0o600)", "path.touch()"),
    ),
    *group(
        9,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_the_secret_is_in_no_traceback",
        ("the signing secret is in no traceback", "secret: str = field(repr=False)", "secret: str = field()"),
    ),
    *group(
        9,
        "bot/adapters/sqlite_outbox.py",
        (
            "tests/bot/adapters/test_sqlite_store.py::"
            "TestOutbox::test_the_text_of_a_private_message_is_deleted_once_it_was_shown_or_given_up"
        ),
        (
            "a private text is deleted once it was shown",
            "    text = CASE WHEN kind IN ('private', 'secret') THEN '' ELSE text END,\n",
            "",
        ),
        (
            "a private text is deleted when it is given up",
            ",\n    text = CASE WHEN kind IN ('private', 'secret') THEN '' ELSE text END ",
            " ",
        ),
    ),
    *group(
        9,
        "mcp_tools/google_admin/server.py",
        "tests/mcp_tools/google_admin/test_outcomes.py::test_what_breaks_inside_a_tool_is_not_told",
        ("what breaks inside a tool is not told", "mask_error_details=True", "mask_error_details=False"),
    ),
    *group(
        9,
        "mcp_tools/google_admin/settings.py",
        "tests/mcp_tools/google_admin/test_settings.py::test_what_cannot_be_used_is_refused_by_name",
        (
            "Google is spoken to over https only",
            'parts.scheme not in (("http", "https") if here else ("https",))',
            'parts.scheme not in ("http", "https")',
        ),
    ),
)
