"""Lowering: from mathematics to numeric programs that no float breaks.

``lower(activation)`` gives every program of an activation.  Each order of the derivative is differentiated first and
stabilised afterwards, by itself; the stabilised program is never differentiated.
"""

from symact.lowering.lower import TOLERABLE, lower

__all__ = ["TOLERABLE", "lower"]
