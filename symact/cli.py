"""The command line: it parses arguments, calls the library and prints what comes back.

Nothing heavier than click is imported at module level: ``symact list`` and ``symact --help`` need neither
SymPy nor NumPy.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from symact import __version__, report
from symact.catalog import Listing, listings
from symact.errors import OpenError, ParameterError, SymactError
from symact.report import Format, Table

if TYPE_CHECKING:
    from symact.accuracy.table import Row
    from symact.activation import Activation, Parameter
    from symact.formula import Library

FINE, FAILED, USAGE, OPEN = 0, 1, 2, 3
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + SIGINT, 128 + SIGPIPE, as shells have it

BACKENDS = ("numpy", "torch", "c", "all")

Advance = Callable[[str], None]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_NEGATIVE_VALUE = re.compile(r"-(?:[^-a-zA-Z]|(?:oo|inf|pi|e|E|x)\b|\w+ *[-+*/(])")
"""A number or formula that begins with a minus, not the options -h and -p."""


class Face(click.Group):
    """A group whose every error is one line on stderr, with an exit code that says of what kind it was."""

    def main(self, *arguments: Any, **settings: Any) -> NoReturn:
        """Run a command and end the process with its exit code."""
        settings["standalone_mode"] = False
        run = super().main
        sys.exit(_exit_code(lambda: run(*arguments, **settings)))

    def invoke(self, context: click.Context) -> Any:
        """Run a command; click has exit codes of its own for an interrupt and a broken pipe."""
        try:
            code = super().invoke(context)
            sys.stdout.flush()
        except KeyboardInterrupt:
            return _interrupted()
        except BrokenPipeError:
            # The reader has gone: what is still buffered must not be written when Python exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE
        return code


class WithNegativeValues(click.Command):
    """A command one of whose arguments may be -oo or -x**2, which is not an option."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Write the minus of a value as − so that it is not taken for the dash of an option."""
        values = [f"−{word[1:]}" if _NEGATIVE_VALUE.match(word) else word for word in arguments]
        return super().parse_args(context, values)


