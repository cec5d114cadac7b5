"""Rule 8, untrusted text where people see it: on cards, in answers, in modals."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        8,
        "bot/adapters/mcp_schema.py",
        "tests/bot/adapters/test_mcp_listing.py::test_arguments_that_the_schema_marks_secret_are_named",
        ("an argument that is written only is secret", 'if node.get("writeOnly") is True or', "if"),
        ("an argument that is a password is secret", ' or node.get("format") == "password":', ":"),
    ),
    *group(
        8,
        "bot/adapters/slack_notifier.py",
        "tests/bot/adapters/test_slack_notifier.py::test_every_post_carries_its_row_and_unfurls_nothing",
        ("links are not unfurled", '"unfurl_links": False', '"unfurl_links": True'),
        ("media are not unfurled", '"unfurl_media": False', '"unfurl_media": True'),
    ),
    *group(
        8,
        "blocks/buttons.py",
        "tests/blocks/test_card.py::test_arguments_that_are_not_all_there_cannot_be_approved_on_the_card",
        ("what is not all on the card cannot be approved there", "    if not inline:", "    if False:"),
    ),
    *group(
        8,
        "blocks/text.py",
        "tests/blocks/test_text.py::test_mrkdwn_has_no_control_sequence_left",
        ("a mention cannot be written in mrkdwn", '.replace("<", "&lt;")', ""),
    ),
    *group(
        8,
        "blocks/text.py",
        "tests/blocks/test_text.py::test_what_hides_is_shown",
        (
            "what hides is shown",
            '    if not char.isprintable() or char == "⟨" or char in _BLANK:',
            '    if char == "⟨" or char in _BLANK:',
        ),
    ),
    *group(
        8,
        "blocks/card.py",
        "tests/blocks/test_card.py::test_the_push_text_says_what_is_asked_and_is_escaped",
        ("a push text is escaped", "return Message(escape(card.summary)", "return Message(card.summary"),
    ),
    *group(
        8,
        "blocks/parts.py",
        "tests/blocks/test_parts.py::test_a_link_leads_to_https_only",
        ("a link is https", ' if url.startswith("https://") else []', ""),
    ),
    *group(
        8,
        "blocks/parts.py",
        "tests/blocks/test_parts.py::test_only_an_id_of_slack_is_a_mention",
        ("only a user's id is a mention", "if _USER.fullmatch(user) else", "if True else"),
    ),
    *group(
        8,
        "blocks/parts.py",
        "tests/blocks/test_parts.py::test_a_shortcode_stays_text",
        (
            "nobody can write our icons",
            "return PlainTextObject(text=text, emoji=False)",
            "return PlainTextObject(text=text, emoji=True)",
        ),
    ),
    *group(
        8,
        "blocks/arguments.py",
        "tests/blocks/test_card.py::test_a_secret_is_described_and_not_shown",
        ("a secret is described on a card", "secret_text(argument)", "argument.text"),
        (
            "what is hidden cannot be approved on the card",
            "code(secret_text(argument))], False",
            "code(secret_text(argument))], True",
        ),
    ),
    *group(
        8,
        "blocks/calls.py",
        "tests/blocks/test_card.py::test_an_unknown_tool_shows_no_values",
        (
            "of a tool that is not known no value is shown",
            "return self.tool is None or name in self.tool.secrets",
            "return self.tool is not None and name in self.tool.secrets",
        ),
    ),
    *group(
        8,
        "handlers/slack/details.py",
        (
            "tests/handlers/slack/test_details.py::"
            "test_a_secret_is_shown_to_those_who_may_decide_and_only_they_can_approve"
        ),
        (
            "a secret is shown to those only who may decide",
            " and await self.services.may_decide(approval.id, click.actor):",
            ":",
        ),
    ),
    *group(
        8,
        "blocks/details.py",
        "tests/blocks/test_details.py::test_only_the_last_page_of_a_call_can_approve_it",
        ("only the last page of a call can approve it", "yield shown if number < len(groups) else [", "yield ["),
    ),
)
