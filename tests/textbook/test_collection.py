"""The collection is whole, says where each entry is from, and every entry reaches the verdict it names."""

from collections import Counter

import pytest

from symact import catalog
from symact.lowering.rules import RULES
from symact.textbook.claims import Claim
from symact.textbook.collection import chosen, entries
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
    assert len(chosen(("lowering",))) >= len(RULES)
    assert sum(1 for entry in entries() if entry.id.startswith("rule-")) == len(RULES)


def test_every_elementwise_entry_has_a_lipschitz_constant():
    """The catalogue's elementwise functions all have their constant in the collection."""
    covered = {label for entry in chosen(("lipschitz",)) for label in entry.labels}
    assert not [name for name in catalog.names() if catalog.get(name).is_elementwise and name not in covered]
