import pytest

from blocks.text import brief, clip, counted, cut, duration, escape, prose, slack_date, visible
from tests.factories import NOW


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00a0", "\u3164", "\ufe0f", "\x07", "\n", "⟨"]
)
def test_what_hides_is_shown(hidden: str) -> None:
    assert visible(f"a{hidden}b") == f"a⟨U+{ord(hidden):04X}⟩b"


def test_plain_words_stay_as_they_are() -> None:
    assert visible("Zoë & 山田 <b> 😀") == "Zoë & 山田 <b> 😀"


def test_prose_keeps_lines_and_joined_emoji() -> None:
    assert prose("one\r\ntwo\t👩\u200d🔧 ⚠\ufe0f") == "one\ntwo\t👩\u200d🔧 ⚠\ufe0f"


def test_prose_shows_a_joiner_between_latin_letters() -> None:
    assert prose("pay\u200dpal") == "pay⟨U+200D⟩pal"


def test_mrkdwn_has_no_control_sequence_left() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert cut("abcdef", 4) == ("abcd", 2)
    assert cut("ab\u202ecd", 9) == ("ab", 3)
    assert cut("abcd", 4) == ("abcd", 0)


def test_a_shortened_sentence_says_so() -> None:
    assert brief("x" * 4_420, 300, "in All details") == f"{'x' * 300}… 4,120 more characters in All details"
    assert brief("  two\n words ", 300) == "two words"


def test_a_shortened_name_says_so() -> None:
    assert clip("x" * 60, 50) == f"{'x' * 50}… (+10)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.34, "340 ms"),
        (1.2, "1.2 s"),
        (30, "30 s"),
        (60, "1 minute"),
        (4 * 3600, "4 hours"),
        (5400, "1 hour 30 minutes"),
        (93_600, "1 day 2 hours"),
        (59.97, "1 minute"),
    ],
)
def test_a_duration_is_said_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_count_has_its_plural() -> None:
    assert (counted(1, "action"), counted(1_204, "character")) == ("1 action", "1,204 characters")


def test_a_date_is_a_token_with_a_fallback() -> None:
    assert slack_date(NOW) == "<!date^1767603600^{date_short_pretty} {time}|2026-01-05 09:00 UTC>"