def _exit_code(run: Callable[[], Any]) -> int:
    """Run, say in one line what goes wrong, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∞ shows a question mark
    try:
        code = run()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.ClickException as error:
        return _refuse(error.format_message())
    except OpenError as error:
        return _refuse(str(error), OPEN)
    except SymactError as error:
        return _refuse(str(error))
    except click.Abort:
        return _interrupted()
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return code if isinstance(code, int) else FINE


def _refuse(message: str, code: int = USAGE) -> int:
    click.echo(f"symact: error: {' '.join(message.split())}", err=True)
    return code


def _warn(message: str) -> None:
    click.echo(f"symact: warning: {message}", err=True)


def _interrupted() -> int:
    click.echo("symact: interrupted", err=True)
    return INTERRUPTED


@contextmanager
def _progress(task: str, total: int | None = None) -> Iterator[Advance]:
    """Show on stderr how far a task is, if that is a terminal; without a total, that it is under way."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(task, total=total)
        yield lambda done: bars.update(bar, advance=1, description=f"{task} {done}")


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --format, and --json as its short form."""
    choices = click.Choice([str(form) for form in Format])
    choice = click.option("--format", "form", type=choices, default="text", help="How to write the result.")
    short = click.option("--json", "form", flag_value="json", help="The same as --format json.")
    return choice(short(command))


parameter_option: Decorator = click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of a parameter, exact: beta=2, alpha=1/2, negative_slope=0.2; may be repeated.",
)

default_option: Decorator = click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Default of a parameter of a formula or of one NAME, which stays a parameter of the code; with its domain "
    "if that is not all numbers: 'a=0.5 in (0, 1)'; may be repeated.",
)

name_option: Decorator = click.option("--name", "called", metavar="NAME", help="What to call the formula.")

latex_option: Decorator = click.option("--latex", is_flag=True, help="The formula is in LaTeX.")

backend_option: Decorator = click.option(
    "--backend",
    type=click.Choice(BACKENDS),
    default="all",
    show_default=True,
    help="Which generated code.",
)


@click.group(cls=Face, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symact", message="%(prog)s %(version)s")
@click.option(
    "--catalog",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of definitions (TOML) that is added to the catalogue.",
)
@click.pass_context
def main(context: click.Context, file: Path | None) -> None:
    """Activation functions defined once: derived, and generated for NumPy, PyTorch and C.

    Wherever a command takes a NAME it takes a formula too: "x*sigmoid(beta*x)".

    Exit codes: 0 fine, 1 a check failed or a statement is refuted, 2 bad usage, 3 open.
    """
    context.obj = file


def _library(context: click.Context) -> Library:
    """Return the catalogue and, after it, what --catalog adds."""
    from symact.formula import CATALOGUE, Library, read_catalog

    return Library(read_catalog(context.obj)) if context.obj else CATALOGUE


@main.command("list")
@click.option("--family", help="Only this family.")
@format_options
@click.pass_context
def list_(context: click.Context, family: str | None, form: str) -> None:
    """List the catalogue."""
    # Without a file of definitions nothing needs SymPy.
    known = _library(context).listings() if context.obj else tuple(listings().values())
    families = {listing.family: None for listing in known}
    if family is not None and family not in families:
        raise SymactError(f"unknown family '{family}': there are {', '.join(families)}")
    rows: list[Listing] = [entry for entry in known if family in (None, entry.family)]
    columns = {"name": "name", "family": "family", "summary": "summary"}
    report.table_result(Table(columns, [asdict(row) for row in rows])).show(Format(form))


@main.command(cls=WithNegativeValues)
@click.argument("name")
@parameter_option
@name_option
@latex_option
@click.option("--order", type=click.IntRange(1, 10), default=2, show_default=True, help="Highest derivative.")
@format_options
@click.pass_context
def derive(
    context: click.Context, name: str, given: Sequence[str], called: str | None, latex: bool, order: int, form: str
) -> None:
    """Print every derived fact of NAME, or of a formula.

    Each fact bears its grade: proved, certified by ball arithmetic, refuted by a counterexample, or open.
    """
    activation = _activation(context, name, given, called, latex)
    from symact.analysis.sheet import sheet
    from symact.textbook.recognition import facts

    with _progress(f"deriving {activation.name}"):
        result = report.sheet_result(sheet(activation, order).after(facts(activation)))
    result.show(Format(form))


@main.command(cls=WithNegativeValues)
@click.argument("name")
@click.argument("symbol")
@click.argument("to")
@parameter_option
@name_option
@latex_option
@format_options
@click.pass_context
def limit(
    context: click.Context,
    name: str,
    symbol: str,
    to: str,
    given: Sequence[str],
    called: str | None,
    latex: bool,
    form: str,
) -> int:
    """Print the limit of NAME, or of a formula, as SYMBOL tends TO.

    SYMBOL is x or a parameter; TO is a number, oo or -oo.  An open limit has exit code 3.
    """
    activation = _activation(context, name, given, called, latex)
    from symact.analysis.limits import limit as limit_of
    from symact.parsing import number

    target = number(to)
    value, reason = None, ""
    try:
        with _progress(f"limit of {activation.name}"):
            value = limit_of(activation, symbol, target)
    except OpenError as error:
        reason = str(error)
    report.limit_result(report.limit_record(activation, symbol, target, value, reason)).show(Format(form))
    return OPEN if value is None else FINE


def _activation(context: click.Context, name: str, given: Sequence[str], called: str | None, latex: bool) -> Activation:
    """Return an entry or a formula with the parameters that were given replaced by their values."""
    from symact.formula import find

    values = _values(given)
    activation = find(name, name=called, parameters=values, latex=latex, library=_library(context))
    return activation.at(**{key: activation.parameter(key).default for key in values})


def _values(given: Sequence[str]) -> dict[str, Any]:
    """Return values as text by name; with a domain, a parameter."""
    values: dict[str, Any] = {}
    for assignment in given:
        key, sign, text = assignment.partition("=")
        if not sign:
            raise ParameterError(f"-p takes NAME=VALUE, for example -p beta=2, not '{assignment}'")
        if key in values:
            raise ParameterError(f"{key} is given twice")
        value, within, domain = text.partition(" in ")
        values[key] = _parameter(key, value, domain) if within else text
    return values


def _parameter(name: str, default: str, domain: str) -> Parameter:
    from symact.formula import parameter_in
    from symact.parsing import interval, number

    return parameter_in(name, interval(domain), number(default))


def _chosen(
    context: click.Context, names: Sequence[str], given: Sequence[str], called: str | None, latex: bool
) -> tuple[Activation, ...]:
    """Return what code is to be made of, everything if no name is given, checked before any work is begun."""
    from symact.formula import find
    from symact.generation import activations

    library = _library(context)
    if len(names) != 1 and (given or called or latex):
        raise SymactError(f"-p, --name and --latex go with one NAME or formula, not with {len(names)}")
    values = _values(given)
    found = [find(each, name=called, parameters=values, latex=latex, library=library) for each in names or library]
    for activation in found:
        if activation.name not in listings():
            activation.values()  # a formula of a user's own has defaults, or no code
    return activations(found)


@main.command(cls=WithNegativeValues)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@backend_option
@default_option
@name_option
@latex_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="The folder of the generated files.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail if a file is not as it should be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def generate(
    context: click.Context,
    names: Sequence[str],
    backend: str,
    given: Sequence[str],
    called: str | None,
    latex: bool,
    out: Path,
    only_check: bool,
    as_json: bool,
) -> int:
    """Write the generated code, of NAME, of a formula or of all.

    With all backends every derived fact is written too, into FACTS.md.
    """
    chosen = _chosen(context, names, given, called, latex)
    if not only_check:
        _require_writable(out)
    from symact import generation

    with _progress("generating", len(chosen) * (2 if backend == "all" else 1)) as done:
        if only_check:
            found = generation.compare(chosen, backend, out, done, _warn)
            rows = [{"file": str(out / each.file), "state": each.reason} for each in found]
            diff = "".join(each.diff for each in found)
        else:
            paths = generation.generate(chosen, backend, out, done, _warn)
            rows = [{"file": str(path), "state": "written"} for path in paths]
            diff = ""
    form = Format.JSON if as_json else Format.TEXT
    if rows or as_json:
        report.table_result(Table({"file": "file", "state": "state"}, rows)).show(form)
    if not as_json:
        click.echo(diff, nl=False)
    return FAILED if only_check and rows else FINE


@main.command(cls=WithNegativeValues)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--backend",
    type=click.Choice((*BACKENDS, "torch-native")),
    default="all",
    show_default=True,
    help="Which generated code, or PyTorch's own functions beside it.",
)
@default_option
@name_option
@latex_option
@click.option("--points", type=click.IntRange(min=1), help="How many arguments for each function.")
@click.option(
    "--exhaustive",
    is_flag=True,
    help="Try every float32 input of f and f′ in C, at the defaults of the parameters and at other values, or at those "
    "given by -p: a minute or more for each NAME.  What was interrupted goes on where it was.",
)
@click.option("--fresh", is_flag=True, help="With --exhaustive: begin anew.")
@click.option(
    "--dask", "scheduler", metavar="ADDRESS", help="With --exhaustive: on the workers of this Dask scheduler."
)
@click.option(
    "--table",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --exhaustive: put the rows into this JSON file, in place of those of the function, and write a page.",
)
@format_options
@click.pass_context
def check(
    context: click.Context,
    names: Sequence[str],
    backend: str,
    given: Sequence[str],
    called: str | None,
    latex: bool,
    points: int | None,
    exhaustive: bool,
    fresh: bool,
    scheduler: str | None,
    table: Path | None,
    form: str,
) -> int:
    """Measure the generated code, of NAME, of a formula or of all.

    It is run against the symbolic original; the table has the worst error of each function in units in the
    last place (ULP), and where it is.
    """
    if exhaustive and (not names or backend not in ("c", "all") or points is not None):
        raise SymactError("--exhaustive is for NAMEs in C: symact check --exhaustive gelu")
    if not exhaustive and (fresh or scheduler or table):
        raise SymactError("--fresh, --dask and --table go with --exhaustive: symact check --exhaustive gelu")
    chosen = _chosen(context, names, given, called, latex)
    from symact import generation
    from symact.accuracy import sweep
    from symact.accuracy.native import NATIVE, is_native
    from symact.backends import chosen as backends_of

    targets = (NATIVE,) if backend == NATIVE else backends_of(backend)
    if backend == NATIVE and not names:
        chosen = tuple(each for each in chosen if is_native(each))
    generation.kernels([each for each in chosen if each.name not in listings()])  # or says why there is no code
    options: dict[str, Any] = {} if points is None else {"points": points}
    if exhaustive:
        rows = _exhausted(chosen, not given, fresh, scheduler, table)
    else:
        with _progress("checking", len(chosen)) as done:
            rows = sweep.checks(chosen, targets, progress=lambda activation: done(activation.name), **options)
    result = report.check_result(rows)
    result.show(Format(form))
    return FINE if result.record()["passed"] else FAILED


def _exhausted(
    chosen: Sequence[Activation], others: bool, fresh: bool, scheduler: str | None, table: Path | None
) -> list[Row]:
    """Try every input, and put what is found into a file of it if there is one."""
    from symact.accuracy import exhaustive, register

    if table:
        _require_writable(table.parent, "--table")
        register.rows(table)  # or says what is wrong with the file, before hours of work
    with _progress("preparing"):
        cases = exhaustive.cases(chosen, others)
    with _progress("trying", len(cases) * exhaustive.SHARDS) as done:
        found = exhaustive.checks(cases, lambda shard: done(shard.name), fresh=fresh, scheduler=scheduler)
    if table:
        register.merge(table, found)
    return [finding.row for finding in found]


def _require_writable(folder: Path, option: str = "--out") -> None:
    """Refuse a folder that cannot be made or written into, before any work is done."""
    path = folder.absolute()
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        raise SymactError(f"cannot write into '{existing}'; give another folder with {option}")


class WithStatement(click.Command):
    """A command whose argument is a statement, which may begin with a minus."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Write such a minus as − so that it is not taken for the dash of an option."""
        words = [f"−{word[1:]}" if _SIGNED_STATEMENT.match(word) else word for word in arguments]
        return super().parse_args(context, words)


