"""Tokens by estimate, where nobody has counted them."""


def estimated(*texts: str) -> int:
    """Four characters make a token, of those outside ASCII two; rounded up."""
    return -(-sum(map(quarters, texts)) // 4)


def quarters(text: str) -> int:
    """The same in quarters of a token, which can be added up piece by piece."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))
