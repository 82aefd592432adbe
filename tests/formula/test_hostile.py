"""What is not a formula is one line with the place, at once, whatever it is."""

import re
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from symact import cli
from symact.errors import FormulaError
from symact.formula import parse

SECONDS = 2.0

Row = tuple[str, str, int | None, str]
"""What it is, the text, the character at which it goes wrong, and a part of the message."""

# fmt: off
TEXT: tuple[Row, ...] = (
    ("empty",                    "",                              1,    "the formula is empty"),
    ("blanks",                   "   ",                           1,    "the formula is empty"),
    ("attribute",                "x.real",                        2,    "attributes"),
    ("attribute of a number",    "(1).real",                      4,    "attributes"),
    ("attribute chain",          "x.__class__.__mro__",           2,    "attributes"),
    ("ellipsis",                 "...",                           1,    "attributes"),
    ("subscript",                "x[0]",                          2,    "brackets"),
    ("list",                     "[x]",                           1,    "brackets"),
    ("comprehension",            "sum([x for x in y])",           5,    "brackets"),
    ("generator",                "max(x for x in y)",             7,    "reserved word"),
    ("dictionary",               "{x: 1}",                        1,    "braces"),
    ("lambda",                   "lambda: x",                     1,    "call the parameter lambd"),
    ("parameter called lambda",  "lambda*x",                      1,    "call the parameter lambd"),
    ("walrus",                   "(y := x)",                      4,    "':' is not part"),
    ("assignment",               "x = 2",                         3,    "write =="),
    ("assignment in parentheses", "(x = 2)",                      2,    "not expected"),
    ("semicolon",                "x; x",                          2,    "';' is not part"),
    ("string",                   "'x'",                           1,    "quotes"),
    ("f-string",                 'f"{x}"',                        2,    "quotes"),
    ("bytes",                    "b'x'",                          2,    "quotes"),
    ("import",                   "__import__('os').system('id')", 1,    "underscore"),
    ("call of import",           "import os",                     1,    "reserved word"),
    ("dunder",                   "x*__builtins__",                3,    "underscore"),
    ("private name",             "_a*x",                          1,    "underscore"),
    ("two underscores",          "a__b*x",                        1,    "underscore"),
    ("eval",                     "eval(x)",                       1,    "unknown function 'eval'"),
    ("exec",                     "exec(x)",                       1,    "unknown function 'exec'"),
    ("getattr",                  "getattr(x, y)",                 1,    "unknown function 'getattr'"),
    ("sympify",                  "sympify(x)",                    1,    "unknown function 'sympify'"),
    ("open",                     "open(x)",                       1,    "unknown function 'open'"),
    ("call of a call",           "exp(x)(x)",                     7,    "an operator is missing"),
    ("call of the variable",     "x(2)",                          1,    "not a function"),
    ("call of a sum",            "(x+1)(x)",                      6,    "an operator is missing"),
    ("a long product by nothing", "99pi" * 200,                   1,    "write 99*pi99pi99pi99pi99pi99… for a product"),
    ("huge power",               "9**9**9",                       4,    "power is too large"),
    ("huge power of ten",        "10**1000000",                   5,    "power is too large"),
    ("huge power of x",          "x**1000000",                    4,    "power is too large"),
    ("nested powers",            "((x**64)**64)**64",             2,    "power 4096 is too large"),
    ("powers of powers",         "(2**64)**64*(2**64)**64",       1,    "too long"),
    ("power by exp and log",     "exp(1000000*log(x))",           1,    "power is too large"),
    ("power of a number by exp", "exp(10**9*log(2))",             1,    "power is too large"),
    ("power with x",             "2**(10**9*x)",                  5,    "power is too large"),
    ("product of powers",        "x**64*x**64*x**64",             1,    "is too large"),
    ("tower of exponentials",    "where(exp(exp(exp(exp(9)))) > 1, x, 0)", 1, "too large"),
    ("long literal",             "1"*101,                         1,    "too long"),
    ("large exponent",           "1e500",                         1,    "too long"),
    ("huge exponent",            "1e999999999999",                1,    "too long"),
    ("long exponent",            "1e" + "9"*3000,                 1,    "too long"),
    ("product of large numbers", "*".join(["1e400"]*8),           1,    "too long"),
    ("long name",                "a"*65 + "*x",                   1,    "too long"),
    ("one megabyte",             "x+"*500_000 + "x",              4097, "too many"),
    ("ten thousand parentheses", "("*10_000 + "x" + ")"*10_000,   4097, "too many"),
    ("many parentheses",         "("*2000 + "x" + ")"*2000,       51,   "nested too deeply"),
    ("nested calls",             "exp("*600 + "x" + ")"*600,      204,  "nested too deeply"),
    ("only parentheses",         "("*4000,                        51,   "nested too deeply"),
    ("minus signs",              "-"*4000 + "x",                  1,    "nested too deeply"),
    ("powers to the right",      "x" + "**x"*1000,                None, "nested too deeply"),
    ("not",                      "not "*1000 + "x",               None, "nested too deeply"),
    ("NUL",                      "x\0",                           2,    "control character 0x00"),
    ("escape",                   "x\x1b[31m",                     2,    "control character 0x1b"),
    ("newline",                  "x +\nx",                        4,    "one line"),
    ("carriage return",          "x\r+x",                         2,    "one line"),
    ("tab",                      "x\t+ x",                        2,    "control character 0x09"),
    ("comment",                  "x # + 1",                       3,    "comments"),
    ("line continuation",        "x + \\",                        5,    "backslash"),
    ("Cyrillic letter",          "х*2",                           1,    "CYRILLIC SMALL LETTER HA"),
    ("fullwidth letter",         "2*ｘ",                          3,    "FULLWIDTH LATIN SMALL LETTER X"),
    ("script e",                 "ℯ**x",                          1,    "SCRIPT SMALL E"),
    ("bold letter",              "𝐱",                             1,    "MATHEMATICAL BOLD SMALL X"),
    ("long s",                   "ſin(x)",                        1,    "LATIN SMALL LETTER LONG S"),
    ("other digits",             "x*٣",                           3,    "ARABIC-INDIC DIGIT THREE"),
    ("right to left",            "x\u202e*2",                     2,    "control character 0x202e"),
    ("zero width",               "x\u200b",                       2,    "control character 0x200b"),
    ("combining accent",         "x\u0301",                       2,    "COMBINING ACUTE ACCENT"),
    ("surrogate",                "x\udc80",                       2,    "control character 0xdc80"),
    ("infinity",                 "x*∞",                           3,    "finite numbers"),
    ("division by zero",         "x/0",                           3,    "division by zero"),
    ("division by x - x",        "1/(x - x)",                     4,    "division by zero"),
    ("negative power of zero",   "0**-1*x",                       4,    "division by zero"),
    ("logarithm of zero",        "x*log(0)",                      3,    "not a finite number"),
    ("pole",                     "tan(pi/2)",                     1,    "not a finite number"),
    ("logarithm of -1",          "log(-1)",                       1,    "not a real number"),
    ("root of -1",               "x*sqrt(-1)",                    3,    "not a real number"),
    ("arc sine of 2",            "asin(2)*x",                     1,    "not a real number"),
    ("power of a negative",      "(-2)**x",                       2,    "power of a negative number"),
    ("nan is a parameter's name", "nan*x",                        1,    "parameter name 'nan'"),
    ("complex literal",          "1j*x",                          1,    "is not a number"),
    ("octal-looking literal",    "007*x",                         1,    "is not a number"),
    ("hexadecimal literal",      "0x10*x",                        1,    "is not a number"),
    ("binary literal",           "0b1*x",                         1,    "is not a number"),
    ("underscore in a literal",  "1_000*x",                       1,    "is not a number"),
    ("two points",               "1.2.3*x",                       1,    "is not a number"),
    ("implicit product",         "2x",                            1,    "write 2*x"),
    ("missing operator",         "x x",                           3,    "an operator is missing"),
    ("missing operator before (", "2(x)",                         2,    "an operator is missing"),
    ("true",                     "True",                          1,    "reserved word"),
    ("false",                    "x*False",                       3,    "reserved word"),
    ("none",                     "None",                          1,    "reserved word"),
    ("conditional expression",   "x if x > 0 else 0",             3,    "write where(condition, a, b)"),
    ("await",                    "await x",                       1,    "reserved word"),
    ("yield",                    "(yield x)",                     2,    "reserved word"),
    ("caret",                    "x^2",                           2,    "write **"),
    ("remainder",                "x % 2",                         3,    "'%' is not part"),
    ("floor division",           "x // 2",                        3,    "write /"),
    ("matrix product",           "x @ x",                         3,    "'@' is not part"),
    ("shift",                    "x << 2",                        4,    "not expected"),
    ("bar",                      "|x|",                           1,    "abs(x)"),
    ("ampersand",                "where(x > 0 & x < 1, x, 0)",    13,   "write 'and'"),
    ("tilde",                    "where(~(x > 0), x, 0)",         7,    "write 'not'"),
    ("exclamation mark",         "x!",                            2,    "'!' is not part"),
    ("starred argument",         "max(*x)",                       5,    "no * in front"),
    ("two stars",                "elu(x, **a)",                   8,    "no ** in front"),
    ("duplicate keyword",        "elu(x, alpha=1, alpha=2)",      17,   "given twice"),
    ("unknown keyword",          "elu(x, slope=1)",               1,    "no parameter 'slope'"),
    ("keyword of exp",           "exp(x, base=2)",                8,    "takes no keywords"),
    ("keyword out of domain",    "elu(x, alpha=-1)",              1,    "outside its domain (0, ∞)"),
    ("positional keyword",       "elu(x, 2)",                     1,    "2 arguments"),
    ("no argument",              "exp()",                         1,    "0 arguments"),
    ("two arguments",            "exp(x, x)",                     1,    "2 arguments"),
    ("missing parameter",        "threshold(x)",                  1,    "needs a value for 'threshold'"),
    ("vector function",          "softmax(x)",                    1,    "whole vector"),
    ("unknown function",         "sofplus(x)",                    1,    "did you mean 'softplus'?"),
    ("unknown catalogue entry",  "2*gelo(x)",                     3,    "did you mean 'gelu'?"),
    ("function without call",    "x*relu",                        3,    "write relu(x)"),
    ("reserved parameter",       "double*x",                      1,    "reserved word in C"),
    ("parameter called dy",      "dy*x",                          1,    "generated code"),
    ("tuple",                    "x, x",                          1,    "list of values"),
    ("empty tuple",              "()",                            1,    "list of values"),
    ("condition",                "x > 0",                         1,    "a condition is not a number"),
    ("chained equality",         "x == x == x",                   1,    "a condition is not a number"),
    ("number as condition",      "where(x, 1, 2)",                7,    "a condition is expected"),
    ("condition as number",      "exp(x > 0)",                    5,    "a condition is not a number"),
    ("incomplete cases",         "cases(x > 0, x, x < 0, 1)",     1,    "do not cover"),
    ("unclosed",                 "exp(x",                         4,    "never closed"),
    ("unopened",                 "x)",                            2,    "closes nothing"),
    ("wrong order",              ")x(",                           1,    "closes nothing"),
    ("dangling operator",        "x +",                           4,    "ends too early"),
    ("two operators",            "x + * 2",                       5,    "'*' is not expected"),
    ("split operator",           "x * * 2",                       5,    "'*' is not expected"),
    ("only an operator",         "*",                             2,    "ends too early"),
    ("LaTeX without --latex",    "\\frac{x}{2}",                  1,    "--latex"),
    ("markup",                   "<script>",                      9,    "ends too early"),
    ("path",                     "../../etc/passwd",              1,    "attributes"),
    ("template",                 "{{ 7*7 }}",                     1,    "braces"),
    ("shell",                    "$(id)",                         1,    "'$' is not part"),
)

