"""Slack's mrkdwn, block by block what it becomes."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.probes import BARE
from tests.sandbox.page.samples import ALEX, BOT, IT_HELP, mrkdwn, said
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKDOWN = """# Title

Some **bold**, *em*, `x` and [a link](https://example.com).

| A | B |
|:--|--:|
| 1 | \\| |

1. one
   - [x] nested
2. two

```python
a < b
```

> quoted

---"""
CASES = {
    "*bold* _italic_ ~strike~ `code`": "<strong>bold</strong> <em>italic</em> <s>strike</s> <code>code</code>",
    "*bold with _both_*": "<strong>bold with <em>both</em></strong>",
    "2 * 3 * 4, snake_case_name, a*b*c": "2 * 3 * 4, snake_case_name, a*b*c",
    "*open": "*open",
    "`*not bold*`": "<code>*not bold*</code>",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "one\ntwo": "one<br>two",
    "```\na *b*\n```": "<pre>a *b*</pre>",
    "&gt; quoted\nplain": "<blockquote>quoted</blockquote>plain",
    "> a\n> b": "<blockquote>a<br>b</blockquote>",
    ":white_check_mark: :nonsense: 10:30:15": "<span>✅</span> :nonsense: 10:30:15",
    "<https://example.com|the *page*>": "<a>the *page*</a>",
    "<https://example.com/a_b_c>": "<a>https://example.com/a_b_c</a>",
    "<mailto:a@example.com>": "<a>a@example.com</a>",
    "<@U0ROBIN01> <@U0NOBODY0|Nobody>": "<span>@Robin Reyes</span> <span>@Nobody</span>",
    "<#C0ITHELP1> <#C0SECRET1>": "<a>#it-help</a> <span>#private-channel</span>",
    "<!subteam^S0ITADM01|@old-name>": "<span>@it-admins</span>",
    "*<@U0ROBIN01>*": "<strong><span>@Robin Reyes</span></strong>",
    "<!date^1795000000^{date_num} {time}|fallback>": "<time>2026-11-18 12:06</time>",
    "<!date^nonsense^{time}|fallback>": "fallback",
}


async def test_each_mark_becomes_its_element(stage: Stage, visit: Visit) -> None:
    blocks = [
        {"type": "section", "block_id": f"case-{number}", "text": mrkdwn(source)} for number, source in enumerate(CASES)
    ]
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=blocks)]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await expect(page.locator(".block")).to_have_count(len(CASES))
    shown = {
        source: await page.locator(f"[data-block-id=case-{number}] .mrkdwn").evaluate(BARE)
        for number, source in enumerate(CASES)
    }
    assert shown == CASES


async def test_a_mention_of_the_reader_stands_out(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(BOT, "<@U0ALEX001> <@U0ROBIN01> <!subteam^S0ITADM01>", 0)]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await expect(page.locator(".mention--me")).to_have_text(["@Alex Ahmadi", "@it-admins"])


async def test_a_time_is_the_readers_own_with_the_exact_one_on_hover(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(BOT, "<!date^1795000000^until {date_short} {time}|x>", 0)]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    time = page.locator(".content time")
    await expect(time).to_have_text("until 18 Nov 12:06")
    await expect(time).to_have_attribute("title", "Wednesday, 18 November 2026 at 12:06:40 CET")


async def test_a_permalink_opens_the_thread_in_this_page(stage: Stage, visit: Visit) -> None:
    link = f"https://acme.slack.com/archives/{IT_HELP}/p1795000005000100?thread_ts=1795000000.000100"
    stage.messages[IT_HELP] = [
        said(ALEX, "root", 0),
        said(ALEX, "reply", 5, thread_ts="1795000000.000100"),
        said(BOT, f"<{link}|Open the thread>", 900),
    ]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await page.get_by_role("link", name="Open the thread").click()
    await expect(page.get_by_test_id("thread-pane")).to_contain_text("reply")


async def test_markdown_shows_tables_lists_code_and_headings(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=[{"type": "markdown", "text": MARKDOWN}])]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    shown = await page.locator(".markdown").evaluate(BARE)
    rows = "<thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>|</td></tr></tbody>"
    listed = "<ol><li>one<ul><li><span>☑</span> nested</li></ul></li><li>two</li></ol>"
    assert shown == (
        "<h3>Title</h3><p>Some <strong>bold</strong>, <em>em</em>, <code>x</code> and <a>a link</a>.</p>"
        f"<div><table>{rows}</table></div>{listed}<pre>a &lt; b</pre><blockquote><p>quoted</p></blockquote><hr>"
    )


def leaf(kind: str, **fields: object) -> dict[str, object]:
    return {"type": kind, **fields}


def rich_part(kind: str, *elements: object, **fields: object) -> dict[str, object]:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **fields}


RICH = {
    "styles": (
        rich_part(
            "section",
            leaf("text", text="a", style={"bold": True, "italic": True}),
            leaf("text", text="b", style={"strike": True}),
            leaf("text", text="<c>", style={"code": True}),
        ),
        "<div><em><strong>a</strong></em><s>b</s><code>&lt;c&gt;</code></div>",
    ),
    "mentions": (
        rich_part(
            "section",
            leaf("user", user_id="U0ROBIN01"),
            leaf("usergroup", usergroup_id="S0ITADM01"),
            leaf("channel", channel_id="C0ITHELP1"),
            leaf("broadcast", range="here"),
        ),
        "<div><span>@Robin Reyes</span><span>@it-admins</span><a>#it-help</a><span>@here</span></div>",
    ),
    "links and emoji": (
        rich_part(
            "section",
            leaf("link", url="https://example.com", text="here"),
            leaf("emoji", name="white_check_mark"),
            leaf("emoji", name="from-afar", unicode="1f44d-1f3fd"),
            leaf("emoji", name="unheard-of"),
        ),
        "<div><a>here</a>✅👍🏽:unheard-of:</div>",
    ),
    "list": (
        rich_part("list", rich_part("section", leaf("text", text="one")), style="ordered", offset=2),
        "<ol><li>one</li></ol>",
    ),
    "quote": (rich_part("quote", leaf("text", text="q")), "<blockquote>q</blockquote>"),
    "preformatted": (rich_part("preformatted", leaf("text", text="a < b")), "<pre>a &lt; b</pre>"),
    "unknown": (rich_part("hologram"), "<span>This part cannot be shown here</span>"),
}


async def test_each_part_of_rich_text_becomes_its_element(stage: Stage, visit: Visit) -> None:
    blocks = [{"type": "rich_text", "block_id": name, "elements": [part]} for name, (part, _) in RICH.items()]
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=blocks)]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await expect(page.locator(".block")).to_have_count(len(RICH))
    shown = {name: await page.locator(f"[data-block-id='{name}'] .rich").evaluate(BARE) for name in RICH}
    assert shown == {name: html for name, (_, html) in RICH.items()}


async def test_tables_have_heads_alignment_and_rich_cells(stage: Stage, visit: Visit) -> None:
    bold = rich_part("section", leaf("text", text="Lea", style={"bold": True}))
    rows = [
        [leaf("raw_text", text="Name"), leaf("raw_text", text="Logins")],
        [{"type": "rich_text", "elements": [bold]}, leaf("raw_number", value=7)],
    ]
    table = {"type": "table", "rows": rows, "column_settings": [{}, {"align": "right", "is_wrapped": False}]}
    data = {"type": "data_table", "caption": "Users", "rows": rows}
    stage.messages[IT_HELP] = [said(BOT, "x", 0, blocks=[table]), said(BOT, "x", 900, blocks=[data])]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await expect(page.get_by_role("region", name="Users").locator("caption")).to_have_text("Users")
    plain = page.get_by_role("region", name="Table")
    await expect(plain.get_by_role("columnheader")).to_have_text(["Name", "Logins"])
    await expect(plain.get_by_role("cell")).to_have_text(["Lea", "7"])
    await expect(plain.locator("strong")).to_have_text("Lea")
    await expect(plain.locator("td.align-right.nowrap")).to_have_text("7")
