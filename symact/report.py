"""Views of results as text, LaTeX, Markdown and JSON; nothing is computed here.

Every view is made from the same record, a dictionary of plain strings whose keys are the keys of the JSON
output.  SymPy is imported only where a formula is spelled, so that tables without formulas cost nothing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sympy import Basic

    from symact.accuracy.table import Row
    from symact.activation import Activation
    from symact.analysis.fact import Fact
    from symact.analysis.sheet import Sheet
    from symact.textbook.prover import Proof
    from symact.textbook.verify import Verification
    from symact.verdict import Verdict

Record = dict[str, Any]


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    LATEX = "latex"
    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True)
class Mark:
    """The sign of a grade, its colour on a terminal, and what it says."""

    sign: str
    colour: str
    words: str


MARKS: dict[str, Mark] = {
    "proved": Mark("✓", "green", "proved"),
    "certified": Mark("◦", "cyan", "certified by ball arithmetic, to every digit shown"),
    "refuted": Mark("✗", "red", "refuted"),
    "open": Mark("?", "yellow", "open"),
}

LEGEND = "   ".join(f"{mark.sign} {mark.words}" for mark in MARKS.values())

WIDEST_LABEL = 44  # characters: longer labels do not push the values of other lines to the right

LONGEST = 300  # characters of a value in the text for a terminal

WIDEST_SIDE = 60  # characters of an exact side of a counterexample that is shown beside its decimals

WIDE = 100_000  # characters: output that is not for a terminal is never wrapped


@dataclass(frozen=True)
class Table:
    """Rows with named columns.

    Attributes
    ----------
    columns
        Key of each column in the rows, with its heading.
    rows
        Plain values.
    right
        Keys of the columns that are aligned to the right.
    """

    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    right: frozenset[str] = frozenset()

    def cells(self) -> list[list[str]]:
        """Return the rows as text, in the order of the columns."""
        return [[_cell(row[key]) for key in self.columns] for row in self.rows]


# Records: the results as plain values.


def sheet_record(sheet: Sheet, everything: bool = True) -> Record:
    """Return every fact of a sheet, spelled both in Unicode and in LaTeX.

    Parameters
    ----------
    sheet
        The facts.
    everything
        Unless true, leave out LaTeX and the digits of short closed forms, which take longer than the text they are not
        shown in.
    """
    facts = [_fact_record(fact, everything) for fact in sheet.facts]
    return definition_record(sheet.activation) | {"facts": facts}


def definition_record(activation: Activation) -> Record:
    """Return the definition itself."""
    from symact import notation

    return {
        "name": activation.name,
        "summary": activation.summary,
        "source": activation.source,
        "formula": f"{_applied(activation)} = {notation.text(activation.expr)}",
        "latex": f"{_applied_in_latex(activation)} = {notation.tex(activation.expr)}",
        "parameters": [
            {
                "name": parameter.name,
                "symbol": notation.symbol_text(parameter.name),
                "default": None if parameter.default is None else notation.text(parameter.default),
                "domain": notation.text(parameter.domain),
                "role": str(parameter.role),
            }
            for parameter in activation.parameters
        ],
    }


def limit_record(activation: Activation, symbol: str, to: Basic, value: Basic | None, reason: str = "") -> Record:
    """Return a limit; a `value` of ``None`` is an open one, with what stood in the way."""
    from sympy import Symbol

    from symact import notation

    approach = rf"{notation.tex(Symbol(symbol))} \to {notation.tex(to)}"
    question = rf"\lim_{{{approach}}} {_applied_in_latex(activation)}"
    return {
        "name": activation.name,
        "symbol": symbol,
        "to": notation.text(to),
        "statement": f"lim {notation.symbol_text(symbol)} → {notation.text(to)} {_applied(activation)}",
        "value": None if value is None else notation.text(value),
        "latex": None if value is None else rf"{question} = {notation.tex(value)}",
        "grade": "open" if value is None else "proved",
        "method": reason,
    }


def _applied(activation: Activation) -> str:
    index = "" if activation.is_elementwise or activation.is_reduction else "ᵢ"
    return f"{activation.name}(x){index}"


def _applied_in_latex(activation: Activation) -> str:
    index = "" if activation.is_elementwise or activation.is_reduction else "_i"
    return rf"\operatorname{{{_escape(activation.name)}}}(x){index}"


def _fact_record(fact: Fact, everything: bool) -> Record:
    value, latex = spelled(fact.value, everything)
    return {
        "section": fact.section,
        "label": fact.label,
        "value": value,
        "decimal": decimal(fact.value) if everything or len(value or "") > LONGEST else None,
        "latex": latex,
        "grade": str(fact.grade),
        "method": fact.method,
        "at": fact.at,
    }


def spelled(value: Basic | Verdict | str | None, with_latex: bool = True) -> tuple[str | None, str | None]:
    """Return a fact's value in Unicode, and in LaTeX if it is a formula and LaTeX is wanted."""
    from symact import notation
    from symact.verdict import Verdict

    if value is None:
        return None, None
    if isinstance(value, Verdict):
        return verdict_text(value), None
    if isinstance(value, str):
        return value, None
    return notation.text(value), notation.tex(value) if with_latex else None


