"""What no score can buy out: each guard that fires hands the case to a person.

`GUARDS_VERSION` changes whenever a guard does, so that an old decision can be told from a new one.
"""

from __future__ import annotations

from enum import StrEnum

from hub.matching.comparison import Comparison, Level

GUARDS_VERSION = 1


class Guard(StrEnum):
    """Each value is the sentence that a reviewer reads; none holds personal data."""

    BIRTH_MISSING = "The date of birth is missing or lacks its day or month."
    BIRTH_DIFFERS = "The date of birth differs from the register's."
    TWO_BIRTHDAYS = "The register's own records of this child disagree on the date of birth."
    FORENAME_MISSING = "There is no forename to compare."
    FORENAME_DIFFERS = "The forename is none that the register holds for this child; a twin or sibling would look so."
    FORENAME_INEXACT = "The forename is only like one that the register holds for this child."
    MIDDLE_NAMES_DIFFER = "The forename is the same and the middle names differ; brothers or sisters may be named so."
    SURNAME_DIFFERS = "The family name differs and the forename is not exact."
    IDENTIFIER_CONFLICTS = "A valid identifier differs from the register's of the same kind."
    IDENTIFIER_ELSEWHERE = "The identifier given belongs to another child on the register."
    IDENTIFIER_SHARED = "The register holds the identifier given for more than one child."
    SEVERAL_FIT = "More than one child on the register fits."
    RESTRICTED = "A record that fits is restricted, so only a person may decide."
    SAME_ROLL = "The organisation already lists a child like this one under another local id."
    CHANGED = "The record changed so much that it may be about another child now."
    CHANGED_LIKE = "After a change the record looks like another child on the register."


def guards_of(found: Comparison) -> tuple[Guard, ...]:
    """Guards that one comparison fires, the gravest first. None means that nothing speaks against one child."""
    if (
        found.forename is Level.EXACT
        and found.birth is Level.EXACT
        and found.one_birthday
        and not found.conflicting
        and not found.middle_names_differ
    ):
        return ()
    fired: list[Guard] = []
    if found.conflicting:
        fired.append(Guard.IDENTIFIER_CONFLICTS)
    if found.birth in (Level.MISSING, Level.PART):
        fired.append(Guard.BIRTH_MISSING)
    elif found.birth is not Level.EXACT:
        fired.append(Guard.BIRTH_DIFFERS)
    if not found.one_birthday:
        fired.append(Guard.TWO_BIRTHDAYS)
    if found.forename is not Level.EXACT:
        fired.append(_FORENAME[found.forename])
        if found.surname is Level.DIFFERENT:
            fired.append(Guard.SURNAME_DIFFERS)
    if found.middle_names_differ:
        fired.append(Guard.MIDDLE_NAMES_DIFFER)
    return tuple(fired)


_FORENAME = {
    Level.CLOSE: Guard.FORENAME_INEXACT,
    Level.PART: Guard.FORENAME_INEXACT,
    Level.DIFFERENT: Guard.FORENAME_DIFFERS,
    Level.MISSING: Guard.FORENAME_MISSING,
}
