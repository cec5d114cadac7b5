"""What the page sends: JSON objects, read strictly."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from sandbox.payload import Json
from sandbox.slack.people import Refused

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON object of a request."""

    values: Json

    def text(self, name: str, default: str | None = None) -> str:
        """A string. Raises Refused (400) when it is absent without a default, or no string."""
        value = self.values.get(name, default)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Refused("invalid_arguments", f"{name} must be a string", 400)
        return value

    def object(self, name: str) -> Json:
        """A JSON object, empty when absent. Raises Refused (400)."""
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise Refused("invalid_arguments", f"{name} must be an object", 400)
        return value

    def flag(self, name: str) -> bool:
        """true or false. Raises Refused (400)."""
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise Refused("invalid_arguments", f"{name} must be true or false", 400)
        return value

    def seconds(self, name: str, most: float) -> float:
        """A number from 0 to `most`. Raises Refused (400)."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise Refused("invalid_arguments", f"{name} must be a number of seconds from 0 to {most:g}", 400)
        return value

    def words(self, name: str, default: frozenset[str]) -> frozenset[str]:
        """A list of strings. Raises Refused (400)."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            raise Refused("invalid_arguments", f"{name} must be a list of strings", 400)
        return frozenset(value)

    def only(self, *names: str) -> None:
        """Raises Refused (400) when there is anything else in it."""
        strange = sorted(self.values.keys() - set(names))
        if strange:
            raise Refused("invalid_arguments", f"{strange[0]} means nothing here: there is {', '.join(names)}", 400)


async def read_body(request: web.Request) -> Body:
    """Raises Refused (400) when the body is no JSON object. No body counts as an empty one.

    The content type must say JSON: another site's page could send plain text here without asking the browser.
    """
    if not request.can_read_body:
        return Body({})
    if request.content_type != "application/json":
        raise Refused("invalid_json", "the body must be application/json", 400)
    try:
        values = await request.json()
    except ValueError:
        raise Refused("invalid_json", "the body is not JSON", 400) from None
    if not isinstance(values, dict):
        raise Refused("invalid_json", "the body must be a JSON object", 400)
    return Body(values)


def acting_user(request: web.Request) -> str:
    """The `as` of a GET. Raises Refused (400)."""
    user = request.query.get("as", "")
    if not user:
        raise Refused("invalid_arguments", "say who looks: ?as=<user id>", 400)
    return user


@web.middleware
async def refusals_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refused act answers 4xx with `error` and `detail`."""
    try:
        return await handler(request)
    except Refused as refused:
        return web.json_response({"error": refused.error, "detail": refused.detail}, status=refused.status)