def decimal(value: Basic | Verdict | str | None) -> str | None:
    """Return 30 certified digits of a number in closed form, ``None`` for anything else."""
    from sympy import Expr

    from symact import notation
    from symact.balls import evaluate
    from symact.errors import OpenError
    from symact.roots import digits

    if not isinstance(value, Expr) or not value.is_number or value.is_Rational or not value.is_finite:
        return None
    try:
        return notation.text(value if value.is_Float else digits(evaluate(value)))
    except OpenError:
        return None


def verdict_text(verdict: Verdict) -> str:
    """Return the answer in a few words, with the counterexample of a refuted statement."""
    from sympy import S

    from symact import notation
    from symact.verdict import Grade

    if verdict.counterexample is not None:
        return f"no: {verdict.counterexample}"
    if verdict.grade is Grade.OPEN:
        return "open"
    if verdict.condition in (None, S.true):
        return "yes"
    return "no" if verdict.condition is S.false else f"exactly if {notation.text(verdict.condition)}"


# A result and its four forms.


@dataclass(frozen=True)
class Result:
    """A record with the ways to write it.

    Attributes
    ----------
    record
        Makes what is written as JSON.
    page
        Makes the text for a terminal.
    latex, markdown
        Make a fragment of a document.
    """

    record: Callable[[], Any]
    page: Callable[[], RenderableType]
    latex: Callable[[], str]
    markdown: Callable[[], str]

    def written(self, form: Format = Format.TEXT) -> str:
        """Return the result in one of the formats, without a line break at the end."""
        match form:
            case Format.JSON:
                return json.dumps(self.record(), ensure_ascii=False, indent=2)
            case Format.LATEX:
                return self.latex()
            case Format.MARKDOWN:
                return self.markdown()
        return _plain(self.page())

    def show(self, form: Format = Format.TEXT) -> None:
        """Print the result; text is coloured and wrapped to its width on a terminal, plain elsewhere."""
        if form is Format.TEXT and sys.stdout.isatty():
            from rich.console import Console

            Console(highlight=False, markup=False).print(self.page())
        else:
            sys.stdout.write(f"{self.written(form)}\n")


def text(sheet: Sheet) -> str:
    """Return a sheet as text, for ``print``."""
    return sheet_result(sheet).written()


def data(sheet: Sheet) -> Record:
    """Return a sheet as plain data with the keys of the JSON output."""
    return sheet_record(sheet)


