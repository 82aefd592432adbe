"""The collection is whole, says where each entry is from, and every entry reaches the verdict it names."""

from collections import Counter
from itertools import pairwise
from math import isfinite

import pytest
from sympy import Rational

from symact import catalog
from symact.activation import x
from symact.analysis import shape
from symact.balls import compiled, number, working_precision
from symact.lowering.rules import DIFFERENCES, RULES, SUMS
from symact.textbook.claims import Claim
from symact.textbook.collection import chosen, entries
from symact.textbook.collection.lipschitz import CONSTANTS
from symact.textbook.identity import verified
from symact.verdict import Grade

BY_ID = {entry.id: entry for entry in entries()}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_entry_reaches_its_verdict(entry):
    """The prover, or the analysis, finds what the entry expects; what is refuted has a counterexample."""
    row = verified(entry)
    assert row.proof.grade is entry.expected, row.proof.steps
    assert (row.proof.counterexample is not None) == (entry.expected is Grade.REFUTED)
    assert row.proof.method


def test_ids_are_unique():
    """No id stands for two entries."""
    assert not [i for i, count in Counter(entry.id for entry in entries()).items() if count > 1]


def test_statements_are_unique():
    """No statement is counted twice under one topic."""
    repeated = Counter(str(entry.statement) for entry in entries())
    assert sum(count - 1 for count in repeated.values()) < 10


def test_there_are_enough():
    """At least 150 entries are statements of their own, apart from the claims about single facts."""
    assert sum(1 for entry in entries() if not isinstance(entry.statement, Claim)) >= 150


@pytest.mark.parametrize("number", range(1, 33))
def test_claim_of_the_lecture_is_covered(number):
    """Each claim L1 … L32 has at least one entry."""
    assert chosen((f"L{number}",))


def test_false_wordings_are_corrected():
    """Every entry that is expected to be refuted names an entry that is true."""
    for entry in entries():
        if entry.expected is Grade.REFUTED:
            assert BY_ID[entry.corrected].expected in (Grade.PROVED, Grade.CERTIFIED), entry.id
        else:
            assert not entry.corrected, entry.id


def test_nothing_is_expected_to_be_open():
    """No entry is content with not knowing."""
    assert Grade.OPEN not in {entry.expected for entry in entries()}


@pytest.mark.parametrize("field", ["id", "title", "source", "tags"])
def test_fields_are_filled(field):
    """Every entry says what it is and where it is from."""
    assert not [entry.id for entry in entries() if not getattr(entry, field).strip()]


def test_assumptions_are_stated():
    """What the quantities are assumed to be is read off the statement."""
    assert BY_ID["softplus-above-relu"].assumptions == "β > 0; x real"


def test_every_rule_is_an_entry():
    """The code generator uses no rule that is not proved here."""
    rules = [entry for entry in chosen(("lowering",)) if entry.id.startswith("rule-")]
    assert len(rules) == len(RULES) + len(SUMS) + len(DIFFERENCES)


def test_every_entry_has_a_lipschitz_constant():
    """Every function of the catalogue has its constant in the collection, or the chords that show that it has none."""
    covered = {label for entry in chosen(("lipschitz",)) for label in entry.labels}
    assert set(catalog.names()) <= covered


@pytest.mark.parametrize(("name", "constant", "given", "grade"), CONSTANTS, ids=[row[0] for row in CONSTANTS])
def test_lipschitz_constant_bounds_the_slopes(name, constant, given, grade):
    """No chord is steeper than the constant, and some chord is nearly as steep: an independent route to it."""
    activation = catalog.get(name)
    values = activation.values(dict(pair.split("=") for pair in given.split()))
    function = compiled(activation.expr.subs(values), (x,))
    points = [Rational(k, 32) for k in range(-32 * 30, 32 * 30 + 1)]
    with working_precision(80):
        heights = [float(function(number(point))) for point in points]
    slopes = [abs(high - low) * 32 for low, high in pairwise(heights) if isfinite(low) and isfinite(high)]
    if constant == "∞":
        assert max(slopes) > 1.5
    else:
        bound = _value(activation, given, name)
        assert 0.8 * bound < max(slopes) < bound * (1 + 1e-9)


def _value(activation, given, name):
    fact = next(
        f for f in shape.facts(activation.at(**dict(p.split("=") for p in given.split()))) if "Lipschitz" in f.label
    )
    return float(fact.value)