LATEX: tuple[Row, ...] = (
    ("empty",                    "",                              1,    "the formula is empty"),
    ("unknown command",          r"\input{/etc/passwd}",          1,    r"\input is not part"),
    ("write18",                  r"\write18{id}",                 1,    r"\write is not part"),
    ("definition",               r"\def\x{x}\x",                  1,    r"\def is not part"),
    ("other environment",        r"\begin{matrix} x \end{matrix}", 1,   "cases"),
    ("unclosed brace",           r"\frac{x}{2",                   11,   "'}' is expected"),
    ("unclosed fraction",        r"\frac{x}",                     9,    "a denominator is expected"),
    ("two digits",               "x^10",                          3,    "needs braces"),
    ("two powers",               "x^2^3",                         4,    "a second power"),
    ("inverse or quotient",      r"\sin^{-1} x",                  5,    "inverse or a quotient"),
    ("end of the argument",      r"\log x(1+x)",                  7,    "write parentheses"),
    ("prime",                    "f'(x)",                         2,    "''' is not part"),
    ("NUL",                      "x\0",                           2,    "control character 0x00"),
    ("comment",                  "x % y",                         3,    "'%' is not part"),
    ("braces",                   "{"*3000 + "x" + "}"*1000,       51,   "nested too deeply"),
    ("fractions",                r"\frac{"*600,                   None, "nested too deeply"),
    ("roots",                    r"\sqrt"*700,                    None, "nested too deeply"),
    ("one megabyte",             "x+"*500_000,                    4097, "too many"),
    ("huge power",               "9^{9^{9}}",                     4,    "power is too large"),
    ("no condition",             r"\begin{cases} x & x \\ 0 & \text{otherwise} \end{cases}", 21, "a condition such as"),
    ("cases with a gap",         r"\begin{cases} x & x>1 \\ 0 & x<0 \end{cases}", 1, "do not cover"),
    ("rows after otherwise",     r"\begin{cases} x & \text{else} \\ 0 & x<0 \end{cases}", 34, "a row after"),
    ("word",                     r"\text{__import__}x",           1,    "not the name"),
    ("word with a quote",        r"\operatorname{a'b}(x)",        1,    "not the name"),
    ("unknown function",         r"\operatorname{gelo}(x)",       1,    "did you mean 'gelu'?"),
    ("other letters",            "х",                             1,    "'х' is not part"),
)
# fmt: on