def latex(sheet: Sheet) -> str:
    """Return a sheet as one formula, for notebooks: MathJax knows no sections and lists."""
    record = sheet_record(sheet)
    lines = [rf"{record['latex']} & &"]
    for fact in record["facts"]:
        value = fact["latex"] or rf"\text{{{prose(fact['value'] or 'open')}}}"
        lines.append(rf"\text{{{prose(fact['label'])}}} & {value} & \text{{{fact['grade']}}}")
    rows = " \\\\\n".join(lines)
    return f"$\\displaystyle \\begin{{array}}{{lll}}\n{rows}\n\\end{{array}}$"


def sheet_result(sheet: Sheet) -> Result:
    """Return a sheet: the definition and every fact."""
    return Result(
        record=lambda: sheet_record(sheet),
        page=lambda: sheet_page(sheet_record(sheet, everything=False)),
        latex=lambda: sheet_latex(sheet_record(sheet)),
        markdown=lambda: sheet_markdown(sheet_record(sheet)),
    )


def limit_result(record: Record) -> Result:
    """Return a limit, settled or open."""
    is_open = record["value"] is None
    line = record["statement"] + (f" is open: {record['method']}" if is_open else f" = {record['value']}")
    return Result(
        record=lambda: record,
        page=lambda: line,
        latex=lambda: prose(line) if is_open else rf"\[ {record['latex']} \]",
        markdown=lambda: line if is_open else f"`{line}`",
    )


def table_result(table: Table, record: Any = None) -> Result:
    """Return a table; its rows are the record unless another one is given."""
    return Result(
        record=lambda: [dict(row) for row in table.rows] if record is None else record,
        page=lambda: table_page(table),
        latex=lambda: "\n".join(_tabular(table)),
        markdown=lambda: "\n".join(_pipe_table(table)),
    )


# Views of proofs and of the textbook.


def proof_record(proof: Proof) -> Record:
    """Return a proof as plain values."""
    from symact.notation import tex, text

    example = proof.counterexample
    return {
        "statement": proof.statement,
        "latex": tex(proof.formula) if proof.formula is not None else None,
        "grade": str(proof.grade),
        "method": proof.method,
        "steps": list(proof.steps),
        "counterexample": None
        if example is None
        else {
            "point": {name: text(value) for name, value in example.point.items()},
            "left": text(example.left),
            "right": text(example.right),
            "left_decimal": decimal(example.left),
            "right_decimal": decimal(example.right),
        },
    }


def proof_result(proof: Proof, explain: bool = False, relation: Proof | None = None) -> Result:
    """Return a proof: one line, that of a relation that holds instead, and the steps if they are asked for."""
    record = proof_record(proof)
    lines = [_proof_line(proof.statement, record)]
    if relation is not None:
        record["relation"] = proof_record(relation)
        lines.append(_proof_line(relation.statement, record["relation"]))
    if explain:
        lines += [f"  {number}. {step}" for number, step in enumerate(proof.steps, 1)]
    return Result(
        record=lambda: record,
        page=lambda: "\n".join(lines),
        latex=lambda: proof._repr_latex_(),
        markdown=lambda: "\n".join((lines[0], *(f"1. {step}" for step in proof.steps if explain))),
    )


def _proof_line(title: str, record: Record) -> str:
    mark = MARKS[record["grade"]]
    line = f"{mark.sign} {title}: {record['grade']}"
    example = record["counterexample"]
    if record["grade"] == "open":
        return f"{mark.sign} {title}: {record['steps'][-1]}"
    if example is not None:
        at = ", ".join(f"{name} = {value}" for name, value in example["point"].items())
        left, right = (_side(example, side) for side in ("left", "right"))
        return f"{line}: {f'for {at} ' if at else ''}the left side is {left}, the right side {right}"
    return f"{line} ({record['method']})" if record["method"] else line


def _side(example: Record, side: str) -> str:
    exact, digits = example[side], example[f"{side}_decimal"]
    if digits is None or digits == exact:
        return str(exact)
    return f"{digits}…" if len(exact) > WIDEST_SIDE else f"{exact} = {digits}…"


