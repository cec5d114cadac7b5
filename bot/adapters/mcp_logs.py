"""What the MCP libraries log."""

import logging


def silence() -> None:
    """Lets nothing of FastMCP and the MCP SDK be logged.

    Both log a traceback for each tool that failed, and tracebacks quote values that may be secret. Nothing is lost:
    whatever went wrong is the outcome of the call. Levels would not do, since an entry point sets them.
    """
    for name in ("fastmcp", "mcp"):
        library = logging.getLogger(name)
        library.handlers[:] = [logging.NullHandler()]
        library.propagate = False
