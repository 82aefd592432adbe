"""Formulas of a user's own: text or LaTeX in, an activation out, and nothing is ever evaluated.

``parse`` reads a formula, ``find`` a name or a formula, ``read_catalog`` a file of them.  On the way :mod:`.latex`
translates, :mod:`.scanning` lets only the characters and words of formulas pass, :mod:`.expressions` walks Python's
syntax tree by a whitelist, and :mod:`.naming` decides what may become an identifier.
"""

from symact.formula.definitions import read_catalog
from symact.formula.entries import find, parameter_in, parse
from symact.formula.library import CATALOGUE, Library

__all__ = ["CATALOGUE", "Library", "find", "parameter_in", "parse", "read_catalog"]
