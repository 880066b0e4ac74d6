"""PID and PD1: who the child is, and what else they say of the child. Pure.

HL7 v2.4 to 2.8, chapter 3; names and addresses by the types of tables 0200 and 0190.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adapters.nhs.hl7.message import Repetition, Segment
from adapters.nhs.hl7.reading import (
    ADDRESS,
    CHILD_BORN,
    LINE,
    NAME,
    POSTCODE,
    TEN_DIGITS,
    Reading,
    joined,
    place_of,
)
from adapters.nhs.hl7.times import day
from hub.facts.model import Identity

_NATIONAL = {
    "nhs_number": {"NH", "NHS", "NHSNUMBER", "NHSNBR", "NHSNO", "2.16.840.1.113883.2.1.4.1"},
    "chi_number": {"CHI", "CHINUMBER", "NHSCHI", "2.16.840.1.113883.2.1.3.2.4.16.53"},
    "hc_number": {"HC", "HCN", "HANDC", "HSCN", "HSCNI"},
}
"""What CX-5 or CX-4 of a national number says, without blanks and signs; an OID as it is."""
_LOCAL = {"MR", "PI", "PT", "PN", "AN", "VN", "U", "MRN"}
"""Identifier types (table 0203) of an organisation's own numbers, whatever their authority is called."""
_LEGAL = ("L", "", "CURRENT", "R", "C", "D", "U")
"""Name types (table 0200, and what engines write) of which the first that is there is the name; another was."""
_DAILY, _EARLIER, _HIDING = {"N", "A", "T"}, {"M", "B", "BIRTH", "MAIDEN"}, {"S", "BAD", "P", "I"}
_SEX = {"F": "female", "M": "male", "O": "other", "A": "other", "2": "female", "1": "male"}
"""Table 0001, and the NHS's own codes; whatever else says that it is not known."""
_HOMES, _WRONG = ("H", "HOME", "", "P", "L", "C", "HV", "TM", "V"), {"BA"}
"""Address types (table 0190), the best for a home first."""
_NO_HOMES = {"B", "BDL", "BI", "BR", "F", "M", "N", "O", "RH", "S", "SH"}
_NO_TELEPHONES = {"INTERNET", "X.400", "FX", "MD", "BP"}
"""Equipment (XTN-3, table 0202) that nobody answers."""
_FEWEST_DIGITS = 5
_TOO_MANY = 20


