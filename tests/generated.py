"""The generated files as they are in the repository."""

import importlib.util
from pathlib import Path

GENERATED = Path(__file__).resolve().parents[1] / "generated"


def from_file(file):
    """Import a generated module of Python."""
    spec = importlib.util.spec_from_file_location(file, GENERATED / f"{file}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