ROWS = [(*row, False) for row in TEXT] + [(*row, True) for row in LATEX]


@pytest.fixture(scope="module", autouse=True)
def _imported():
    """Import everything first: the clock is for reading."""
    parse("x*elu(x)")


@pytest.mark.parametrize(("label", "text", "position", "message", "latex"), ROWS, ids=[row[0] for row in ROWS])
def test_each_is_refused_at_its_place(label, text, position, message, latex):
    """The error names the character and what is wrong there, within two seconds."""
    start = time.monotonic()
    with pytest.raises(FormulaError) as error:
        parse(text, latex=latex)
    assert time.monotonic() - start < SECONDS
    assert message in str(error.value)
    if position is not None:
        assert error.value.position == position
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(("label", "text", "position", "message", "latex"), ROWS, ids=[row[0] for row in ROWS])
def test_the_command_line_says_it_in_one_line(label, text, position, message, latex):
    """Exit code 2, nothing on stdout, one printable line on stderr."""
    if not text.strip() or text.startswith(("-", "<")):
        pytest.skip("the shell's or click's business")
    arguments = ["derive", *(["--latex"] if latex else []), "--", text]
    done = CliRunner().invoke(cli.main, arguments, prog_name="symact")
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(r"symact: error: [^\n]+\n", done.stderr)
    assert done.stderr[:-1].isprintable()


@pytest.mark.parametrize("text", ["9**9**9", "(" * 10_000, "__import__('os').system('id')", "x\u202e*2", "log(-1)"])
def test_a_process_of_its_own_needs_no_longer(text):
    """The whole command, imports included, ends within two seconds of processor time or so."""
    code = "import sys, time; from symact.cli import main; main(prog_name='symact')"
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, "limit", text, "x", "oo"], capture_output=True, text=True, timeout=300, check=False
    )
    assert time.monotonic() - start < 10 * SECONDS  # other tests run beside this one
    assert done.returncode == 2
    assert re.fullmatch(r"symact: error: formula, character \d+: .+\n", done.stderr)
