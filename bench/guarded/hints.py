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
            "        if not _is_offered(tool, now):",
            "        if False:",
        ),
        (
            "a tool whose schema changed is not called",
            "return tool.schema_digest, tool.server_digest, tool.effect",
            "return '', tool.server_digest, tool.effect",
        ),
        (
            "a tool whose effect the operator changed is not called",
            "return tool.schema_digest, tool.server_digest, tool.effect",
            "return tool.schema_digest, tool.server_digest, Effect.READ",
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
            "    return spec.effects.get(listed.name, unsaid)",
            "    return spec.effects.get(listed.name, Effect.READ)",
        ),
        (
            "annotations lower nothing",
            "_hinted(listed) if spec.trust_annotations else Effect.WRITE",
            "_hinted(listed)",
        ),
    ),
    *group(
        5,
        "bot/adapters/mcp_listing.py",
        "tests/bot/adapters/test_mcp_listing.py::test_name_description_and_schema_each_change_the_tools_digest",
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
        "bot/reading.py",
        "tests/bot/test_reading.py::test_a_read_that_was_decided_about_another_tool_is_not_sent",
        (
            "a read is sent only to the tool that was accepted",
            "    if tool is not None and not is_about(call, tool):",
            "    if False:",
        ),
    ),
)
