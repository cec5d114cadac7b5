"""Rules 3, 5 and 8 for tool servers of others: what they are given, what is taken from them, and who says so."""

from bench.guarded.guard import group

STDIO, HTTP = "bot/adapters/mcp_stdio.py", "bot/adapters/mcp_http.py"
STDIO_TESTS, HTTP_TESTS = "tests/bot/adapters/test_mcp_stdio.py::", "tests/bot/adapters/test_mcp_http.py::"
QUARANTINE_TESTS = "tests/bot/adapters/test_mcp_quarantine.py::"
LISTING_TESTS, CONFIG_TESTS = "tests/bot/adapters/test_mcp_listing.py::", "tests/bot/adapters/test_mcp_config.py::"

GUARDS = (
    *group(
        8,
        STDIO,
        f"{STDIO_TESTS}test_a_child_is_given_what_is_configured_and_nothing_of_ours",
        (
            "a child gets nothing of our environment",
            "environ = {**MINIMUM, **self._environ()}",
            "environ = {**__import__('os').environ, **MINIMUM, **self._environ()}",
        ),
    ),
    *group(
        3,
        STDIO,
        f"{STDIO_TESTS}test_in_the_end_a_child_and_whoever_it_forked_are_gone",
        ("the whole group of a child is killed", "(None, signal.SIGTERM, signal.SIGKILL)", "(None, signal.SIGTERM)"),
        ("whoever a child forked is ended, too", "os.killpg(group, number)", "os.kill(group, number)"),
    ),
    *group(
        3,
        STDIO,
        f"{STDIO_TESTS}test_an_answer_that_is_too_large_is_not_read_and_the_child_goes_on",
        (
            "a line without an end is not kept",
            "                if head or len(line) > most:",
            "                if False:",
        ),
        (
            "an answer that is not read is told by its own number",
            "    first = _FIRST.match(head[:_ENDS])\n",
            "    first = _LAST.search(head) or _FIRST.search(head[2:])\n",
        ),
    ),
    *group(
        3,
        STDIO,
        f"{STDIO_TESTS}test_an_answer_that_is_nested_too_deeply_ends_its_call_at_once",
        (
            "an answer that cannot be read ends its call",
            "return _refusal(line, line, mcp_types",
            "return _refusal(b'', line, mcp_types",
        ),
    ),
    *group(
        8,
        STDIO,
        f"{STDIO_TESTS}test_a_child_has_a_folder_of_its_own_which_is_gone_in_the_end",
        ("a child does not stand in the bot's folder", "cwd=self._cwd or folder,", "cwd=self._cwd,"),
        ("the folder of a child is gone in the end", "    await asyncio.to_thread(_remove, folder)\n", ""),
    ),
    *group(
        8,
        STDIO,
        f"{STDIO_TESTS}test_what_a_child_says_beside_the_protocol_is_logged_without_secrets_and_not_for_ever",
        ("what a child writes is redacted", "visible(redact(line[: LINE * 4]", "visible(str(line[: LINE * 4]"),
        (
            "what a child writes is not logged for ever",
            "for line in lines[: max(0, LINES - told)]:",
            "for line in lines:",
        ),
    ),
    *group(
        8,
        HTTP,
        f"{HTTP_TESTS}test_nothing_is_sent_to_another_origin_whoever_asks",
        ("headers go to one origin only", "        if _origin(request.url) != self._origin:", "        if False:"),
    ),
    *group(
        2,
        HTTP,
        f"{HTTP_TESTS}test_a_call_is_sent_once_though_the_server_redirects_it",
        ("a call is sent once, whatever redirects it", "await _is_call(request):", "False:"),
    ),
    *group(
        3,
        HTTP,
        f"{HTTP_TESTS}test_a_body_that_is_too_large_is_not_read",
        ("a body without an end is not kept", "            if self._left < 0:", "            if False:"),
    ),
    *group(
        3,
        "bot/adapters/mcp_limits.py",
        f"{STDIO_TESTS}test_a_result_that_breaks_the_servers_own_promise_is_not_believed",
        (
            "no rules of a server's choice are worked out",
            "    async def validate_tool_result(",
            "    async def _not_at_all(",
        ),
    ),
    *group(
        3,
        "bot/adapters/mcp_connection.py",
        f"{HTTP_TESTS}test_a_list_of_tools_without_an_end_is_not_read_to_it",
        ("a list of tools without an end is left", "    for _ in range(MOST_PAGES):", "    for _ in range(100):"),
    ),
    *group(
        3,
        "bot/adapters/mcp_schema.py",
        f"{LISTING_TESTS}test_a_schema_that_nobody_could_check_in_time_is_refused",
        ("a schema that is a labyrinth is refused", "        if left < 0:", "        if left == 0.5:"),
    ),
    *group(
        3,
        "bot/adapters/mcp_schema.py",
        f"{LISTING_TESTS}test_many_schemas_that_each_just_pass_cost_no_more_than_a_few",
        ("the labyrinths of one server count together", "min(MOST_WAYS, allowance.ways)", "MOST_WAYS"),
    ),
    *group(
        3,
        "bot/adapters/mcp_schema.py",
        f"{LISTING_TESTS}test_what_goes_to_the_model_of_one_server_has_a_limit",
        ("the words of one server count together", "        self.characters -= count\n", ""),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        f"{LISTING_TESTS}test_a_tool_that_came_with_us_keeps_its_name",
        ("nobody takes the name of a tool of ours", "if face(tool.full_name) in taken]", "if False]"),
    ),
    *group(
        5,
        "bot/adapters/mcp_quarantine.py",
        f"{QUARANTINE_TESTS}test_a_server_takes_no_tool_from_another_by_the_name_of_one_of_its_own",
        (
            "a name that looks like another is not accepted at first sight",
            "            if found.disputed:",
            "            if False:",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_toolbox.py",
        f"{QUARANTINE_TESTS}test_of_two_tools_that_look_alike_and_were_both_accepted_neither_is_offered",
        ("two tools that look alike are not offered", "if faces[face(tool.full_name)] > 1]", "if False]"),
    ),
    *group(
        5,
        "bot/adapters/mcp_configured.py",
        f"{CONFIG_TESTS}test_a_secret_value_changes_no_identity_and_everything_else_does",
        ("another PATH is another server", "value if name in HARMLESS or value", "value if value"),
    ),
    *group(
        8,
        "bot/adapters/mcp_configured.py",
        f"{CONFIG_TESTS}test_where_a_server_is_reached_is_shown_without_secrets",
        ("a command is shown without its secrets", "shlex.join(without_secrets(argv))", "shlex.join(argv)"),
    ),
    *group(
        3,
        "bot/adapters/mcp_configured.py",
        "tests/bot/wiring/test_tools.py::test_a_published_file_that_is_gone_costs_its_server_and_no_other",
        (
            "a server whose file is gone is not started",
            'raise Unavailable(f"there is no file {entry.path}")',
            "pass",
        ),
    ),
    *group(
        3,
        "bot/wiring/servers_cli.py",
        "tests/handlers/cli/test_servers.py::test_what_names_no_server_is_refused",
        ("what disables nothing is refused", "    if disabled and not _NAME.fullmatch(name):", "    if False:"),
    ),
    *group(
        5,
        "bot/wiring/servers_cli.py",
        "tests/handlers/cli/test_servers.py::test_what_the_bot_would_not_take_is_not_published",
        ("no look-alike is published", "    demand_distinct([GOOGLE, *read.entries])\n", ""),
    ),
    *group(
        5,
        "bot/adapters/sqlite_servers.py",
        f"{QUARANTINE_TESTS}test_what_changed_between_two_starts_is_in_quarantine_until_it_is_accepted",
        (
            "what changed between two starts is not offered",
            "frozenset(one.tool for one in offered if accepted.get(one.tool) == one.digest)",
            "frozenset(one.tool for one in offered)",
        ),
        (
            "only what was shown is accepted",
            "kind = 'changed' AND digest = ?",
            "kind = 'changed' AND digest <> ?",
        ),
    ),
    *group(
        5,
        "bot/adapters/sqlite_servers.py",
        f"{QUARANTINE_TESTS}test_a_server_that_offered_nothing_at_first_cannot_slip_something_in_later",
        (
            "a server that was seen empty was seen",
            '        _keep(to, alias, "accepted", Sighting("", "", "", "", ""))\n',
            "",
        ),
    ),
    *group(
        3,
        "bot/adapters/mcp_toolbox.py",
        f"{QUARANTINE_TESTS}test_what_is_disabled_is_neither_offered_nor_called",
        (
            "a tool that was disabled after its approval is not called",
            "            if self._roster.is_off(tool.server, tool.name):",
            "            if False:",
        ),
    ),
    *group(
        3,
        "bot/adapters/mcp_roster.py",
        f"{QUARANTINE_TESTS}test_a_published_server_takes_no_others_place",
        (
            "a published server takes no other's place",
            "            if face(spec.alias) in taken:",
            "            if False:",
        ),
    ),
    *group(
        8,
        "bot/adapters/mcp_config.py",
        f"{CONFIG_TESTS}test_no_secret_is_published",
        ("no secret is published", "    _refuse(read.source, list(_secrets(read)))\n", ""),
        ("no secret of an option is published", "without_secrets(entry.args) != entry.args", "False"),
    ),
)
