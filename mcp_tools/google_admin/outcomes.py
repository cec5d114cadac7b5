"""Errors that tell the caller what became of the call, besides telling the model what to do.

The result of a failed call carries `countersign/outcome` in its `_meta`:

refused   it never left this server: nothing was changed
failed    the other side said no, or a read went wrong: nothing was changed
unknown   it was sent and no answer came back: look before doing anything again

A failed write without the key is to be taken as unknown.
"""

import logging
from enum import StrEnum
from typing import Any

from fastmcp.exceptions import NotFoundError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from pydantic import ValidationError as WrongArguments

OUTCOME_KEY = "countersign/outcome"


class Outcome(StrEnum):
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ToolFailure(ToolError):
    """A call that did not succeed, in words for the model."""

    def __init__(self, text: str, outcome: Outcome) -> None:
        super().__init__(text, log_level=logging.WARNING)
        self.outcome = outcome


class OutcomeInMeta(Middleware):
    """FastMCP sends an error's text only; this sends its outcome along."""

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]) -> ToolResult:
        try:
            return await call_next(context)
        except ToolFailure as failure:
            return _error(str(failure), failure.outcome)
        except ValidationError as invalid:
            return _error(f"{_wrong_arguments(invalid)} Nothing was sent.", Outcome.REFUSED)
        except NotFoundError:
            return _error(f"Unknown tool: {context.message.name!r}", Outcome.REFUSED)


def _error(text: str, outcome: Outcome) -> ToolResult:
    return ToolResult(content=text, meta={OUTCOME_KEY: outcome.value}, is_error=True)


def _wrong_arguments(invalid: ValidationError) -> str:
    """Pydantic's own text would quote the values back, and link to its manual."""
    cause = invalid.__cause__
    wrong = cause.errors(include_url=False, include_input=False) if isinstance(cause, WrongArguments) else []
    lines = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}." for error in wrong]
    return " ".join(["The arguments do not fit.", *lines])
