"""The guards of the product: what stands in the way of each attack, and the tests that fail without it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """`old`, which occurs once in `file`, becomes `new`; then one of `tests` (pytest's node ids) must fail.

    `rule`: of the nine rules in docs/proof.md.
    """

    rule: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def removed_from(self, text: str) -> str:
        """Raises ValueError when the guard is not there exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.old!r} occurs {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


GUARDS: tuple[Guard, ...] = (
    Guard(
        1,
        "a key that occurs twice in the arguments is refused",
        "bot/canonical.py",
        "        if folded in seen:",
        "        if False:",
        ("tests/bot/test_canonical.py",),
    ),
    Guard(
        1,
        "the digest is worked out again at the claim",
        "bot/claiming.py",
        "if bound(call, request) != call.digest:",
        "if False:",
        ("tests/bot/test_binding.py",),
    ),
)