def verification_result(verification: Verification, explain: bool = False) -> Result:
    """Return a run of the textbook: one line an identity, and how many have each grade."""
    records = []
    lines = []
    for row in verification.rows:
        proof = proof_record(row.proof)
        identity = row.identity
        records.append(
            {
                "id": identity.id,
                "title": identity.title,
                "grade": proof["grade"],
                "expected": str(identity.expected),
                "method": proof["method"],
                "seconds": round(row.seconds, 3),
                "counterexample": proof["counterexample"],
                "statement": proof["statement"],
                "assumptions": identity.assumptions,
                "source": identity.source,
                "tags": sorted(identity.labels),
                "corrected": identity.corrected or None,
            }
            | ({"steps": proof["steps"]} if explain else {})
        )
        lines.append(_proof_line(f"{identity.id}: {identity.title}", proof | {"method": ""}))
        if not row.as_expected:
            lines[-1] += f" (expected: {identity.expected})"
        if explain:
            lines += [f"    {row.proof.statement}", *(f"    {n}. {step}" for n, step in enumerate(row.proof.steps, 1))]
    counts = ", ".join(f"{count} {grade}" for grade, count in verification.counts.items())
    unexpected = sum(1 for row in verification.rows if not row.as_expected)
    closing = f"{len(verification.rows)} identities: {counts}" + (
        f"; {unexpected} not as expected" if unexpected else ""
    )
    return Result(
        record=lambda: records,
        page=lambda: "\n".join((*lines, "", closing)),
        latex=lambda: "\n".join((r"\begin{itemize}", *(rf"\item {prose(line)}" for line in lines), r"\end{itemize}")),
        markdown=lambda: "\n".join((*(f"- {line}" for line in lines), "", closing)),
    )


def _plain(page: RenderableType) -> str:
    """Return a page without colours, and without line breaks but its own."""
    from rich.console import Console

    target = StringIO()
    Console(file=target, width=WIDE, color_system=None, highlight=False, markup=False).print(page)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines())


# Views of a sheet.


