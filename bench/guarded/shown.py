"""Rules 6 and 8, results of tools under an answer: only to be looked at, from allowed hosts, without secrets, once."""

from bench.guarded.guard import group

RESULT, FILES, SHOWING = (
    "tests/blocks/test_result.py",
    "tests/bot/adapters/test_slack_files.py",
    "tests/bot/test_showing.py",
)

GUARDS = (
    *group(
        8,
        "blocks/images.py",
        f"{RESULT}::test_no_other_address_passes_for_an_allowed_one",
        ("an image has a host that is allowed", "any(fnmatchcase(found[1], host) for host in hosts)", "bool(found[1])"),
        ("an image is https", 'r"https://([a-z0-9]', 'r"https?://([a-z0-9]'),
        ("an address is read to its end", "_ADDRESS.fullmatch(url)", "_ADDRESS.match(url)"),
    ),
    *group(
        8,
        "blocks/images.py",
        f"{RESULT}::test_what_could_be_clicked_foreign_or_unknown_is_left_out_and_named",
        ("a foreign image is named", "self.foreign[host_of(url)] += 1", "pass"),
    ),
    *group(
        8,
        "blocks/foreign.py",
        f"{RESULT}::test_what_could_be_clicked_foreign_or_unknown_is_left_out_and_named",
        ("what is left out of a result is named", "            self.dropped[noun] += left", "            pass"),
        (
            "a block of a tool is of an allowed type",
            "if not isinstance(item, dict) or kind not in _DRAWN:",
            "if not isinstance(item, dict):",
        ),
    ),
    *group(
        8,
        "blocks/foreign.py",
        f"{RESULT}::test_a_secret_in_two_pieces_is_redacted",
        ("marks do not split a secret in a tool's markdown", "cut(unsplit(words_of(", "cut((words_of("),
    ),
    *group(
        8,
        "blocks/foreign_text.py",
        f"{RESULT}::test_marks_are_styles_and_nothing_in_a_text_is_live",
        ("marks do not split a secret in mrkdwn", "    if redact(bare) != bare:", "    if False:"),
    ),
    *group(
        8,
        "blocks/foreign_text.py",
        f"{RESULT}::test_a_secret_in_two_pieces_is_redacted",
        ("elements do not split a secret", "    if redact(whole) != whole or", "    if"),
    ),
    *group(
        8,
        "blocks/result.py",
        f"{RESULT}::test_every_result_stands_below_a_line_that_says_whose_it_is",
        (
            "a result stands below a line that says whose it is",
            "in (_heading(call), *shown, *ending)",
            "in (*shown, *ending)",
        ),
    ),
    *group(
        8,
        "bot/tabular.py",
        "tests/bot/test_tabular.py::test_a_cell_does_nothing_in_a_spreadsheet_and_hides_nothing",
        ("a cell is no formula", "if shown.lstrip().startswith(FORMULA)", "if False"),
        ("a cell of a file holds no secret", "visible(redact(cell))", "visible(cell)"),
        ("a cell of a file hides nothing", "visible(redact(cell))", "redact(cell)"),
    ),
    *group(
        3,
        "bot/showing.py",
        f"{SHOWING}::test_records_that_share_no_names_are_no_table",
        ("a table has so many cells", "if _cells(value) <= MOST_CELLS and", "if"),
    ),
    *group(
        3,
        "bot/showing.py",
        f"{SHOWING}::test_parts_that_share_no_names_are_not_joined",
        ("a table of parts has so many cells", "and cells <= MOST_CELLS else own", "else own"),
    ),
    *group(
        8,
        "bot/showing.py",
        f"{SHOWING}::test_a_result_is_shown_by_what_it_is",
        ("a record with an image in it is no image", "if not value.keys() <= IMAGE_WORDS or", "if"),
    ),
    *group(
        8,
        "bot/files.py",
        f"{SHOWING}::test_a_file_holds_everything_and_no_secret",
        ("a file of JSON holds no secret", "redact(visible(text))", "visible(text)"),
        ("a file of an answer holds no secret", "redact(row.text)", "row.text"),
    ),
    *group(
        8,
        "bot/pictures.py",
        "tests/bot/test_pictures.py::test_nothing_but_four_formats_is_an_image",
        ("an image begins like one", 'content[8:12] == b"WEBP" else ""', 'content[8:12] == b"WEBP" else "png"'),
    ),
    *group(
        8,
        "bot/adapters/slack_files.py",
        f"{FILES}::test_a_file_of_the_same_name_by_somebody_else_does_not_count",
        ("only a file of ours counts", ' and one.get("user") == ours]', "]"),
    ),
    *group(
        6,
        "bot/adapters/slack_files.py",
        f"{FILES}::test_a_crash_after_the_sharing_finds_the_file_and_does_not_share_it_again",
        ("a file is looked for before it is shared again", "if not row.tried_at or row.posted_ts:", "if True:"),
    ),
    *group(
        6,
        "bot/adapters/slack_files.py",
        f"{FILES}::test_whoever_slept_past_its_claim_shares_nothing",
        ("whoever slept past its claim shares no file", "            still_ours(self._queue, row)\n", ""),
    ),
)
