"""The rewriting rules of the code generator: it uses no rule that the prover has not proved."""

from __future__ import annotations

from sympy import Expr, exp

from symact.lowering.rules import DIFFERENCES, RULES, SUMS, Rule, u, v
from symact.textbook.identity import Identity
from symact.textbook.statement import QUANTITIES, Relation, Statement


def _statement(rule: Rule) -> Statement:
    """Return a rule as a statement; an argument of one sign is ±e^y."""
    argument: Expr = rule.sign * exp(QUANTITIES["y"]) if rule.sign else QUANTITIES["x"]
    quantities = {u: argument, v: QUANTITIES["y"]}
    relation = Relation(rule.left.xreplace(quantities), "==", rule.right.xreplace(quantities))
    where = {0: "", 1: ", u = e^y", -1: ", u = −e^y"}[rule.sign]
    return Statement(f"rule '{rule.name}'{where}", relation)


ENTRIES: tuple[Identity, ...] = tuple(
    Identity(
        f"rule-{number}",
        f"lowering rule: {rule.name}",
        _statement(rule),
        "symact/lowering/rules.py",
        "lowering relation",
    )
    for number, rule in enumerate((*RULES, *SUMS, *DIFFERENCES), 1)
)