def sheet_page(record: Record) -> RenderableType:
    """Return a sheet as a page for the terminal: one line a fact, labels aligned, the grade in front."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    title = Text.assemble((record["name"], "bold"), f" — {record['summary']}", (f" ({record['source']})", "dim"))
    blocks: list[RenderableType] = [title, Text(), Padding(Text(record["formula"], "bold"), (0, 0, 0, 2))]
    if record["parameters"]:
        blocks += [
            Text(),
            Text("Parameters", "bold"),
            _grid([_parameter_cells(p) for p in record["parameters"]]),
        ]
    width = min(max((len(fact["label"]) for fact in record["facts"]), default=0), WIDEST_LABEL)
    for section, facts in groupby(record["facts"], key=lambda fact: fact["section"]):
        blocks += [Text(), Text(section, "bold"), _grid([_fact_cells(fact) for fact in facts], width)]
    if record["facts"]:
        blocks += [Text(), Text(LEGEND, "dim")]
    return Group(*blocks)


def _fact_cells(fact: Record) -> list[Any]:
    from rich.text import Text

    mark = MARKS[fact["grade"]]
    words, shortened = _shortened(fact)
    value = Text(words)
    for note in filter(None, (fact["at"] and f"for {fact['at']}", fact["method"], shortened)):
        value.append(f"  ({note})", "dim")
    return [Text(mark.sign, mark.colour), Text(fact["label"]), value]


def _shortened(fact: Record) -> tuple[str, str]:
    """Return a value that fits into a few lines, and a note if it is not the whole value."""
    value = fact["value"] if fact["value"] is not None else "open"
    if len(value) <= LONGEST:
        return value, ""
    short = f"{value[:LONGEST]} …" if fact["decimal"] is None else f"≈ {fact['decimal']}"
    return short, f"shortened: --json has all {len(value)} characters"


def _parameter_cells(parameter: Record) -> list[Any]:
    from rich.text import Text

    name, symbol, default = parameter["name"], parameter["symbol"], parameter["default"]
    spelled_name = name if name == symbol else f"{symbol} ({name})"
    choice = "no default" if default is None else f"= {default}"
    return [Text(), Text(spelled_name), Text(f"{choice}, in {parameter['domain']}, {parameter['role']}")]


def _grid(rows: Iterable[Sequence[Any]], label_width: int | None = None) -> RenderableType:
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=3, justify="right")
    grid.add_column(min_width=label_width, overflow="fold")
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return grid


def sheet_markdown(record: Record, level: int = 1) -> str:
    """Return a sheet in Markdown, headed at the given level."""
    heading = "#" * level
    lines = [f"{heading} {record['name']}", "", f"{record['summary']} ({record['source']}).", ""]
    lines += [f"`{record['formula']}`", ""]
    if record["parameters"]:
        columns = {
            "name": "parameter",
            "symbol": "symbol",
            "default": "default",
            "domain": "domain",
            "role": "role",
        }
        lines += [*_pipe_table(Table(columns, record["parameters"])), ""]
    for section, facts in groupby(record["facts"], key=lambda fact: fact["section"]):
        rows = [
            {
                "mark": MARKS[fact["grade"]].sign,
                "label": _verbatim(fact["label"]),
                "value": f"`{fact['value']}`" if fact["latex"] else _verbatim(fact["value"] or "open"),
                "note": _verbatim("; ".join(filter(None, (fact["at"] and f"for {fact['at']}", fact["method"])))),
            }
            for fact in facts
        ]
        columns = {"mark": "", "label": "fact", "value": "value", "note": "note"}
        lines += [f"{heading}# {section}", "", *_pipe_table(Table(columns, rows)), ""]
    return "\n".join(lines[:-1])


def _verbatim(words: str) -> str:
    """Keep Markdown from reading a product as emphasis; bars are escaped where a table is made."""
    return re.sub(r"([\\`*_<~\[])", r"\\\1", words)


def sheet_latex(record: Record) -> str:
    """Return a sheet as a LaTeX fragment that needs no package but amsmath."""
    lines = [
        rf"\section*{{{prose(record['name'])}: {prose(record['summary'])}}}",
        rf"{prose(record['source'])}.",
        rf"\[ {record['latex']} \]",
    ]
    if record["parameters"]:
        lines += [r"\begin{itemize}", *map(_parameter_item, record["parameters"]), r"\end{itemize}"]
    for section, facts in groupby(record["facts"], key=lambda fact: fact["section"]):
        lines += [
            rf"\subsection*{{{prose(section)}}}",
            r"\begin{itemize}",
            *map(_fact_item, facts),
            r"\end{itemize}",
        ]
    return "\n".join(lines)


def _fact_item(fact: Record) -> str:
    value = f"${fact['latex']}$" if fact["latex"] else prose(fact["value"] or "open")
    notes = [fact["grade"], fact["at"] and f"for {fact['at']}", fact["method"]]
    return rf"  \item {prose(fact['label'])}: {value} ({prose('; '.join(filter(None, notes)))})"


def _parameter_item(parameter: Record) -> str:
    choice = "no default" if parameter["default"] is None else f"default {parameter['default']}"
    name = f"{parameter['symbol']} ({parameter['name']})"
    words = f"{name}: {choice}, in {parameter['domain']}, {parameter['role']}"
    return rf"  \item {prose(words)}"


# Views of a table.


CHECK_COLUMNS = {
    "backend": "backend",
    "function": "function",
    "derivative": "derivative",
    "dtype": "type",
    "worst_ulp": "worst ULP",
    "worst_input": "at",
    "bound": "bound",
    "passed": "",
}


def check_result(rows: Iterable[Row]) -> Result:
    """Return the table of worst errors; as JSON, whether all are within their bounds as well."""
    records = [{key: getattr(row, key) for key in CHECK_COLUMNS} for row in rows]
    table = Table(CHECK_COLUMNS, records, frozenset(("worst_ulp", "worst_input", "bound")))
    # JSON has no infinity, which stands for a wrong NaN or overflow.
    finite = [row | {"worst_ulp": row["worst_ulp"] if isfinite(row["worst_ulp"]) else None} for row in records]
    return table_result(table, {"passed": all(row["passed"] for row in records), "rows": finite})


def table_page(table: Table) -> RenderableType:
    """Return a table for the terminal: a heading and aligned columns, no frame."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for key, heading in table.columns.items():
        grid.add_column(heading, justify="right" if key in table.right else "left", overflow="fold")
    for row in table.cells():
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def _pipe_table(table: Table) -> list[str]:
    rule = ["---:" if key in table.right else "---" for key in table.columns]
    lines = [list(table.columns.values()), rule, *table.cells()]
    return ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]


