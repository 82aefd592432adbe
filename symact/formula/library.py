"""What can be called by name: the catalogue, and private entries after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symact import catalog
from symact.activation import Activation
from symact.catalog import Listing
from symact.errors import UnknownNameError

PRIVATE = "private"
"""The family of entries that are not in the catalogue."""


class Library(Mapping[str, Activation]):
    """Activations by name, in order; the modules of the catalogue are imported when an entry is asked for.

    Parameters
    ----------
    private
        Entries of a user's own, whose names the catalogue does not have.
    """

    def __init__(self, private: Iterable[Activation] = ()) -> None:
        self.private = {activation.name: activation for activation in private}

    def __getitem__(self, name: str) -> Activation:
        if name in self.private:
            return self.private[name]
        return catalog.get(name)

    def __iter__(self) -> Iterator[str]:
        yield from catalog.names()
        yield from self.private

    def __len__(self) -> int:
        return len(catalog.names()) + len(self.private)

    def __contains__(self, name: object) -> bool:
        return name in self.private or name in catalog.listings()

    def named(self, name: str) -> Activation:
        """Return the entry called `name`.

        Raises
        ------
        UnknownNameError
            If there is none; the message suggests the nearest name.
        """
        if name not in self:
            raise UnknownNameError(name, self)
        return self[name]

    def listings(self) -> tuple[Listing, ...]:
        """Return name, family and summary of every entry."""
        private = (Listing(each.name, PRIVATE, each.summary) for each in self.private.values())
        return (*catalog.listings().values(), *private)


CATALOGUE = Library()
"""The catalogue alone."""
