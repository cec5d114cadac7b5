"""A password that was made here. It is sealed for whoever asked and sent to Google, and shown nowhere else."""

import secrets
from collections.abc import Callable, Sequence
from typing import TypeAlias

# Without I, l, 1, O, o and 0, which are mistaken for one another when they are typed.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 20
"""Characters: 116 bits. Google takes 8 to 100 (Google Workspace help: "Guidelines for strong passwords")."""

Choose: TypeAlias = Callable[[Sequence[str]], str]


class Password:
    """Its text is in `text` only, never in str or repr."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "Password(…)"


def new_password(choose: Choose = secrets.choice) -> Password:
    """20 characters, each chosen alone."""
    return Password("".join(choose(ALPHABET) for _ in range(LENGTH)))
