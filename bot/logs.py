"""One JSON line for each thing that happened; secrets are redacted before the line leaves."""

import json
import logging
from typing import Any, TextIO

from bot.untrusted import redact, redacted

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LIBRARIES = ("slack_bolt", "slack_sdk", "mcp", "fastmcp", "googleapiclient", "anthropic", "botocore")
_NOISY = (*_LIBRARIES, "aiohttp.access", "httpx2")


class JsonLines(logging.Formatter):
    """Formats a record as {"time", "level", "event", "logger", ...extra}; `time` is Unix seconds."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, redacted."""
        said: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
        }
        said |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(redacted(said), default=lambda value: redact(str(value)), ensure_ascii=False)


def configure(stream: TextIO, level: str) -> None:
    """Sends every log record to `stream` as a JSON line. Called by entry points only."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_error)


def _is_error(record: logging.LogRecord) -> bool:
    """Bolt warns that it ignores SLACK_BOT_TOKEN, and puts the level of its logger back before it does."""
    return record.levelno >= logging.ERROR
