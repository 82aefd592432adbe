"""README.md shows what the commands print; ``python tests/test_readme.py`` writes the outputs into it."""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SYMACT = [sys.executable, "-c", "from symact.cli import main; main(prog_name='symact')"]


def printed(command: str, folder: Path) -> str:
    """Return what a shown command prints; ``| head -N`` is the only other program that README uses."""
    line, _, pipe = command.partition(" | ")
    program, *arguments = shlex.split(line)
    assert program == "symact", command
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    run = subprocess.run(
        [*SYMACT, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert not run.stderr, run.stderr
    lines = run.stdout.splitlines(keepends=True)
    if pipe:
        limit = re.fullmatch(r"head -(\d+)", pipe)
        assert limit, command
        lines = lines[: int(limit[1])]
    return "".join(lines)


def refreshed(block: str) -> str:
    """Return a console block with the output of its commands as it is now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    with tempfile.TemporaryDirectory() as folder:
        return "\n".join(f"{command}\n{printed(command[2:], Path(folder))}" for command in commands)


@pytest.mark.parametrize("block", CONSOLE.findall(README.read_text("utf-8")), ids=lambda block: block.splitlines()[0])
def test_console_blocks_show_what_is_printed(block):
    """Each command of README prints exactly the text shown below it."""
    assert refreshed(block) == block


def test_python_blocks_show_what_is_returned():
    """Each Python statement of README gives exactly the text shown below it."""
    examples = doctest.DocTestParser().get_doctest(README.read_text("utf-8"), {}, "README", str(README), 0)
    assert examples.examples
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples).failed == 0


if __name__ == "__main__":
    README.write_text(CONSOLE.sub(lambda block: refreshed(block[0]), README.read_text("utf-8")), "utf-8")
