"""The templates, found the same way from a checkout and from an install."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from symact.errors import SymactError


def directory() -> Path:
    """Return the folder of the templates: inside the package of a wheel, beside it in a checkout.

    Raises
    ------
    SymactError
        If neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / "templates", package.parent / "templates"):
        if place.is_dir():
            return place
    raise SymactError(f"templates not found in {package} or beside it: reinstall symact")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(directory()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is source code, not HTML
    )


def render(template: str, **context: Any) -> str:
    """Fill a template, given by its path below the folder of the templates."""
    return _environment().get_template(template).render(context)
