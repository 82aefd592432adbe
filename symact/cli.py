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
from symact.errors import OpenError, ParameterError, SymactError, UnknownNameError
from symact.report import Format, Table

if TYPE_CHECKING:
    from symact.activation import Activation

FINE, FAILED, USAGE, OPEN = 0, 1, 2, 3
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + SIGINT, 128 + SIGPIPE, as shells have it

BACKENDS = ("numpy", "torch", "c", "all")

Advance = Callable[[str], None]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_NEGATIVE_VALUE = re.compile(r"-(?:[\d.(∞π]|(?:oo|inf|pi|e|E)\b)")


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
    """A command one of whose arguments may be -oo or -1/2, which is not an option."""

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

backend_option: Decorator = click.option(
    "--backend",
    type=click.Choice(BACKENDS),
    default="all",
    show_default=True,
    help="Which generated code.",
)


@click.group(cls=Face, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symact", message="%(prog)s %(version)s")
def main() -> None:
    """Activation functions defined once: derived, and generated for NumPy, PyTorch and C.

    Exit codes: 0 fine, 1 a check failed or a statement is refuted, 2 bad usage, 3 open.
    """


@main.command("list")
@click.option("--family", help="Only this family.")
@format_options
def list_(family: str | None, form: str) -> None:
    """List the catalogue."""
    families = {listing.family: None for listing in listings().values()}
    if family is not None and family not in families:
        raise SymactError(f"unknown family '{family}': there are {', '.join(families)}")
    rows: list[Listing] = [entry for entry in listings().values() if family in (None, entry.family)]
    columns = {"name": "name", "family": "family", "summary": "summary"}
    report.table_result(Table(columns, [asdict(row) for row in rows])).show(Format(form))


@main.command()
@click.argument("name")
@parameter_option
@click.option("--order", type=click.IntRange(1, 10), default=2, show_default=True, help="Highest derivative.")
@format_options
def derive(name: str, given: Sequence[str], order: int, form: str) -> None:
    """Print every derived fact of NAME.

    Each fact bears its grade: proved, certified by ball arithmetic, refuted by a counterexample, or open.
    """
    activation = _activation(name, given)
    from symact.analysis.sheet import sheet

    with _progress(f"deriving {name}"):
        result = report.sheet_result(sheet(activation, order))
    result.show(Format(form))


@main.command(cls=WithNegativeValues)
@click.argument("name")
@click.argument("symbol")
@click.argument("to")
@parameter_option
@format_options
def limit(name: str, symbol: str, to: str, given: Sequence[str], form: str) -> int:
    """Print the limit of NAME as SYMBOL tends TO.

    SYMBOL is x or a parameter; TO is a number, oo or -oo.  An open limit has exit code 3.
    """
    activation = _activation(name, given)
    from symact.analysis.limits import limit as limit_of
    from symact.parsing import number

    target = number(to)
    value, reason = None, ""
    try:
        with _progress(f"limit of {name}"):
            value = limit_of(activation, symbol, target)
    except OpenError as error:
        reason = str(error)
    report.limit_result(report.limit_record(activation, symbol, target, value, reason)).show(Format(form))
    return OPEN if value is None else FINE


def _activation(name: str, given: Sequence[str]) -> Activation:
    """Return an entry with the parameters that were given replaced by their values."""
    from symact.catalog import get

    activation = get(name)
    values: dict[str, str] = {}
    for assignment in given:
        key, sign, text = assignment.partition("=")
        if not sign:
            raise ParameterError(f"-p takes NAME=VALUE, for example -p beta=2, not '{assignment}'")
        if key in values:
            raise ParameterError(f"{name}: {key} is given twice")
        values[key] = text
    return activation.at(**values)


def _known(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, every one if none is given, each checked before any work is begun."""
    for name in names:
        if name not in listings():
            raise UnknownNameError(name, listings())
    return tuple(dict.fromkeys(names)) or tuple(listings())


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@backend_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="The folder of the generated files.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail if a file is not as it should be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def generate(names: Sequence[str], backend: str, out: Path, only_check: bool, as_json: bool) -> int:
    """Write the generated code, of NAME or of all.

    With all backends every derived fact is written too, into FACTS.md.
    """
    chosen = _known(names)
    if not only_check:
        _require_writable(out)
    from symact import generation

    with _progress("generating", len(chosen) * (2 if backend == "all" else 1)) as done:
        if only_check:
            found = generation.compare(chosen, backend, out, done)
            rows = [{"file": str(out / each.file), "state": each.reason} for each in found]
            diff = "".join(each.diff for each in found)
        else:
            rows = [{"file": str(path), "state": "written"} for path in generation.generate(chosen, backend, out, done)]
            diff = ""
    form = Format.JSON if as_json else Format.TEXT
    if rows or as_json:
        report.table_result(Table({"file": "file", "state": "state"}, rows)).show(form)
    if not as_json:
        click.echo(diff, nl=False)
    return FAILED if only_check and rows else FINE


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@backend_option
@click.option("--points", type=click.IntRange(min=1), help="How many arguments for each function.")
@format_options
def check(names: Sequence[str], backend: str, points: int | None, form: str) -> int:
    """Measure the generated code, of NAME or of all.

    It is run against the symbolic original; the table has the worst error of each function in units in the
    last place (ULP), and where it is.
    """
    chosen = _known(names)
    from symact.accuracy import sweep
    from symact.backends import chosen as backends_of
    from symact.catalog import get

    targets = backends_of(backend)
    options: dict[str, Any] = {} if points is None else {"points": points}
    with _progress("checking", len(chosen)) as done:
        rows = sweep.checks(
            [get(name) for name in chosen],
            targets,
            progress=lambda activation: done(activation.name),
            **options,
        )
    result = report.check_result(rows)
    result.show(Format(form))
    return FINE if result.record()["passed"] else FAILED


def _require_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written into, before any work is done."""
    path = folder.absolute()
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        raise SymactError(f"cannot write into '{existing}'; give another folder with --out")


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
