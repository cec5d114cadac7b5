"""What people see, file by file. The second opinions: Slack's own models, and the contract's lint."""

import pytest
from slack_sdk.models.blocks import Block

from tests.blocks.examples import CARDS, VIEWS, payload
from tests.blocks.regenerate import GOLDEN, text_of
from tests.slack_contract import check_blocks

NAMES = (*CARDS, *VIEWS)


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did(name: str) -> None:
    assert text_of(name) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_sdk_reads_it_back_unchanged(name: str) -> None:
    blocks = payload(name)["blocks"]
    assert [block.to_dict() for block in Block.parse_all(blocks)] == blocks


@pytest.mark.parametrize("name", NAMES)
def test_the_contract_finds_nothing(name: str) -> None:
    assert check_blocks.lint(payload(name), "modal" if name in VIEWS else "message") == []


def test_there_is_no_golden_file_without_an_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES)
