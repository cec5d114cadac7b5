"""Rule 5, hints are not authority: a tool is what the operator accepted."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        5,
        "bot/adapters/mcp_toolbox.py",
        (
            "tests/bot/adapters/test_mcp_toolbox.py::"
            "TestMcpToolbox::test_a_tool_that_is_not_the_accepted_one_is_not_called"
        ),
        (
            "what the server offers is looked at again before a call",
            "        if not _is_offered(tool, offer(connection.spec, listed)):",
            "        if False:",
        ),
        (
            "a tool whose schema changed is not called",
            "return tool.schema_digest, tool.server_digest, tool.effect",
            "return '', tool.server_digest, tool.effect",
        ),
        (
            "a tool whose server changed is not called",
            "return tool.schema_digest, tool.server_digest, tool.effect",
            "return tool.schema_digest, '', tool.effect",
        ),
        (
            "a tool whose effect the operator changed is not called",
            "return tool.schema_digest, tool.server_digest, tool.effect",
            "return tool.schema_digest, tool.server_digest, Effect.READ",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_toolbox.py",
        "tests/bot/adapters/test_mcp_toolbox.py::test_the_digest_covers_what_the_operator_said_and_what_is_missing",
        (
            "a list of tools is found again by all that it holds",
            "digest(json.dumps([asdict(tool) for tool in tools], sort_keys=True), *missing)",
            "digest(*(tool.full_name for tool in tools))",
        ),
    ),
    *group(
        5,
        "bot/executor.py",
        "tests/bot/test_reading.py::test_nor_is_it_sent_again_after_a_crash",
        (
            "a read is sent again only to the tool that was accepted",
            "tool if tool and is_about(call, tool) else None)",
            "tool)",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_annotations_lower_nothing",
        (
            "a tool that the operator has not named is a write",
            "effect = spec.effects.get(listed.name, Effect.WRITE)",
            "effect = spec.effects.get(listed.name, Effect.READ)",
        ),
        (
            "annotations lower nothing",
            "effect = spec.effects.get(listed.name, Effect.WRITE)",
            (
                "effect = spec.effects.get(listed.name, Effect.WRITE)\n    effect = Effect.READ if "
                "listed.annotations and listed.annotations.read_only_hint else effect"
            ),
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_name_description_and_schema_each_change_the_tools_digest",
        (
            "a description that changed is another tool",
            "schema_digest=digest(listed.name, description, schema)",
            "schema_digest=digest(listed.name, schema)",
        ),
        (
            "a schema that changed is another tool",
            "schema_digest=digest(listed.name, description, schema)",
            "schema_digest=digest(listed.name, description)",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_alias_and_identity_each_change_the_servers_digest",
        (
            "a server of another configuration is another server",
            "return digest(spec.alias, spec.identity)",
            "return digest(spec.alias)",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_of_two_names_that_look_alike_neither_is_offered",
        ("of two names that look alike neither is offered", "    if faces[face(name)] > 1:", "    if False:"),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_what_could_not_be_called_safely_is_refused_and_the_rest_stays",
        (
            "a name that would blur is refused",
            '    if not name or not _NAME.fullmatch(f"{spec.alias}__{name}"):',
            "    if False:",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_servers.py",
        "tests/bot/adapters/test_mcp_toolbox.py::test_an_alias_that_would_blur_a_full_name_is_refused",
        (
            "an alias that would blur a full name is refused",
            "        if not _ALIAS.fullmatch(self.alias):",
            "        if False:",
        ),
    ),
    *group(
        5,
        "bot/reading.py",
        "tests/bot/test_reading.py::test_a_read_that_was_decided_about_another_tool_is_not_sent",
        (
            "a read is sent only to the tool that was accepted",
            "    if tool is not None and not is_about(call, tool):",
            "    if False:",
        ),
    ),
    *group(
        5,
        "mcp_tools/google_admin/effects.py",
        "tests/mcp_tools/google_admin/test_effects.py::test_a_probe_is_a_read_with_arguments_of_the_write",
        ("suspending an account is a write", '"suspend_user": "write", ', '"suspend_user": "read", '),
    ),
)
