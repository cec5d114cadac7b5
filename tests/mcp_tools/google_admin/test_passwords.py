"""What a password is made of, and that it does not show."""

import traceback

from mcp_tools.google_admin.passwords import ALPHABET, LENGTH, new_password


def test_each_character_is_chosen_alone_from_letters_and_digits_that_are_not_mistaken_for_another() -> None:
    given: list[str] = []

    def choose(letters: object) -> str:
        given.append(str(letters))
        return ALPHABET[len(given) % len(ALPHABET)]

    assert new_password(choose).text == ALPHABET[1 : LENGTH + 1]
    assert given == [ALPHABET] * LENGTH
    assert (LENGTH, len(ALPHABET), len(set(ALPHABET)), set("Il1Oo0") & set(ALPHABET)) == (20, 56, 56, set())


def test_two_passwords_differ() -> None:
    assert new_password().text != new_password().text


def test_it_shows_in_no_text_and_no_traceback() -> None:
    password = new_password()
    shown = traceback.TracebackException.from_exception(ValueError(password), capture_locals=True)
    assert password.text not in f"{password} {password!r} {[password]} {''.join(shown.format())}"
