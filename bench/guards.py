"""The guards of the product: what stands in the way of each attack, and the tests that fail without it."""

from bench.guarded import (
    bound,
    closed,
    hints,
    once,
    once_outside,
    people,
    people_known,
    said,
    secrets,
    told,
    untrusted,
    untrusted_shown,
)
from bench.guarded.guard import Guard

GUARDS: tuple[Guard, ...] = (
    *bound.GUARDS,
    *once.GUARDS,
    *once_outside.GUARDS,
    *closed.GUARDS,
    *people.GUARDS,
    *people_known.GUARDS,
    *hints.GUARDS,
    *said.GUARDS,
    *told.GUARDS,
    *untrusted.GUARDS,
    *untrusted_shown.GUARDS,
    *secrets.GUARDS,
)
