"""Identifiers of children and their check digits (domain.md: NHS, CHI and H&C numbers, UPN, SCN).

An identifier that fails its check is remembered as given and failed; it is never evidence that two children are one.
One that passes is held as a token, its kind's letter and the number: `n9990001234`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

from stdnum.gb import upn

from hub.facts.model import Identity

_TEN, _NINE, _THIRTEEN = 10, 9, 13
_UP = "0123456789" * 2

Token = str
"""Letter of the kind, then the number in canonical form."""


class IdentifierKind(StrEnum):
    """Field names of `hub.facts.model.Identity`. Two kinds never conflict: a child may have one of each."""

    NHS_NUMBER = "nhs_number"
    CHI_NUMBER = "chi_number"
    HC_NUMBER = "hc_number"
    UPN = "upn"
    SCN = "scn"


LETTERS = {
    IdentifierKind.NHS_NUMBER: "n",
    IdentifierKind.CHI_NUMBER: "c",
    IdentifierKind.HC_NUMBER: "h",
    IdentifierKind.UPN: "u",
    IdentifierKind.SCN: "s",
}
KINDS = {letter: kind for kind, letter in LETTERS.items()}


def identifiers_of(identity: Identity) -> tuple[tuple[Token, ...], tuple[IdentifierKind, ...]]:
    """Tokens of the identifiers that pass their check, and kinds of those that do not."""
    given = (identity.nhs_number, identity.chi_number, identity.hc_number, identity.upn, identity.scn)
    if not any(given):
        return (), ()
    passed: list[Token] = []
    failed: list[IdentifierKind] = []
    for (kind, letter), text in zip(LETTERS.items(), given, strict=True):
        if text:
            number = check(kind, text)
            if number:
                passed.append(letter + number)
            elif text.strip():
                failed.append(kind)
    return tuple(passed), tuple(failed)


@lru_cache(1 << 12)
def check(kind: IdentifierKind, text: str) -> str:
    """The identifier in canonical form where it passes its check, else empty. Blanks, hyphens and dots are dropped."""
    number = text if text.isalnum() else "".join(letter for letter in text if letter.isalnum())
    number = number.upper()
    return number if number.isascii() and _PASSES[kind](number) else ""


def kind_of(text: str) -> IdentifierKind | None:
    """What kind of identifier this is by its form alone; None where it fails the check of every kind.

    Of ten digits: a CHI number begins with a day of birth, an H&C number with 32 to 39; any other is an NHS number.
    Nine digits are an SCN, unless a CHI number that lost the nought before it would look so.
    """
    number = "".join(letter for letter in text if letter.isalnum())
    if check(IdentifierKind.CHI_NUMBER, number):
        return IdentifierKind.CHI_NUMBER
    if check(IdentifierKind.NHS_NUMBER, number):
        return IdentifierKind.HC_NUMBER if "32" <= number[:2] <= "39" else IdentifierKind.NHS_NUMBER
    if check(IdentifierKind.UPN, number):
        return IdentifierKind.UPN
    if check(IdentifierKind.SCN, number) and not check(IdentifierKind.CHI_NUMBER, "0" + number):
        return IdentifierKind.SCN
    return None


def _passes_modulus_11(number: str) -> bool:
    """Ten digits, weighted 10 to 1, whose sum divides by 11. Those of some placeholders do too."""
    if len(number) != _TEN or not number.isdigit() or _is_placeholder(number):
        return False
    # The codes of the digits serve as well as their values: 55 times the code of "0" divides by 11.
    a, b, c, d, e, f, g, h, i, j = number.encode()
    return (10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i + j) % 11 == 0


def _passes_chi(number: str) -> bool:
    """Modulus 11, and the first six digits are a day, a month and a year of either century."""
    return _passes_modulus_11(number) and any(
        _is_day(century + int(number[4:6]), int(number[2:4]), int(number[:2])) for century in (1900, 2000)
    )


def _passes_upn(number: str) -> bool:
    """Check letter, eleven digits, and a digit or (temporary UPN) a letter. New authorities' codes are not refused."""
    return (
        len(number) == _THIRTEEN
        and number[1:12].isdigit()
        and number[12] in _UPN_LETTERS
        and upn.calc_check_digit(number[1:]) == number[0]
    )


def _passes_scn(number: str) -> bool:
    """Nine digits; there is no public check digit."""
    return len(number) == _NINE and number.isdigit() and not _is_placeholder(number)


def _is_placeholder(number: str) -> bool:
    """What is typed where there is no number: equal digits, zeros before a last one, or digits in a row."""
    return not number[:-1].strip("0") or number == number[0] * len(number) or number in _UP or number in _UP[::-1]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ0123456789"
_PASSES = {
    IdentifierKind.NHS_NUMBER: _passes_modulus_11,
    IdentifierKind.CHI_NUMBER: _passes_chi,
    IdentifierKind.HC_NUMBER: _passes_modulus_11,
    IdentifierKind.UPN: _passes_upn,
    IdentifierKind.SCN: _passes_scn,
}
