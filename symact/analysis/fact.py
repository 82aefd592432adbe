"""A derived fact, with its grade."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic

from symact.verdict import Grade, Verdict


@dataclass(frozen=True)
class Fact:
    """One line of a sheet.

    Attributes
    ----------
    section
        Heading under which it stands: "Derivatives", "Limits", "Shape" …
    label
        What is stated, in mathematical notation: "f′(x)", "lim x → ∞ f(x)", "range".
    value
        A SymPy object, a verdict, or prose for what has no formula ("C¹, not C²"); ``None`` when open.
    grade
        How far it is established.
    method
        How, in a few words; empty where it is plain differentiation or substitution.
    at
        The parameter values it holds for; empty when it holds for every value in the domains.
    """

    section: str
    label: str
    value: Basic | Verdict | str | None
    grade: Grade = Grade.PROVED
    method: str = ""
    at: str = ""


def open_fact(section: str, label: str, reason: str) -> Fact:
    """Return the fact that something is not known, with what stood in the way."""
    return Fact(section, label, None, Grade.OPEN, reason)
