"""Every view shows the same facts, each with its grade, and nothing is lost on the way."""

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from math import fsum
from math import sqrt as math_sqrt

import pytest
from sympy import Interval, S, Symbol, exp, oo, pi, primerange, sqrt

import symact
from symact import report
from symact.analysis.fact import Fact, open_fact
from symact.notation import text
from symact.report import Format, Table
from symact.verdict import Counterexample, Grade, Verdict


@dataclass
class Page:
    """What a view needs of a sheet."""

    activation: object
    facts: tuple[Fact, ...]


def a_sheet() -> Page:
    entry = symact.get("elu")
    x, alpha = entry.symbol, entry.parameters[0].symbol
    counterexample = Counterexample({"x": S.NegativeOne, "lambd": S(2)}, exp(-2) - 1, 2 * exp(-1) - 2)
    return Page(
        entry,
        (
            Fact("Derivatives", "f′(x)", entry.expr.diff(x)),
            Fact("Limits", "lim x → ∞ f(x)", oo, method="by dominance"),
            Fact("Shape", "range", Interval.open(-alpha, oo), Grade.CERTIFIED),
            Fact("Shape", "smoothness", "C¹ | not C²", at="α = 1"),
            Fact(
                "Scaling",
                "f(λx) = λ·f(x)",
                Verdict("f(λx) = λ·f(x)", Grade.REFUTED, counterexample=counterexample),
                Grade.REFUTED,
            ),
            Fact("Scaling", "f is 1-Lipschitz", Verdict("f is 1-Lipschitz", Grade.PROVED, condition=alpha <= 1)),
            open_fact("Moments", "E f(Z)", "no rule applies"),
        ),
    )


VALUES = {
    "f′(x)": "1 if x > 0, α·e^x otherwise",
    "lim x → ∞ f(x)": "∞",
    "range": "(−α, ∞)",
    "smoothness": "C¹ | not C²",
    "f(λx) = λ·f(x)": "no: for x = −1, λ = 2 the left side is e^(−2) − 1, the right side 2e^(−1) − 2",
    "f is 1-Lipschitz": "exactly if α ≤ 1",
    "E f(Z)": None,
}


def written(form: Format) -> str:
    return report.sheet_result(a_sheet()).written(form)


def test_json_has_stable_keys():
    """The keys of the JSON output are an interface."""
    page = json.loads(written(Format.JSON))
    assert list(page) == ["name", "summary", "source", "formula", "latex", "parameters", "facts"]
    assert [list(p) for p in page["parameters"]] == [["name", "symbol", "default", "domain", "role"]]
    for fact in page["facts"]:
        assert list(fact) == ["section", "label", "value", "decimal", "latex", "grade", "method", "at"]


def test_json_has_every_fact():
    """Facts keep their order, values, grades and methods; an open one has no value."""
    facts = json.loads(written(Format.JSON))["facts"]
    assert {fact["label"]: fact["value"] for fact in facts} == VALUES
    assert [fact["grade"] for fact in facts] == [
        "proved",
        "proved",
        "certified",
        "proved",
        "refuted",
        "proved",
        "open",
    ]
    assert facts[1]["method"] == "by dominance"
    assert facts[3]["at"] == "α = 1"
    assert facts[2]["latex"] == r"\left(- \alpha, \infty\right)"


@pytest.mark.parametrize(("label", "value"), VALUES.items())
def test_text_shows_each_fact_on_one_line_with_its_grade(label, value):
    """A line has the mark of the grade, the label and the value, and no blanks at its end."""
    grade = next(fact.grade for fact in a_sheet().facts if fact.label == label)
    line = next(line for line in written(Format.TEXT).splitlines() if f"  {label}  " in line)
    assert line.split()[0] == report.MARKS[grade].sign
    assert (value or "open") in line
    assert line == line.rstrip()


def test_text_aligns_values():
    """All values begin in the same column."""
    lines = [line for line in written(Format.TEXT).splitlines() if re.match(r" {2}[✓◦✗?] ", line)]
    starts = {line.rindex(VALUES[fact.label] or "open") for line, fact in zip(lines, a_sheet().facts, strict=True)}
    assert len(lines) == len(VALUES)
    assert len(starts) == 1


def test_numbers_have_their_digits():
    """A number in closed form comes with 30 digits; what is no number, or is exact in digits, does not."""
    assert report.decimal(sqrt(2)) == "1.41421356237309504880168872421"
    assert report.decimal(-pi) == "−3.14159265358979323846264338328"
    assert [report.decimal(value) for value in (S.Half, oo, Symbol("x"), "prose", None)] == [None] * 5


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (sum(sqrt(k) for k in (2, 3, 5, 7, 11)), "√2 + √3 + √5 + √7 + √11"),
        (sum(sqrt(p) for p in primerange(500)), f"≈ {fsum(map(math_sqrt, primerange(500))):.8f}"),
        (Symbol("x") + sum(sqrt(p) for p in primerange(500)), " …  (shortened: --json has all 6"),
    ],
)
def test_text_shortens_what_nobody_reads(value, shown):
    """A long number is shown by its digits, a long formula by its beginning, with a note."""
    page = Page(symact.get("relu"), (Fact("Shape", "range", value),))
    line = next(line for line in report.sheet_result(page).written().splitlines() if "range" in line)
    assert shown in line
    assert len(line) < 450
    assert report.sheet_record(page)["facts"][0]["value"] == text(value)


