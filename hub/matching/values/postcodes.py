"""Postcodes: canonical form without a blank, and their outward code (the district)."""

from __future__ import annotations

import re
from functools import lru_cache

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_NO_FIXED_ABODE = "ZZ99"
_INWARD = 3


@lru_cache(1 << 15)
def postcode(text: str) -> str:
    """`ZG12AB` for ` zg1 2ab`; empty for what is no postcode, and for ZZ99, which says: no address in particular."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    if letters.startswith(_NO_FIXED_ABODE) or not _POSTCODE.fullmatch(letters):
        return ""
    return letters


def district(code: str) -> str:
    """Outward code of a canonical postcode."""
    return code[:-_INWARD]
