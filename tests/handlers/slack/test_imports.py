"""The ingress starts cold: what it reaches must stay small."""

import subprocess
import sys

FORBIDDEN = ("anthropic", "fastmcp", "mcp", "pydantic", "boto3")
SCRIPT = f"""
import sys
import handlers.slack.app
print(sorted({{name.partition(".")[0] for name in sys.modules}} & set({FORBIDDEN})))
"""


def test_the_slack_handlers_reach_no_model_and_no_tool() -> None:
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
