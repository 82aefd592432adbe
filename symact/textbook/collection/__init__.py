"""The collection: every identity as data, one module a topic."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from symact.errors import SymactError
from symact.textbook.identity import Identity

TOPICS = (
    "sigmoidal",
    "rectifiers",
    "exponential",
    "softplus",
    "gated",
    "shrinkage",
    "softmax",
    "scale",
    "moments",
    "constants",
    "lipschitz",
    "duplicates",
    "lowering",
)


@cache
def entries() -> tuple[Identity, ...]:
    """Return every entry, in the order of the topics."""
    return tuple(e for topic in TOPICS for e in import_module(f"{__name__}.{topic}").ENTRIES)


def chosen(names: tuple[str, ...]) -> tuple[Identity, ...]:
    """Return the entries with one of the ids or tags; all of them if none is named.

    Raises
    ------
    SymactError
        If a name is neither an id nor a tag.
    """
    known = {e.id for e in entries()} | {label for e in entries() for label in e.labels}
    for name in names:
        if name not in known:
            raise SymactError(f"'{name}' is neither an id nor a tag of the textbook; 'symact verify --json' shows both")
    wanted = set(names)
    return tuple(e for e in entries() if not names or e.id in wanted or e.labels & wanted)
