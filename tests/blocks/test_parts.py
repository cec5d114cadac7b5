"""What may mention somebody, and what is only text."""

import pytest

from blocks.parts import group, link, person, place, plain

NO_IDS = ["", "<!channel>", "@here", "ada@example.com", "u012ab", "U012AB extra", "C012AB>", "U"]


@pytest.mark.parametrize("name", NO_IDS)
def test_only_an_id_of_slack_is_a_mention(name: str) -> None:
    assert person(name).to_dict()["type"] == group(name).to_dict()["type"] == "text"
    assert all(part.to_dict()["type"] == "text" for part in place(name))


def test_an_id_of_the_right_kind_is_one() -> None:
    mentions = [person("U012AB"), person("W012AB"), group("S012AB"), *place("C012AB")[1:]]
    assert [part.to_dict()["type"] for part in mentions] == ["user", "user", "usergroup", "channel"]
    assert person("S012AB").to_dict()["type"] == group("U012AB").to_dict()["type"] == "text"


@pytest.mark.parametrize(
    "url", ["", "http://example.com", "slack://user", "javascript:alert(1)", " https://example.com"]
)
def test_a_link_leads_to_https_only(url: str) -> None:
    assert link(url, "here") == []
    assert link("https://example.com", "here")[0].to_dict()["url"] == "https://example.com"


def test_a_shortcode_stays_text() -> None:
    assert plain(":white_check_mark: Approved").to_dict()["emoji"] is False
