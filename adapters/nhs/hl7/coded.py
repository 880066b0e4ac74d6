"""Codes as a message gives them (CE, CWE, IS), under names of code systems that a mapping file knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from adapters.nhs.codes import Code
from adapters.nhs.hl7.message import Segment

SNOMED, ICD_10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"
"""These two by FHIR's addresses; another system is called as the message calls it."""
_NAMES = {
    **dict.fromkeys(("SCT", "SCT2", "SNM", "SNM3", "SNOMED", "SNOMEDCT", "2.16.840.1.113883.6.96"), SNOMED),
    **dict.fromkeys(("I10", "I10C", "ICD10", "ICD-10", "2.16.840.1.113883.6.3"), ICD_10),
    **dict.fromkeys(("SNOMED-CT", "SNOMED CT", SNOMED.upper()), SNOMED),
    ICD_10.upper(): ICD_10,
}
"""What messages call a system (table 0396, and what engines write for it)."""
_FORMS = {SNOMED: re.compile(r"\d{6,18}"), ICD_10: re.compile(r"[A-Z]\d\d(?:\.?\d{1,2})?[A-Z+*]?")}
"""By which a code is known that names no system."""
_CATEGORY = 3
"""Characters of an ICD-10 category, such as T74."""


def codes_of(segment: Segment, number: int, otherwise: str = "") -> list[Code]:
    """The codes that a field gives: each repetition's own and its alternate; `otherwise` names their system.

    A code that names no system stands under the empty name, and under those whose form it has.
    """
    found: list[Code] = []
    for one in segment.repetitions(number):
        for at in (1, 4):
            if code := one.text(at):
                found += _under_systems(code, (one.text(at + 2) or otherwise).strip())
    return found


def bare(system: str, code: str) -> str:
    """ICD-10 is written with and without its dot, and with a dagger or a fifth character behind it."""
    return re.sub(r"[^A-Z0-9]", "", code.upper()) if system == ICD_10 else code


def and_broader(codes: Iterable[Code]) -> set[Code]:
    """The codes, and those of ICD-10 that they lie in: T74 of T741."""
    found = set(codes)
    for system, code in tuple(found):
        if system == ICD_10:
            found |= {(system, code[:length]) for length in range(_CATEGORY, len(code))}
    return found


def _under_systems(code: str, name: str) -> list[Code]:
    if name:
        system = _NAMES.get(name.upper(), name)
        return [(system, bare(system, code))]
    forms = (system for system, form in _FORMS.items() if form.fullmatch(code))
    return [("", code), *((system, bare(system, code)) for system in forms)]
