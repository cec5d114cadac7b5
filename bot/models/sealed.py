"""Secrets that a tool made for the requester: this process can keep them, and not read them (DESIGN, rule 9)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sealed:
    """One secret. `label` says what it is, and is none itself; `ciphertext` is base64, empty when it came mutilated."""

    label: str
    ciphertext: str = field(repr=False)
