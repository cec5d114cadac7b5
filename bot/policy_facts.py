"""What a question says of its call, worked out once. Three answers: yes, no, and None where it cannot be told."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.canonical import loads
from bot.models.question import Question

AMOUNT = "amount"
"""The argument that holds an amount, in any case."""
ENVIRONMENTS = ("environment", "env", "stage")
"""The arguments that name an environment, in any case."""
OTHER = "other"
"""The category of a tool without one."""


class Facts:
    """The facts of one question. The arguments are read when a rule first asks for them."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._arguments: dict[str, Any] | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The one reading of the canonical arguments."""
        if self._arguments is None:
            self._arguments = loads(self.question.arguments)
        return self._arguments

    def may_take(self, name: str) -> bool:
        """Whether the tool may have an argument of this name; False only when it is known not to."""
        takes = self.question.takes
        return takes is None or name in takes

    def named(self, *names: str) -> list[Any] | None:
        """The values of the arguments of these names. None when there are none, but could have been, and when there is
        an empty list.
        """
        values = [value for name, value in self.arguments.items() if name.lower() in names]
        flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
        takes = self.question.takes
        might = takes is None or any(name.lower() in names for name in takes)
        return None if [] in values or (might and not values) else flat

    def texts(self) -> Iterator[str]:
        """Every text among the arguments, however deep."""
        return _texts(self.arguments)


def of_all(answers: Iterable[bool | None]) -> bool | None:
    """All must hold: no as soon as one is no, else unknown as soon as one is unknown."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def of_any(answers: Iterable[bool | None]) -> bool | None:
    """One is enough: yes as soon as one is yes, else unknown as soon as one is unknown."""
    unknown = False
    for answer in answers:
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def of_each(value: Any, holds: Callable[[Any], bool | None]) -> bool | None:
    """Of a list: yes when it holds for every item, no when for none. An empty list, or a mixed one, cannot be told."""
    if not isinstance(value, list):
        return holds(value)
    answers = {holds(item) for item in value}
    return answers.pop() if len(answers) == 1 else None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
