"""The `get-manifest` hook of Slack's CLI: prints `manifest.yml` as JSON (Slack docs, "Slack CLI hooks").

`python -m handlers.slack.get_manifest`, run by `slack run` in the project's folder. The hook of `slack_cli_hooks`
knows `manifest.json` only.
"""

import json
import sys
from pathlib import Path

import yaml
from slack_cli_hooks.protocol import build_protocol


def main(argv: list[str]) -> None:
    """Answers in the protocol that the CLI asks for in `argv`."""
    manifest = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
    build_protocol(argv=argv).respond(json.dumps(manifest))


if __name__ == "__main__":
    main(sys.argv)
