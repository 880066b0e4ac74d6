"""Postcodes of the United Kingdom: what is written to its one form, or to nothing; district and sector of that form.

A postcode is an outward code (the district: `ZG1`) and an inward one (`4AB`), whose digit makes the sector (`ZG1 4`).
The forces' BF1 is written alike; GIR 0AA went with the bank that it belonged to. ZZ99 is the NHS's word for no address
in particular. Source: Royal Mail, Programmer's Guide to the Postcode Address File.
"""

from __future__ import annotations

import re
from functools import lru_cache

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?|[A-Z]{2}")
_INWARD = 3
_NOWHERE = "ZZ99"


@lru_cache(1 << 15)
def postcode(text: str) -> str:
    """`ZG14AB` for ` zg1 4ab`; empty for what is not a whole postcode."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return letters if _POSTCODE.fullmatch(letters) else ""


def postcode_of_place(text: str) -> str:
    """As `postcode`, but empty for ZZ99 too, which says: no address in particular."""
    code = postcode(text)
    return "" if district(code) == _NOWHERE else code


def is_no_fixed_abode(text: str) -> bool:
    """Whether it is of ZZ99, however its inward half is written."""
    return text.strip().upper().startswith(_NOWHERE)


def district(code: str) -> str:
    """`ZG1` of the one form `ZG14AB`; empty for nothing."""
    return code[:-_INWARD]


def sector(code: str) -> str:
    """`ZG1 4` of the one form `ZG14AB`; empty for nothing."""
    return f"{district(code)} {code[-_INWARD]}" if code else ""


def read_district(text: str) -> str:
    """A district, or a whole area such as `BT`, written alone: in capitals, or empty for what is none."""
    written = text.strip().upper()
    return written if _DISTRICT.fullmatch(written) else ""
