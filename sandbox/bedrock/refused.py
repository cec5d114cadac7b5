"""What the stand-in answers instead of a message."""


class Refused(Exception):
    """Bedrock answers HTTP `status` with `type` in x-amzn-ErrorType and `message` in the body."""

    def __init__(self, message: str, type_: str = "ValidationException", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.type = type_
        self.status = status