def test_text_explains_the_marks_and_the_parameters():
    """The page has the definition, the parameters with their domains, and the legend."""
    text = written(Format.TEXT)
    assert "elu(x) = x if x > 0, α·(e^x − 1) otherwise" in text
    assert "α (alpha)  = 1, in (0, ∞), fixed" in text
    assert text.endswith(report.LEGEND)
    assert all(grade in report.LEGEND for grade in Grade)


def test_every_grade_has_its_own_mark():
    """Grades are never mixed: each has a mark, and no two the same."""
    assert set(report.MARKS) == set(Grade)
    assert len({mark.sign for mark in report.MARKS.values()}) == len(Grade)


def test_markdown_tables_have_equal_rows():
    """A bar in a value does not break a table: every row of a table has as many cells as its head."""
    text = written(Format.MARKDOWN)
    for table in re.findall(r"(?:^\|.*\n)+", text + "\n", re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
    assert r"C¹ \| not C²" in text
    assert "| ? | E f(Z) | open | no rule applies |" in text


def test_latex_is_plain_and_balanced():
    """The fragment is ASCII, its braces and environments match, and every fact is an item with its grade."""
    text = written(Format.LATEX)
    assert text.isascii(), set(re.findall(r"[^\x00-\x7f]", text))
    assert text.count("{") == text.count("}")
    assert re.findall(r"\\begin{(\w+)}", text).count("itemize") == text.count(r"\end{itemize}")
    assert text.count(r"\item") == len(VALUES) + 1
    assert len(re.findall(r"(?<!\\)\$", text)) % 2 == 0


@pytest.mark.parametrize("name", symact.names())
def test_prose_knows_every_character_of_the_catalogue(name):
    """Names, summaries and sources become ASCII LaTeX."""
    entry = symact.get(name)
    for words in (entry.name, entry.summary, entry.source):
        assert re.sub("[áâăçéèğíóúäöüćş]", "", report.prose(words)).isascii(), words


def test_notebooks_get_one_formula():
    """A notebook shows a sheet by MathJax, which knows arrays but no lists."""
    formula = report.latex(a_sheet())
    assert formula.startswith("$")
    assert formula.endswith("$")
    assert "itemize" not in formula
    assert formula.count(r"\\") >= len(VALUES)


@pytest.mark.parametrize("form", Format)
def test_limits_are_written_in_every_format(form):
    """A limit is one statement; an open one says so, and why."""
    entry = symact.get("gelu")
    settled = report.limit_result(report.limit_record(entry, "x", -oo, S.Zero)).written(form)
    unsettled = report.limit_result(report.limit_record(entry, "x", -oo, None, "too hard")).written(form)
    assert (
        settled
        in {
            "lim x → −∞ gelu(x) = 0",
            "`lim x → −∞ gelu(x) = 0`",
            r"\[ \lim_{x \to -\infty} \operatorname{gelu}(x) = 0 \]",
        }
        or json.loads(settled)["value"] == "0"
    )
    assert "too hard" in unsettled
    assert "open" in unsettled


def test_tables_in_every_format():
    """A table has its headings and cells in every format; numbers are aligned to the right."""
    table = Table(
        {"name": "name", "ulp": "ULP"},
        [{"name": "a_b", "ulp": 0.5}, {"name": "c", "ulp": 12.25}],
        frozenset({"ulp"}),
    )
    result = report.table_result(table)
    assert result.written(Format.TEXT).splitlines() == ["name    ULP", "a_b     0.5", "c     12.25"]
    assert result.written(Format.MARKDOWN).splitlines()[1:3] == ["| --- | ---: |", "| a_b | 0.5 |"]
    assert r"a\_b & 0.5 \\" in result.written(Format.LATEX)
    assert json.loads(result.written(Format.JSON)) == [
        {"name": "a_b", "ulp": 0.5},
        {"name": "c", "ulp": 12.25},
    ]


SHOW = """
import sys
sys.path.insert(0, sys.argv[1])
from test_report import a_sheet
from symact import report
report.sheet_result(a_sheet()).show()
"""


def on_a_terminal(**environment: str) -> str:
    """Return what is shown on a terminal of 60 columns."""
    parent, child = pty.openpty()
    settings = os.environ | {"TERM": "xterm-256color", "COLUMNS": "60"} | environment
    settings = {key: value for key, value in settings.items() if value}
    folder = os.path.dirname(__file__)  # noqa: PTH120  # given to another process as text
    run = subprocess.Popen([sys.executable, "-c", SHOW, folder], stdout=child, env=settings)
    os.close(child)
    chunks = []
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    assert run.wait(timeout=300) == 0
    os.close(parent)
    return b"".join(chunks).decode()


def test_a_terminal_gets_colours_and_its_own_width():
    """On a terminal grades are coloured and long lines are wrapped."""
    shown = on_a_terminal(NO_COLOR="")
    assert "\x1b[32m" in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert max(len(line.rstrip()) for line in plain.splitlines()) <= 60


def test_no_color_is_respected():
    """With NO_COLOR set there is no colour, on a terminal either."""
    assert not re.search(r"\x1b\[[\d;]*3\dm", on_a_terminal(NO_COLOR="1"))
