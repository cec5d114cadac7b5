"""What the stand-in's cache reads and writes, by the bytes of a request."""

from typing import Any

import pytest

from sandbox.bedrock.prefix import LEAST, LIFE, LOOKBACK, Counted, PromptCache, places

MARK = {"cache_control": {"type": "ephemeral"}}
LONG = "x" * 4 * LEAST


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def body(*blocks: dict[str, Any], system: str = LONG) -> dict[str, Any]:
    marked = [text(system, **MARK)]
    return {"system": marked, "tools": [{"name": "a"}], "messages": [{"role": "user", "content": list(blocks)}]}


def whole(counted: Counted) -> int:
    return counted.input_tokens + counted.cache_creation_input_tokens + counted.cache_read_input_tokens


def test_what_was_written_is_read_and_the_rest_is_written() -> None:
    cache = PromptCache()
    first, second = body(text("a", **MARK)), body(text("a"), text("b" * 400, **MARK))
    written, read = cache.count("m", first), cache.count("m", second)
    assert (written.input_tokens, written.cache_read_input_tokens) == (0, 0)
    assert read.cache_read_input_tokens == written.cache_creation_input_tokens
    assert 100 <= read.cache_creation_input_tokens < 120
    assert [whole(one) for one in (written, read)] == [places(one)[-1].tokens for one in (first, second)]


def test_marks_are_no_content_and_everything_else_is() -> None:
    plain, marked = body(text("a")), body(text("a", **MARK))
    assert [one.digest for one in places(plain)] == [one.digest for one in places(marked)]
    for other in (body(text("b")), body(text("a"), system=LONG + "."), {**plain, "tools": [{"name": "b"}]}):
        assert places(other)[-1].digest != places(plain)[-1].digest


@pytest.mark.parametrize("change", [{"tools": [{"name": "b"}]}, {"system": [text(LONG + ".", **MARK)]}])
def test_a_change_at_the_beginning_reads_nothing(change: dict[str, Any]) -> None:
    cache = PromptCache()
    cache.count("m", body(text("a", **MARK)))
    assert cache.count("m", body(text("a", **MARK)) | change).cache_read_input_tokens == 0


def test_members_in_another_order_are_other_bytes() -> None:
    cache = PromptCache()
    cache.count("m", body(text("a", **MARK)) | {"tools": [{"name": "a", "description": "b"}]})
    turned = body(text("a", **MARK)) | {"tools": [{"description": "b", "name": "a"}]}
    assert cache.count("m", turned).cache_read_input_tokens == 0


def test_what_is_short_is_not_kept_and_another_model_reads_nothing() -> None:
    cache = PromptCache()
    short = body(text("a", **MARK), system="short")
    assert [cache.count("m", short).cache_creation_input_tokens for _ in range(2)] == [0, 0]
    cache.count("m", body(text("a", **MARK)))
    assert cache.count("n", body(text("a", **MARK))).cache_read_input_tokens == 0


@pytest.mark.parametrize(("between", "is_found"), [(LOOKBACK, True), (LOOKBACK + 1, False)])
def test_an_entry_is_found_so_many_blocks_before_a_mark(between: int, is_found: bool) -> None:
    cache = PromptCache()
    first = text("a" * 4000)
    cache.count("m", body({**first, **MARK}))
    more = [text(f"{number}") for number in range(between - 1)]
    read = cache.count("m", body(first, *more, text("end", **MARK))).cache_read_input_tokens
    assert (read > 1000) is is_found


def test_an_entry_lives_on_while_it_is_used() -> None:
    passed = [0.0]
    cache = PromptCache(elapsed=lambda: passed[0])
    reads = []
    for at in (0, LIFE - 1, 2 * LIFE - 2, 3 * LIFE - 2):
        passed[0] = at
        reads.append(cache.count("m", body(text("a", **MARK))).cache_read_input_tokens > 0)
    assert reads == [False, True, True, False]
