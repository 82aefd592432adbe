"""The first look at a formula: what characters and words it has, and how deep it is, before Python's parser sees it.

Python's own parser reads ``x.real``, ``'text'``, ``lambda`` and ten thousand parentheses; it takes ``ｘ`` and ``ℯ`` for
``x`` and ``e``.  Here every character is one of a short list or an error with its place, so that what is parsed
afterwards can only be arithmetic, comparisons and calls.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from keyword import iskeyword
from unicodedata import name as unicode_name

from symact.errors import FormulaError

LONGEST = 4096  # characters; the longest formula in the catalogue has about 200
DEEPEST = 50  # parentheses inside parentheses
DEEPEST_TREE = 150  # operations inside operations; below what any recursion in Python or SymPy minds
LONGEST_WORD = 64
LONGEST_NUMBER = 100  # characters
LARGEST_EXPONENT = 400  # of a decimal, beyond the range of float64 on either side

SPELLINGS: dict[str, str] = {
    "−": "-", "–": "-", "·": "*", "⋅": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip
"""Signs as in a book, and how Python writes them."""

POWERS: dict[str, str] = {"²": "**2", "³": "**3"}

GREEK: dict[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambd", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Φ": "Phi",
}  # fmt: skip
"""Greek letters and the names that they stand for."""

_ADVICE: dict[str, str] = {
    "^": "'^' is not a power here; write **",
    "'": "text in quotes is not part of a formula",
    '"': "text in quotes is not part of a formula",
    "[": "brackets are not part of a formula; write parentheses",
    "]": "brackets are not part of a formula; write parentheses",
    "{": "braces are not part of a formula; write parentheses, or add --latex for LaTeX",
    "}": "braces are not part of a formula; write parentheses, or add --latex for LaTeX",
    "\\": "a backslash is not part of a formula; add --latex for LaTeX",
    "|": "'|' is not part of a formula; write abs(x) for an absolute value, 'or' between conditions",
    "&": "'&' is not part of a formula; write 'and' between conditions",
    "~": "'~' is not part of a formula; write 'not' before a condition",
    "!": "'!' is not part of a formula; write != to compare, 'not' before a condition",
    ".": "attributes are not part of a formula; a '.' stands in numbers only",
    "#": "comments are not part of a formula",
    "\n": "a formula is one line",
    "\r": "a formula is one line",
    "∞": "a formula has finite numbers only",
    "√": "write sqrt(x) for a square root",
}

_WORDS: dict[str, str] = {
    "lambda": "'lambda' is a reserved word; call the parameter lambd",
    "if": "'if' is not part of a formula; write where(condition, a, b)",
    "else": "'else' is not part of a formula; write where(condition, a, b)",
}

_TOKEN = re.compile(
    r"(?P<blank> +)"
    r"|(?P<number>(?:\d|\.\d)(?:[eE][+-](?=\d)|[A-Za-z0-9_.])*)"
    rf"|(?P<name>[A-Za-z_][A-Za-z0-9_]*|[{''.join(GREEK)}][0-9_]*)"
    rf"|(?P<power>[{''.join(POWERS)}])"
    rf"|(?P<sign>//|\*\*|[<>=!]=|[-+*/<>=(),\[\]{''.join(SPELLINGS)}])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?(?P<exponent>\d+))?", re.ASCII)
_OPENED_BY: dict[str, str] = {")": "(", "]": "["}
_INDEX = frozenset("[]")
_CONNECTIVES = frozenset(("and", "or", "not"))


@dataclass(frozen=True)
class Source:
    """A formula in Python's spelling, and where each of its characters came from.

    Attributes
    ----------
    text
        What Python's parser reads.
    places
        For every character of it, and for its end, the index in what was written.
    """

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Source:
        """Return a text as it was written."""
        if len(text) > LONGEST:
            raise FormulaError(LONGEST + 1, f"{len(text)} characters are too many (at most {LONGEST})")
        return cls(text, range(len(text) + 1))

    def error(self, offset: int, message: str) -> FormulaError:
        """Return the error at an offset of the text."""
        return FormulaError(self.places[min(max(offset, 0), len(self.text))] + 1, message)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    offset: int

    @property
    def ends_operand(self) -> bool:
        return self.kind in ("number", "name", "power") or self.text in _OPENED_BY

    @property
    def begins_operand(self) -> bool:
        return self.kind in ("number", "name") or self.text == "("


def scan(source: Source, indices: bool = False) -> Source:
    """Return a formula in Python's spelling, with nothing in it that is not part of formulas.

    Parameters
    ----------
    source
        What was written.
    indices
        Whether there may be brackets, for the entries of vectors.

    Raises
    ------
    FormulaError
        At the first character or word that is not.
    """
    tokens = _tokens(source, indices)
    if not tokens:
        raise source.error(0, "the formula is empty; write for example x*sigmoid(x)")
    _check_parentheses(source, tokens)
    _check_neighbours(source, tokens)
    places = [source.places[token.offset] for token in tokens for _ in f"{token.text} "]
    # One blank between any two: "* *" stays two signs.
    return Source(" ".join(token.text for token in tokens), [*places[:-1], source.places[len(source.text.rstrip(" "))]])


def tree(source: Source) -> ast.expr:
    """Return the syntax tree of a formula that was scanned.

    Raises
    ------
    FormulaError
        If operators and operands do not fit together.
    """
    try:
        found = ast.parse(source.text, mode="eval").body
        _check_depth(source, found)
        return found
    except SyntaxError as error:
        offset = (error.offset or 1) - 1
    except (RecursionError, MemoryError):
        raise source.error(0, "the formula is nested too deeply") from None
    word, _, _ = source.text[offset:].partition(" ")
    raise source.error(offset, f"'{_shown(word)}' is not expected here")


def _check_depth(source: Source, found: ast.expr) -> None:
    """Refuse operations in operations in operations; the terms of a sum are beside each other, however many."""
    stack: list[tuple[ast.AST, int]] = [(found, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST_TREE:
            place = getattr(node, "col_offset", 0)
            raise source.error(place, f"the formula is nested too deeply (more than {DEEPEST_TREE} operations)")
        beside = node.left if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow) else None
        stack += ((child, depth + (child is not beside)) for child in ast.iter_child_nodes(node))


def _tokens(source: Source, indices: bool) -> list[_Token]:
    found: list[_Token] = []
    offset, text = 0, source.text
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None or (match[0] in _INDEX and not indices):
            raise source.error(offset, _advice(text[offset]))
        kind = match.lastgroup or ""
        if kind != "blank":
            found.append(_token(source, kind, match[0], offset))
        offset = match.end()
    return found


def _token(source: Source, kind: str, text: str, offset: int) -> _Token:
    if kind == "number":
        _check_number(source, text, offset)
    elif kind == "sign":
        if text == "//":
            raise source.error(offset, "'//' is not part of a formula; write / for a quotient")
        text = SPELLINGS.get(text, text)
    elif kind == "power":
        text = POWERS[text]
    elif text in _CONNECTIVES:
        kind = "word"
    else:
        text = GREEK.get(text[0], text[0]) + text[1:]
        _check_word(source, text, offset)
    return _Token(kind, text, offset)


def _check_number(source: Source, text: str, offset: int) -> None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        product = re.fullmatch(r"([1-9]\d*\.?\d*)([A-Za-z]\w*)", text, re.ASCII)
        advice = (
            f"{_shown(product[1])}*{_shown(product[2])} for a product" if product else "for example 12, 0.25 or 1e-3"
        )
        raise source.error(offset, f"'{_shown(text)}' is not a number; write {advice}")
    exponent = match["exponent"] or "0"
    if len(text) > LONGEST_NUMBER or len(exponent) > LONGEST_NUMBER or int(exponent) > LARGEST_EXPONENT:
        raise source.error(
            offset, f"the number is too long or large (at most {LONGEST_NUMBER} digits, 1e{LARGEST_EXPONENT})"
        )


def _check_word(source: Source, text: str, offset: int) -> None:
    if text in _WORDS:
        raise source.error(offset, _WORDS[text])
    if iskeyword(text):
        raise source.error(offset, f"'{text}' is a reserved word, not part of a formula")
    if text.startswith("_") or "__" in text:
        raise source.error(offset, f"'{_shown(text)}': a name has no underscore in front, nor two in a row")
    if len(text) > LONGEST_WORD:
        raise source.error(offset, f"a name of {len(text)} characters is too long (at most {LONGEST_WORD})")


def _check_parentheses(source: Source, tokens: Sequence[_Token]) -> None:
    opened: list[_Token] = []
    for token in tokens:
        if token.text in _OPENED_BY.values():
            opened.append(token)
            if len(opened) > DEEPEST:
                raise source.error(token.offset, f"parentheses are nested too deeply (at most {DEEPEST})")
        elif token.text in _OPENED_BY:
            if not opened or opened.pop().text != _OPENED_BY[token.text]:
                raise source.error(token.offset, f"this '{token.text}' closes nothing")
        elif token.text == "=" and not opened:
            raise source.error(token.offset, "'=' is not part of a formula; write == to compare")
    if opened:
        raise source.error(opened[-1].offset, f"this '{opened[-1].text}' is never closed")


def _check_neighbours(source: Source, tokens: Sequence[_Token]) -> None:
    for left, right in pairwise(tokens):
        called = left.kind == "name" and right.text == "("
        if left.ends_operand and right.begins_operand and not called:
            raise source.error(right.offset, f"an operator is missing before '{_shown(right.text)}'; a product needs *")
    if not tokens[-1].ends_operand:
        raise source.error(len(source.text), f"the formula ends too early, after '{tokens[-1].text}'")


def _advice(character: str) -> str:
    if character in _ADVICE:
        return _ADVICE[character]
    if not character.isprintable():
        return f"the control character {ord(character):#04x} is not part of a formula"
    if character.isascii():
        return f"'{character}' is not part of a formula"
    return f"'{character}' ({unicode_name(character, 'no name')}) is not part of a formula; use ASCII or Greek letters"


def _shown(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:20]}…"
