"""Code lists that a mapping may name instead of writing them out: those that every force shares.

What a code comes to is a word of the hub's, true or false, nothing, or a word for each of several targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Word: TypeAlias = str | bool | int | None
Meaning: TypeAlias = Word | Mapping[str, Word]

YES_NO: Mapping[str, Meaning] = {
    "Y": True, "YES": True, "TRUE": True, "T": True, "1": True,
    "N": False, "NO": False, "FALSE": False, "F": False, "0": False,
}  # fmt: skip
SEX: Mapping[str, Meaning] = {
    "F": "female", "FEMALE": "female", "M": "male", "MALE": "male", "O": "other", "OTHER": "other",
    "U": "not_known", "UNKNOWN": "not_known", "NOT KNOWN": "not_known", "NK": "not_known",
}  # fmt: skip
_STANDARD: Meaning = {"notice.risk": "some", "notice.urgency": "routine"}
_MEDIUM: Meaning = {"notice.risk": "some", "notice.urgency": "urgent"}
_HIGH: Meaning = {"notice.risk": "significant_harm", "notice.urgency": "urgent"}
DASH: Mapping[str, Meaning] = {
    "STANDARD": _STANDARD, "STD": _STANDARD, "S": _STANDARD,
    "MEDIUM": _MEDIUM, "MED": _MEDIUM, "M": _MEDIUM,
    "HIGH": _HIGH, "H": _HIGH,
}  # fmt: skip
"""Domestic Abuse, Stalking and Honour Based Violence risk grades. High is a risk of serious harm at any time."""
ETHNICITY: Mapping[str, Meaning] = {
    "W1": "White: British", "W2": "White: Irish", "W9": "White: any other background",
    "M1": "Mixed: White and Black Caribbean", "M2": "Mixed: White and Black African", "M3": "Mixed: White and Asian",
    "M9": "Mixed: any other background",
    "A1": "Asian: Indian", "A2": "Asian: Pakistani", "A3": "Asian: Bangladeshi", "A9": "Asian: any other background",
    "B1": "Black: Caribbean", "B2": "Black: African", "B9": "Black: any other background",
    "O1": "Chinese", "O9": "Any other ethnic group", "NS": "Not stated",
}  # fmt: skip
"""The 16+1 self-defined codes of the police service of England and Wales (2001 census categories)."""

LISTS: Mapping[str, Mapping[str, Meaning]] = {
    "yes_no": YES_NO,
    "sex": SEX,
    "dash": DASH,
    "ethnicity_16_1": ETHNICITY,
}
