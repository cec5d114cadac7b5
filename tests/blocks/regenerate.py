"""Writes the golden files anew: `python -m tests.blocks.regenerate`. Read the difference before it is committed."""

import json
from pathlib import Path

from tests.blocks.examples import CARDS, VIEWS, payload

GOLDEN = Path(__file__).parent / "golden"


def text_of(name: str) -> str:
    """An example as its golden file holds it; can be pasted into Slack's Block Kit Builder."""
    return json.dumps(payload(name), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    for path in GOLDEN.glob("*.json"):
        path.unlink()
    for name in (*CARDS, *VIEWS):
        (GOLDEN / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    main()
