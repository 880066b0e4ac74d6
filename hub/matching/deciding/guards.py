"""What no score can buy out: each guard that fires hands the case to a person."""

from __future__ import annotations

from enum import StrEnum

from hub.matching.deciding.comparison import Comparison, Level


class Guard(StrEnum):
    """Each value is the sentence that a reviewer reads; none holds personal data."""

    BIRTH_MISSING = "The date of birth is missing or lacks its day or month."
    BIRTH_DIFFERS = "The date of birth differs from the register's."
    BIRTH_WRITTEN_OTHERWISE = (
        "The date of birth has day and month swapped, or stands for its year alone, and name or home are not exact."
    )
    TWO_BIRTHDAYS = "The register's own records of this child disagree on the date of birth."
    FORENAME_MISSING = "There is no forename to compare."
    FORENAME_DIFFERS = "The forename is none that the register holds for this child; a twin or sibling would look so."
    FORENAME_INEXACT = "The forename is only like one that the register holds for this child."
    FORENAME_AKIN = (
        "The forename is a form of one that the register holds, and a name in its own right; twins may be named so."
    )
    FORENAME_AND_MORE = "The forename is not exact, and neither is something else."
    MIDDLE_NAMES_DIFFER = (
        "The forename is the same and middle or known-as names differ; brothers or sisters may be named so."
    )
    SEX_DIFFERS = "The sex differs, and no identifier or not the whole name agrees."
    SURNAME_DIFFERS = "The family name differs and the forename is not exact."
    HOUSE_DIFFERS = "The postcode is the same and the house is another, and no identifier or not the whole name agrees."
    IDENTIFIER_CONFLICTS = "A valid identifier differs from the register's of the same kind."
    IDENTIFIER_ELSEWHERE = "The identifier given belongs to another child on the register."
    IDENTIFIER_SHARED = "The register holds the identifier given for more than one child."
    IDENTIFIER_DOUBTFUL = "The identifier given was issued to more than one child, or passed from one to another."
    SEVERAL_FIT = "More than one child on the register fits."
    RESTRICTED = "A record that fits is restricted, so only a person may decide."
    SAME_ROLL = "The organisation already lists a child like this one under another local id."
    CHANGED = "The record changed so much that it may be about another child now."
    JUDGED_APART = "A person judged one of this child's records on the register to be another child's."
    DIVIDED = "The record joined a subject that a person has divided since."
    RENUMBERED = "A number that took another's place ties this record to another child on the register."
    NUMBER_LOST = "The record joined by a number that tells nothing any more."
    CHANGED_LIKE = "After a change the record looks like another child on the register."


def guards_of(found: Comparison, *, own_identifier: bool = False) -> tuple[Guard, ...]:
    """Guards that one comparison fires, the gravest first. None means that nothing speaks against one child.

    `own_identifier`: a valid identifier agrees that no other subject holds.
    """
    if (
        found.forename is Level.EXACT
        and found.birth is Level.EXACT
        and found.one_birthday
        and not found.conflicting
        and not found.middle_names_differ
        and not found.houses_differ
        and found.sex is not Level.DIFFERENT
    ):
        return ()
    fired: list[Guard] = []
    if found.conflicting:
        fired.append(Guard.IDENTIFIER_CONFLICTS)
    fired += _of_birth(found)
    if not found.one_birthday:
        fired.append(Guard.TWO_BIRTHDAYS)
    if found.forename is not Level.EXACT:
        fired += _of_forename(found, own_identifier=own_identifier)
    if found.sex is Level.DIFFERENT and not (own_identifier and is_whole(found)):
        fired.append(Guard.SEX_DIFFERS)
    if found.middle_names_differ:
        fired.append(Guard.MIDDLE_NAMES_DIFFER)
    if found.houses_differ and not (own_identifier and is_whole(found)):
        fired.append(Guard.HOUSE_DIFFERS)
    return tuple(fired)


def is_whole(found: Comparison) -> bool:
    """Whether name and date of birth are exact."""
    return found.forename is found.surname is found.birth is Level.EXACT


def _of_birth(found: Comparison) -> list[Guard]:
    """Day and month swapped, or 1 January for the year alone, pass where the whole name and the home are exact.

    For 1 January the home must be so by its address line, or an identifier agree: any namesake of that year may live in
    the same postcode and have been given that day, while only one day in 6,500 is another's swapped.
    """
    match found.birth:
        case Level.EXACT:
            return []
        case Level.MISSING | Level.PART:
            return [Guard.BIRTH_MISSING]
        case Level.SAME | Level.AKIN:
            exact = found.forename is found.surname is Level.EXACT and found.home in AT_HOME
            placed = found.birth is Level.SAME or found.addresses_given or bool(found.agreeing)
            return [] if exact and placed else [Guard.BIRTH_WRITTEN_OTHERWISE]
        case _:
            return [Guard.BIRTH_DIFFERS]


def _of_forename(found: Comparison, *, own_identifier: bool) -> list[Guard]:
    """A nickname, another spelling or a slip passes where birthday and family name are exact.

    One that is a name in its own right never passes. An identifier does not help it, because forms are filled in for
    two children together; nor do middle names, because twins are both Kaur, or named after one grandfather. Only who is
    called the same on both sides for want of a name (`Baby`) is known by a number of their own, and by nothing else.
    """
    if found.forename is Level.MISSING and found.unnamed_alike and own_identifier and _all_but_the_forename(found):
        return []
    if found.forename > Level.AKIN:
        fired = [_FORENAME[found.forename]]
    elif found.birth is not Level.EXACT or not (found.surname is Level.EXACT or found.swapped):
        fired = [Guard.FORENAME_AND_MORE]
    elif found.forename is Level.AKIN:
        fired = [Guard.FORENAME_AKIN]
    else:
        fired = []
    if found.surname is Level.DIFFERENT:
        fired.append(Guard.SURNAME_DIFFERS)
    return fired


def _all_but_the_forename(found: Comparison) -> bool:
    return found.surname is found.birth is Level.EXACT


AT_HOME = (Level.EXACT, Level.SAME)
"""Levels of home that are one household's."""
_FORENAME = {
    Level.CLOSE: Guard.FORENAME_INEXACT,
    Level.PART: Guard.FORENAME_INEXACT,
    Level.DIFFERENT: Guard.FORENAME_DIFFERS,
    Level.MISSING: Guard.FORENAME_MISSING,
}
