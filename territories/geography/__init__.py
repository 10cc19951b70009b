"""The world as integers: spans, groups, expressions. Plain Python: no Django, no clock.

Each place owns a half-open interval of integers inside its parent's, so a set of places is a set of
intervals and kinship is overlap. Callers start from ``expressions.parse`` and ``resolver``.
"""
