"""Errors as Google answers them (Google docs: "Directory API: Resolve errors", and the error model of AIP-193)."""

from typing import Any


class GoogleError(Exception):
    """An error answer. `reason` is the machine word of the old error list, `status` the one of the newer form."""

    def __init__(self, code: int, reason: str, message: str, status: str) -> None:
        super().__init__(code, reason, message)
        self.code = code
        self.reason = reason
        self.message = message
        self.status = status

    def body(self) -> dict[str, Any]:
        """The JSON that goes with the status code."""
        entry = {"domain": "global", "reason": self.reason, "message": self.message}
        return {"error": {"code": self.code, "message": self.message, "errors": [entry], "status": self.status}}


def invalid(message: str, reason: str = "invalid") -> GoogleError:
    return GoogleError(400, reason, message, "INVALID_ARGUMENT")


def unknown_name(name: str, where: str) -> GoogleError:
    """`where` is "query parameter" or "field"."""
    return invalid(f'Invalid JSON payload received. Unknown name "{name}": Cannot bind {where}.', "badRequest")


def not_kept(name: str) -> GoogleError:
    """Google documents `name`, this stand-in leaves it out: said aloud instead of silently ignored."""
    return invalid(f"{name} is not part of this stand-in.", "badRequest")


def required(name: str) -> GoogleError:
    return GoogleError(400, "required", f"Missing required field: {name}", "INVALID_ARGUMENT")


def duplicate(message: str) -> GoogleError:
    return GoogleError(409, "duplicate", message, "ALREADY_EXISTS")


def condition_not_met(message: str) -> GoogleError:
    return GoogleError(412, "conditionNotMet", message, "FAILED_PRECONDITION")


def login_required() -> GoogleError:
    message = "Request is missing required authentication credential. Expected OAuth 2 access token."
    return GoogleError(401, "required", message, "UNAUTHENTICATED")


def forbidden() -> GoogleError:
    return GoogleError(403, "forbidden", "Not Authorized to access this resource/api", "PERMISSION_DENIED")


def not_found(what: str) -> GoogleError:
    return missing(f"Resource Not Found: {what}")


def missing(message: str) -> GoogleError:
    return GoogleError(404, "notFound", message, "NOT_FOUND")


def quota_exceeded() -> GoogleError:
    return GoogleError(403, "quotaExceeded", "Quota exceeded for the Admin SDK.", "RESOURCE_EXHAUSTED")


def unavailable() -> GoogleError:
    return GoogleError(503, "backendError", "The service is currently unavailable.", "UNAVAILABLE")
