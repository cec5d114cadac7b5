"""Measured programs are children: their last line is the answer, and their failure is never silent."""

import sys

import pytest

from bench.child import ChildFailed, answer_of, running


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_the_last_line_is_the_answer() -> None:
    assert answer_of(python("print('warming up'); print('{\"rate\": 2.5}')")) == {"rate": 2.5}


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(ChildFailed) as failed:
        answer_of(python("raise SystemExit('the vote was lost')"))
    assert "the vote was lost" in failed.value.output


async def test_a_program_that_ended_by_itself_is_a_failure() -> None:
    async def until_it_ends() -> None:
        async with running(python("raise SystemExit('no socket')"), {}) as process:
            await process.wait()

    with pytest.raises(ChildFailed) as failed:
        await until_it_ends()
    assert "no socket" in failed.value.output


async def test_a_program_ends_with_the_block() -> None:
    async with running(python("import threading; threading.Event().wait()"), {}) as process:
        assert process.returncode is None
    assert process.returncode is not None
