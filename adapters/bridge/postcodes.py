"""The postcode district that a front door is found by."""

from __future__ import annotations

import re

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)[0-9][A-Z]{2}", re.ASCII)
_NO_FIXED_ABODE = "ZZ99"


def district(postcode: str) -> str | None:
    """`ZG1` of `zg1 4ab`; None for what is no full postcode, and for ZZ99, which says: no address in particular."""
    found = _POSTCODE.fullmatch("".join(postcode.upper().split()))
    return found[1] if found and found[1] != _NO_FIXED_ABODE else None
