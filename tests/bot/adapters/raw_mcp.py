"""An MCP server (protocol 2025-06-18) without any library, so that it can behave as badly as a test wants.

`python raw_mcp.py [MODE]` talks over its standard input and output. It starts in a moment.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TextIO

ANY = {"type": "object", "additionalProperties": True}
NAMES = ("env", "huge", "die", "fork", "lie", "look", "deep")
OUTPUT = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer", "maximum": 9}}}
COMPLAINTS = {
    "chatty": [f"line {number} password=hunter2-correct-horse" for number in range(300)],
    "breathless": ["z" * 20_000_000],
}
HELPER = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def tools(description: str = "A tool.") -> list[dict[str, Any]]:
    """What is listed; `lie` promises a total."""
    listed: list[dict[str, Any]] = [
        {"name": name, "description": description, "inputSchema": ANY, "annotations": {"readOnlyHint": True}}
        for name in NAMES
    ]
    listed[NAMES.index("lie")]["outputSchema"] = OUTPUT
    return listed


def said(text: str, **more: Any) -> dict[str, Any]:
    """A result in words."""
    return {"content": [{"type": "text", "text": text}], **more}


def run(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One call."""
    if name == "env":
        given = dict(os.environ)  # noqa: TID251 - it tells what it was given
        place = Path.cwd()
        beside = [str(file) for file in place.iterdir()]
        return said(json.dumps({"environ": given, "pid": os.getpid(), "folder": str(place), "beside": beside}))
    if name == "huge":
        return {"id": 99, **said("x" * arguments["size"])}
    if name == "die":
        os._exit(3)
    if name == "fork":
        helper = subprocess.Popen([sys.executable, "-ISc", HELPER], stdout=subprocess.PIPE)
        assert helper.stdout is not None
        helper.stdout.readline()
        return said(json.dumps([os.getpid(), helper.pid]))
    if name == "lie":
        return said("done", structuredContent=arguments)
    if name == "deep":
        return said("done", structuredContent={"a": json.loads("[" * 300 + "]" * 300)})
    return said("seen")


def answer(message: dict[str, Any], description: str = "A tool.") -> dict[str, Any] | None:
    """The answer to a message, or None for one that wants none."""
    if "id" not in message:
        return None
    method, params = message["method"], message.get("params", {})
    result: dict[str, Any] | None = None
    if method == "initialize":
        about = {"name": "raw", "version": "1"}
        result = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": about}
    elif method == "tools/list":
        result = {"tools": tools(description)}
    elif method == "tools/call":
        result = run(params["name"], params.get("arguments", {}))
    if result is None:
        return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no such method"}}
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def write(line: str, to: TextIO = sys.stdout) -> None:
    """At once."""
    to.write(f"{line}\n")
    to.flush()


def main(mode: str) -> None:
    """Modes: hang (never answers), stubborn (ignores TERM and the end of its input), chatty, breathless, backwards (an
    answer begins with its result), or nothing.
    """
    if mode in {"hang", "stubborn"}:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode == "hang":
        time.sleep(600)
    if mode == "chatty":
        write("Welcome to my server!")
    for line in COMPLAINTS.get(mode, ()):
        write(line, sys.stderr)
    for line in sys.stdin:
        if found := answer(json.loads(line)):
            write(json.dumps(dict(reversed(found.items())) if mode == "backwards" else found))
    if mode == "stubborn":
        time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