def _tabular(table: Table) -> list[str]:
    layout = "".join("r" if key in table.right else "l" for key in table.columns)
    lines = [list(table.columns.values()), *table.cells()]
    rows = [" & ".join(prose(cell) for cell in line) + r" \\" for line in lines]
    return [rf"\begin{{tabular}}{{{layout}}}", rows[0], r"\hline", *rows[1:], r"\end{tabular}"]


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return MARKS["proved" if value else "refuted"].sign
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# LaTeX prose.

_IN_LATEX: dict[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    "→": r"$\to$",
    "∞": r"$\infty$",
    "−": "$-$",
    "·": r"$\cdot$",
    "√": r"$\surd$",
    "±": r"$\pm$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "≠": r"$\ne$",
    "≈": r"$\approx$",
    "∈": r"$\in$",
    "∪": r"$\cup$",
    "∅": r"$\emptyset$",
    "∂": r"$\partial$",
    "∫": r"$\int$",
    "Σ": r"$\Sigma$",
    "Φ": r"$\Phi$",
    "φ": r"$\varphi$",
    "Γ": r"$\Gamma$",
    "π": r"$\pi$",
    "ℝ": r"$\mathbf{R}$",
    "′": "$'$",
    "″": "$''$",
    "‴": "$'''$",
    "⁺": "$^+$",
    "⁻": "$^-$",
    "⁽": "$^($",
    "⁾": "$^)$",
    "ⁿ": "$^n$",
    "ᵏ": "$^k$",
    "…": r"\dots{}",
    "§": r"\S{}",
    "—": "---",
    "✓": r"$\surd$",
    "✗": r"$\times$",
    "‖": r"$\|$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "γ": r"$\gamma$",
    "δ": r"$\delta$",
    "ε": r"$\varepsilon$",
    "θ": r"$\theta$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "σ": r"$\sigma$",
    "ℓ": r"$\ell$",
    "∘": r"$\circ$",
    "⇒": r"$\Rightarrow$",
}
_IN_LATEX |= {letter: rf"\{letter}" for letter in "&%$#_{}"}
_IN_LATEX |= {raised: f"$^{digit}$" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_IN_LATEX |= {lowered: f"$_{digit}$" for digit, lowered in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_IN_LATEX |= {lowered: f"$_{letter}$" for letter, lowered in zip("ijklmn", "ᵢⱼₖₗₘₙ", strict=True)}
_SPECIAL = re.compile("|".join(map(re.escape, _IN_LATEX)))


def prose(words: str) -> str:
    """Return plain text as LaTeX text, its mathematical characters in math mode."""
    spelled_out = _SPECIAL.sub(lambda match: _IN_LATEX[match[0]], words)
    return re.sub(r"(?<!\\)\$\$", "", spelled_out)  # one formula, not two neighbours


def _escape(name: str) -> str:
    return name.replace("_", r"\_")