class Patient:
    """The child of one PID, and of the PD1 behind it."""

    def __init__(self, pid: Segment, pd1: Segment | None, reading: Reading) -> None:
        self._pid, self._pd1, self._reading = pid, pd1, reading
        self.telephones: list[str] = []
        self.earlier_addresses: list[dict[str, Any]] = []

    def identity(self) -> Identity:
        """Who the child is; a fault where nothing says so."""
        said: dict[str, Any] = {**self._numbers(), **self._names(), **self._places()}
        said["date_of_birth"] = self._reading.born(CHILD_BORN, self._pid, 7)
        if not any(said.values()) and not self._reading.faults:
            self._reading.fault(self._pid.place(5), "is required, or else a number, a date of birth or an address.")
        said["sex"] = _SEX.get(self._pid.text(8).upper())
        return Identity(**said)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Data items about the child besides its identity."""
        self._telephones()
        checked = self._reading.checked
        yield "child.telephone", self.telephones
        yield "child.earlier_addresses", self.earlier_addresses
        yield "child.language", checked(LINE, _coded(self._pid, 15), self._pid.place(15))
        ethnic = 22 if self._pid.text(22) else 10
        yield "child.ethnicity", checked(LINE, _coded(self._pid, ethnic), self._pid.place(ethnic))
        if self._pd1 is not None:
            yield "child.gp", checked(LINE, self._practice(self._pd1), self._pd1.place(4))

    @property
    def is_restricted(self) -> bool:
        """Whether the sender protects who and where this person is (PD1-12, table 0136)."""
        return self._pd1 is not None and self._pd1.text(12).upper() == "Y"

    def _numbers(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for one in self._current(3, 8):
            place = place_of(one, self._pid, 3)
            kind = _number_of(one)
            if kind is None:
                continue
            number = self._reading.checked(TEN_DIGITS, one.text(1), place + ".1")
            if found.setdefault(kind, number) != number:
                self._reading.fault(place, "gives another number than the one before, of the same kind.")
        given = {one.text(1) for one in self._pid.repetitions(3)}
        for other in (2, 4, 19, 20):
            if self._pid.text(other) not in {"", *given}:
                self._reading.leave_out(self._pid.place(other), "is not read: give numbers in PID-3, with authority.")
        return found

    def _names(self) -> dict[str, Any]:
        named: dict[str, Any] = {}
        earlier: list[str] = []
        for one in sorted(self._pid.repetitions(5), key=_rank):
            kind, place = one.text(7).upper(), place_of(one, self._pid, 5)
            given = joined((one.text(2), one.text(3)), " ")
            if not (one.text(1) or given):
                continue
            if kind in _HIDING:
                self._reading.leave_out(place, "is a name of a type that is not used.")
            elif kind in _DAILY:
                named["known_as"] = self._reading.checked(NAME, one.text(2) or one.text(1, 1), place + ".2")
            elif kind in _EARLIER or self._reading.is_over(one.text(13)) or "family_name" in named:
                earlier.append(one.text(1, 1))
            else:
                named["given_names"] = self._reading.checked(NAME, given, place + ".2")
                named["family_name"] = self._reading.checked(NAME, one.text(1, 1), place + ".1")
        checked = (self._reading.checked(NAME, name, self._pid.place(5)) for name in earlier[:_TOO_MANY])
        others = dict.fromkeys(name for name in checked if name and name != named.get("family_name"))
        return named | {"previous_family_names": tuple(others)}

    def _places(self) -> dict[str, str | None]:
        home: dict[str, str | None] = {}
        for one in sorted(self._pid.repetitions(11), key=_nearness):
            place, kind = place_of(one, self._pid, 11), one.text(7).upper()
            if not joined(_lines(one)) and not one.text(5):
                continue
            if kind in _NO_HOMES:
                self._reading.leave_out(place, "is an address of a type that is not used.")
                continue
            address = self._reading.checked(ADDRESS, joined(_lines(one)), place)
            code = self._reading.checked(POSTCODE, one.text(5), place + ".5")
            since, until = _held(one)
            if kind in _WRONG or self._reading.is_over(until):
                held = {"held_from": day(since), "held_until": day(until)}
                self.earlier_addresses.append({"address": address, "postcode": code, **held})
            elif home:
                self._reading.leave_out(place, "is a second address of today: the first is taken for the home.")
            else:
                home = {"address": address, "postcode": code}
        return home

    def _telephones(self) -> None:
        for one in self._pid.repetitions(13):
            text = number_called(one)
            place = place_of(one, self._pid, 13)
            if text and (number := self._reading.checked(LINE, text, place)):
                self.telephones.append(number)
            elif not one.deleted:
                self._reading.leave_out(place, "is no telephone number.")
        del self.telephones[_TOO_MANY:]

    def _practice(self, pd1: Segment) -> str:
        doctor = pd1.repetitions(4)
        who = joined((doctor[0].text(6), doctor[0].text(3), doctor[0].text(2)), " ") if doctor else ""
        return joined((who, pd1.text(3)))

    def _current(self, number: int, until: int) -> Iterator[Repetition]:
        return (
            one for one in self._pid.repetitions(number) if not self._reading.is_over(one.text(until)) and one.text()
        )


def own_number(pid: Segment) -> str:
    """The number that the sender itself keeps this person under; empty where PID-3 gives none."""
    return next((one.text(1) for one in pid.repetitions(3) if one.text(1) and _number_of(one) is None), "")


def number_called(one: Repetition) -> str:
    """The telephone number of an XTN, as it was written; empty where it is something else, such as an e-mail.

    It stands in one piece (XTN-12, or XTN-1 before version 2.7), in parts, or where engines put it beside these.
    """
    if one.text(3).upper() in _NO_TELEPHONES or one.text(2).upper() == "NET":
        return ""
    parts = (f"+{one.text(5).lstrip('+')}" if one.text(5) else "", one.text(6), one.text(7))
    for written in (one.text(12), one.text(1), joined(parts, " "), one.text(10), one.text(9)):
        if sum(letter.isdigit() for letter in written) >= _FEWEST_DIGITS and "@" not in written:
            return written
    return ""


def name_of(one: Repetition) -> str:
    """A person's name in one line (XPN)."""
    return joined((one.text(5), one.text(2), one.text(3), one.text(1, 1)), " ")


def _coded(segment: Segment, number: int) -> str:
    return segment.text(number, 2) or segment.text(number, 1)


def _number_of(one: Repetition) -> str | None:
    kind, authority = _bare(one.text(5)), one.text(4)
    if kind in _LOCAL:
        return None
    said = {kind, _bare(authority), *(_bare(authority_part) for authority_part in authority.split("&"))} - {""}
    found = [field for field, words in _NATIONAL.items() if said & words]
    return found[0] if found else None


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9.]", "", text.upper().replace("H&C", "HANDC"))


def _rank(name: Repetition) -> int:
    kind = name.text(7).upper()
    return _LEGAL.index(kind) if kind in _LEGAL else len(_LEGAL)


def _nearness(place: Repetition) -> int:
    kind = place.text(7).upper()
    return _HOMES.index(kind) if kind in _HOMES else len(_HOMES)


def _lines(one: Repetition) -> tuple[str, ...]:
    """The lines of an address; one that is given in parts (street, number) is one line of them."""
    between = one.message.separators.subcomponent
    return tuple(" ".join(one.text(component).split(between)) for component in (1, 2, 3, 4))


def _held(one: Repetition) -> tuple[str, str]:
    """From when, until when: XAD-13 and -14, or before version 2.7 the two halves of XAD-12."""
    return one.text(13) or one.text(12, 1), one.text(14) or one.text(12, 2)
