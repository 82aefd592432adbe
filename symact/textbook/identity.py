"""An entry of the collection: a statement or a claim, where it is from, and the verdict that it must reach."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from symact.notation import text
from symact.textbook.claims import Claim
from symact.textbook.counterexamples import symbols_of
from symact.textbook.prover import Proof, prove
from symact.textbook.statement import Statement, read
from symact.verdict import Grade

PROVED, CERTIFIED, REFUTED = Grade.PROVED, Grade.CERTIFIED, Grade.REFUTED


@dataclass(frozen=True)
class Identity:
    """One entry.

    Attributes
    ----------
    id
        Short and lasting: lower case, words joined by hyphens.
    title
        What it says, in words.
    statement
        Text for the prover (or a statement as it would read it), or a question to the analysis with the answer that
        is claimed.
    source
        Book, paper or document, with the section or page.
    tags
        Topics, and L1 … L32 for the claims of the lecture; separated by blanks.
    expected
        The verdict to reach.
    corrected
        The id of the entry that states correctly what is false as worded here.
    """

    id: str
    title: str
    statement: str | Statement | Claim
    source: str
    tags: str
    expected: Grade = PROVED
    corrected: str = ""

    @property
    def labels(self) -> frozenset[str]:
        """The tags as a set."""
        return frozenset(self.tags.split())

    @property
    def assumptions(self) -> str:
        """What the quantities of the statement are assumed to be."""
        if isinstance(self.statement, Claim):
            return self.statement.assumptions
        statement = read(self.statement) if isinstance(self.statement, str) else self.statement
        kinds: dict[str, list[str]] = {}
        for symbol in symbols_of(statement.body):
            kind = "whole, ≥ 0" if symbol.is_integer else "> 0" if symbol.is_positive else "real"
            kinds.setdefault(kind, []).append(text(symbol))
        return "; ".join(f"{', '.join(names)} {kind}" for kind, names in kinds.items())

    def proof(self) -> Proof:
        """Return what the prover, or the analysis, says today."""
        return self.statement.proof() if isinstance(self.statement, Claim) else prove(self.statement)


@dataclass(frozen=True)
class Row:
    """What a run says of an entry."""

    identity: Identity
    proof: Proof
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one to reach."""
        return self.proof.grade is self.identity.expected


def verified(identity: Identity) -> Row:
    """Run one entry."""
    start = perf_counter()
    proof = identity.proof()
    return Row(identity, proof, perf_counter() - start)
