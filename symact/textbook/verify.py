"""Running the collection: every entry again, each in its turn, in several processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from symact.processes import results
from symact.textbook.collection import chosen
from symact.textbook.identity import Identity, Row, verified
from symact.verdict import Grade


@dataclass(frozen=True)
class Verification:
    """The rows of a run, in the order of the collection."""

    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[Grade, int]:
        """How many entries have each grade."""
        found = Counter(row.proof.grade for row in self.rows)
        return {grade: found[grade] for grade in Grade if found[grade]}

    @property
    def passed(self) -> bool:
        """Whether every entry reaches its expected verdict."""
        return all(row.as_expected for row in self.rows)


def verify(names: tuple[str, ...] = (), progress: Callable[[str], None] | None = None) -> Verification:
    """Verify the entries with one of the ids or tags.

    Parameters
    ----------
    names
        Ids and tags; none is the whole collection.
    progress
        Called with the id of each entry that is done.

    Raises
    ------
    SymactError
        If a name is neither an id nor a tag.
    """

    def done(identity: Identity) -> None:
        if progress:
            progress(identity.id)

    return Verification(tuple(results(verified, chosen(names), done)))
