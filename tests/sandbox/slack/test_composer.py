"""What Slack makes of typed text."""

import pytest

from sandbox.seed import demo_workspace
from sandbox.slack.composer import compose
from tests.sandbox.slack.stage import NOON


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@Countersign help", "<@U0BOT0001> help"),
        ("ask @alex, please", "ask <@U0ALEX001>, please"),
        ("@it-admins look", "<!subteam^S0ITADM01> look"),
        ("@here and @nobody", "<!here> and @nobody"),
        ("see #it-help, not #42", "see <#C0ITHELP1>, not #42"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("to leaver@example.com.", "to <mailto:leaver@example.com|leaver@example.com>."),
        ("(https://example.com/a?b=1&c=2)", "(<https://example.com/a?b=1&amp;c=2>)"),
        ("<@U0ALEX001> typed by hand", "&lt;@U0ALEX001&gt; typed by hand"),
        ("", ""),
    ],
)
def test_typed_text_becomes_slacks_text(typed: str, text: str) -> None:
    assert compose(demo_workspace(NOON), typed)[0] == text


def test_the_rich_text_says_the_same_without_escapes() -> None:
    _, elements = compose(demo_workspace(NOON), "@robin: a < b in #general")
    assert elements == [
        {"type": "user", "user_id": "U0ROBIN01"},
        {"type": "text", "text": ": a < b in "},
        {"type": "channel", "channel_id": "C0GENERAL1"},
    ]