_SIGNED_STATEMENT = re.compile(r"-[^-].*[<>=!]")

explain_option: Decorator = click.option("--explain", is_flag=True, help="Print the steps as well.")


@main.command(cls=WithStatement)
@click.argument("statement")
@explain_option
@format_options
def prove(statement: str, explain: bool, form: str) -> int:
    """Tell whether STATEMENT is true, and how that is known.

    x, y, z, a and b are real, beta and lam positive, n is a positive integer; D(f, x), Lim(f, beta, oo) and E(f, x)
    are the derivative, a limit and the expectation for a standard normal; parameters are given by keyword.  A refuted
    statement has exit code 1, an open one 3.

    Example: symact prove "softplus(x) - relu(x) <= log(2)"
    """
    from symact.textbook.prover import prove as proof_of
    from symact.verdict import Grade

    with _progress("proving"):
        proof = proof_of(statement)
        result = report.proof_result(proof, explain)
    result.show(Format(form))
    return {Grade.REFUTED: FAILED, Grade.OPEN: OPEN}.get(proof.grade, FINE)


@main.command(cls=WithNegativeValues)
@click.argument("first")
@click.argument("second")
@explain_option
@format_options
@click.pass_context
def same(context: click.Context, first: str, second: str, explain: bool, form: str) -> int:
    """Tell whether FIRST and SECOND, names or formulas, are one function.

    If they are not, but one is the other scaled, shifted or tilted, it says how.  Names stand for the function at the
    defaults of its parameters.  Two that differ have exit code 1, an open question 3.

    Example: symact same "x*tanh(log(1 + exp(x)))" mish
    """
    from symact.formula import find
    from symact.textbook.recognition import related
    from symact.textbook.recognition import same as proof_of
    from symact.verdict import Grade

    library = _library(context)
    one, other = (find(text, library=library).with_defaults() for text in (first, second))
    names = tuple(f"{text.strip()}(x)" if text.strip() in library else text.strip() for text in (first, second))
    with _progress("comparing"):
        proof = proof_of(one, other, " = ".join(names))
        relation = None if proof else related(one, other, names)
        result = report.proof_result(proof, explain, relation)
    result.show(Format(form))
    return {Grade.REFUTED: FAILED, Grade.OPEN: OPEN}.get(proof.grade, FINE)


@main.command()
@click.argument("names", nargs=-1, metavar="[ID | TAG]...")
@explain_option
@format_options
def verify(names: Sequence[str], explain: bool, form: str) -> int:
    """Prove the textbook again: the identities with ID or TAG, or all.

    One line an identity, then how many are proved, certified, refuted and open.  If one does not reach the verdict
    that is expected of it, the exit code is 1.
    """
    from symact.textbook.collection import chosen
    from symact.textbook.verify import verify as verification_of

    wanted = tuple(names)
    with _progress("verifying", len(chosen(wanted))) as done:
        verification = verification_of(wanted, done)
        result = report.verification_result(verification, explain)
    result.show(Format(form))
    return FINE if verification.passed else FAILED
