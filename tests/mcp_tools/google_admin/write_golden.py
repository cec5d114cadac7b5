"""`python -m tests.mcp_tools.google_admin.write_golden` after a wanted change of the tools."""

import asyncio

from tests.mcp_tools.google_admin.tools import GOLDEN, advertised


def main() -> None:
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(asyncio.run(advertised()), encoding="utf-8")


if __name__ == "__main__":
    main()
