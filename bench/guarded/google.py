"""Guards of the Google server and of its stand-in."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        9,
        "mcp_tools/google_admin/secrecy.py",
        ("tests/mcp_tools/google_admin/test_user_tools.py::test_without_anybody_to_tell_nothing_is_sent"),
        (
            "a tool that makes a secret refuses before anything is sent",
            "raise ToolFailure(NOBODY, Outcome.REFUSED)",
            "pass",
        ),
    ),
    *group(
        9,
        "mcp_tools/google_admin/passwords.py",
        "tests/mcp_tools/google_admin/test_passwords.py::test_it_shows_in_no_text_and_no_traceback",
        ("a password does not show where it is printed", 'return "Password(…)"', "return self.text"),
    ),
    *group(
        9,
        "mcp_tools/google_admin/directory.py",
        "tests/mcp_tools/google_admin/test_user_tools.py::test_a_password_that_google_quotes_back_is_not_told",
        (
            "a password that Google quotes back is not told",
            'refused.message.replace(password.text, "‹password›")',
            "refused.message",
        ),
    ),
    *group(
        9,
        "mcp_tools/google_admin/security_tools.py",
        "tests/mcp_tools/google_admin/test_security_tools.py::test_new_backup_codes_reach_who_asked_and_nobody_else",
        ("backup codes are in no summary", 'said = f"{len(codes)} new backup', 'said = f"{codes} new backup'),
    ),
    *group(
        9,
        "sandbox/google/server.py",
        "tests/sandbox/google/test_routes.py::test_the_log_shows_neither_passwords_nor_codes",
        ("the stand-in's log shows no password", 'body | {"password": HIDDEN}', "body"),
        ("the stand-in's log shows no backup codes", 'item | {"verificationCode": HIDDEN}', "item"),
    ),
    *group(
        3,
        "mcp_tools/google_admin/amazon_tools.py",
        "tests/mcp_tools/google_admin/test_amazon_tools.py::test_only_exactly_that_entry_is_removed",
        (
            "only exactly the role that was named is removed",
            "if value.text == wanted.text), None)",
            "if value.text.lower() == wanted.text.lower()), None)",
        ),
    ),
    *group(
        3,
        "mcp_tools/google_admin/amazon_tools.py",
        "tests/mcp_tools/google_admin/test_amazon_tools.py::test_one_role_for_each_aws_account",
        ("one role for each AWS account", "    if other is not None:", "    if False:"),
    ),
    *group(
        3,
        "mcp_tools/google_admin/group_tools.py",
        (
            "tests/mcp_tools/google_admin/test_group_tools.py::"
            "test_nobody_from_outside_is_added_but_one_who_is_there_can_be_removed"
        ),
        (
            "nobody from outside is added to a group",
            "raise ToolFailure(text, Outcome.FAILED)\n        return user",
            'return self._users.user("sam@example.com")\n        return user',
        ),
    ),
    *group(
        3,
        "mcp_tools/google_admin/catalogue.py",
        "tests/mcp_tools/google_admin/test_licence_tools.py::test_a_licence_has_one_spelling",
        ("a licence has one spelling", "return None if known else", "return None if False else"),
    ),
    *group(
        2,
        "mcp_tools/google_admin/timing.py",
        "tests/mcp_tools/google_admin/test_server.py::test_a_change_that_comes_too_late_is_not_sent",
        (
            "a change leaves in its time or not",
            "if self.window.clock() - self.began > self.window.send_within:",
            "if False:",
        ),
    ),
    *group(
        2,
        "mcp_tools/google_admin/security_tools.py",
        (
            "tests/mcp_tools/google_admin/test_security_tools.py::"
            "test_codes_that_were_made_and_could_not_be_read_leave_an_unknown"
        ),
        (
            "codes that nobody could read are no failure without effect",
            "raise ToolFailure(_unread(user_key), Outcome.UNKNOWN) from failure",
            "raise ToolFailure(_unread(user_key), Outcome.FAILED) from failure",
        ),
    ),
)
