"""The sheet: complete, in order, and not lost when one module fails."""

from __future__ import annotations

import pytest

import symact
from symact.analysis import limits, moments, scaling
from symact.analysis import sheet as sheet_module
from symact.analysis.derivatives import prime
from symact.analysis.sheet import Sheet, sheet
from symact.errors import OpenError, SymactError
from symact.verdict import Grade

ORDER = ("Regularity", "Derivatives", "Limits", "Asymptotes", "Shape", "Symmetry", "Scaling", "Series")


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    return {name: sheet(symact.get(name)) for name in symact.names()}


@pytest.mark.parametrize("name", symact.names())
def test_sections_are_there_in_the_order_of_a_textbook(name: str, sheets: dict[str, Sheet]) -> None:
    """Every entry has its sections, and no module failed."""
    found = sheets[name]
    sections = tuple(dict.fromkeys(fact.section for fact in found.facts))
    if found.activation.is_elementwise:
        assert tuple(s for s in sections if s in ORDER) == ORDER
    else:
        assert sections == ("Vector structure", "Limits", "Scaling")
    assert not any(fact.label == "everything in this section" for fact in found.facts)


@pytest.mark.parametrize("name", symact.names())
def test_an_open_fact_says_why_and_others_have_values(name: str, sheets: dict[str, Sheet]) -> None:
    """Open means no value and a reason; everything else has a value."""
    for fact in sheets[name].facts:
        assert (fact.value is None) == (fact.grade is Grade.OPEN), fact
        assert fact.method or fact.grade is not Grade.OPEN, fact


@pytest.mark.parametrize("order", [1, 4])
def test_the_order_of_derivatives_is_obeyed(order: int) -> None:
    """The sheet shows derivatives up to the order asked for and not beyond."""
    found = sheet(symact.get("tanh"), order)
    labels = {fact.label for fact in found.facts if fact.section == "Derivatives"}
    assert f"f{prime(order)}(x)" in labels
    assert f"f{prime(order + 1)}(x)" not in labels
    assert found.order == order


def test_an_order_of_zero_is_refused() -> None:
    """A sheet without derivatives is a mistake."""
    with pytest.raises(SymactError, match="not 0"):
        sheet(symact.get("relu"), 0)


@pytest.mark.parametrize("error", [OpenError("no idea"), NotImplementedError("not by SymPy"), RecursionError("deep")])
def test_a_failing_module_does_not_lose_the_others(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure of one module becomes one open fact; all other sections stay."""

    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(scaling, "facts", fail)
    found = sheet(symact.get("relu"))
    (lost,) = [fact for fact in found.facts if fact.section == "Scaling"]
    assert lost.grade is Grade.OPEN
    assert str(error) in lost.method
    assert {"Limits", "Shape", "Regularity"} <= {fact.section for fact in found.facts}


def test_what_is_open_with_symbols_is_derived_at_the_defaults(sheets: dict[str, Sheet]) -> None:
    """The Chebyshev series has no asymptote at its default coefficients; the fact says at which."""
    (fact,) = [f for f in sheets["chebyshev"].facts if f.label == "asymptote for x → ∞"]
    assert fact.grade is Grade.PROVED
    assert "c₃ = 0" in fact.at


def test_all_modules_are_gathered() -> None:
    """Each analysis module with facts is on the sheet."""
    assert sheet_module.limits is limits
    assert sheet_module.moments is moments


def test_views(sheets: dict[str, Sheet]) -> None:
    """A sheet prints as text, as LaTeX and as plain data."""
    found = sheets["gelu"]
    assert "−φ(x)" in str(found)
    assert r"\Phi" in found._repr_latex_()
    assert found.as_dict()["name"] == "gelu"
