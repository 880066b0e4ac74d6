"""What people call a thing, and the word that these files have for it: for findings that say what was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from hub.facts.roles import CALLED, plain

_CALLED: Mapping[str, tuple[str, ...]] = {
    "child.name": ("forename", "surname", "first_name", "last_name", "family_name", "given_names", "full_name"),
    "child.known_as": ("alias", "nickname", "preferred_name", "previous_name"),
    "child.date_of_birth": ("dob", "d_o_b", "birthday", "birth_date", "birthdate", "date_birth", "age"),
    "child.sex": ("gender",),
    "child.identifiers": ("nhs_number", "chi_number", "chi", "hc_number", "upn", "scn", "identifier", "id_numbers"),
    "child.address": ("home_address", "postcode", "home"),
    "child.safe_address": ("refuge", "refuge_address"),
    "child.gp": ("doctor", "gp_practice", "surgery"),
    "child.disability": ("send", "sen", "disabilities"),
    "child.voice": ("childs_voice", "wishes", "wishes_and_feelings", "views"),
    "concern.summary": ("narrative", "description", "synopsis"),
    "concern.detail": ("details", "notes", "free_text", "full_narrative"),
    "concern.risk": ("risk_level", "risk_grading", "grading"),
    "concern.actions_taken": ("actions", "action_taken"),
    "incident.reference": ("reference_number", "crime_number", "incident_number", "urn"),
    "incident.occurred_at": ("date_time", "occurred", "incident_date", "when", "time"),
    "incident.place": ("location", "scene", "incident_address"),
    "incident.attended_by": ("officer", "attending_officer"),
    "person.alleged_perpetrator": ("perpetrator", "suspect", "offender", "accused"),
    "person.parent": ("mother", "father", "parents", "carer", "guardian"),
    "person.household": ("siblings", "household_members"),
    "offence.details": ("offence", "crime", "offences"),
    **{str(role): names for role, names in CALLED.items()},
    "local_authority": ("council", "la", "authority", "social_services"),
    "nhs_hospital": ("hospital", "a_and_e", "emergency_department"),
    "nhs_community": ("community_trust", "health_visiting"),
    "third_sector": ("charity", "voluntary", "support_service"),
    "fire": ("fire_and_rescue", "fire_service"),
    "domestic_abuse": ("da", "dv", "domestic_violence", "domestic"),
    "sexual_exploitation": ("cse",),
    "criminal_exploitation": ("cce", "county_lines"),
    "substance_misuse": ("drugs", "alcohol"),
    "looked_after": ("lac", "cla", "care_experienced"),
    "child_protection_plan": ("cpp", "cp_plan", "child_protection"),
    "home_educated": ("home_schooled", "ehe"),
    "dual_enrolled": ("dual_registered", "dual"),
    "enrolled": ("pupil", "on_roll"),
    "withhold": ("redact", "hide", "none"),
    "full": ("show", "release", "all", "everything"),
    "flag": ("known",),
    "unborn": ("pre_birth", "prebirth", "unborn_child", "unborn_baby", "pregnancy"),
    "generalise": ("generalize",),
    "SCT": ("scotland", "sco"),
    "ENG": ("england",),
    "WLS": ("wales", "wal", "cymru"),
    "NIR": ("northern_ireland", "ni"),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(word for word, names in _CALLED.items() if name in names)
    for name in {name for names in _CALLED.values() for name in names}
}
_ALIKE, _HARDLY_WRONG = 0.7, 0.85


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where something that is known here is plainly meant, else nothing."""
    meant = _meant(word, {one: plain(one) for one in set(known) - {word}})
    return f"; did you mean '{meant}'?" if meant else ""


def _meant(word: str, known: Mapping[str, str]) -> str | None:
    """First the same word otherwise written, then what people call it, then one part of its name, then its spelling."""
    asked, last = plain(word), plain(word.rpartition(".")[2])
    whole = [one for one, written in known.items() if written.replace("_", "") == asked.replace("_", "")]
    called = [one for name in (asked, last) for one in _WORDS.get(name, ()) if one in known]
    parts = [one for one in known if "." in one and plain(one.rpartition(".")[2]) in {asked, last}]
    for found in (whole, called, parts):
        if found:
            return found[0] if len(found) == 1 or found is called else _closest(word, found) or min(found)
    return _closest_spelling(word, known)


def _closest_spelling(word: str, known: Mapping[str, str]) -> str | None:
    """Words with a dot are spelt nearly so after the dot; before it they agree, or little is wrong with the whole."""
    head, dot, last = word.rpartition(".")
    if not dot:
        return _closest(plain(word), [one for one in known if "." not in one]) or _closest_part(plain(word), known)
    beside = {one.rpartition(".")[2]: one for one in sorted(known) if one.rpartition(".")[0] == head}
    near = _closest(last, beside)
    return beside[near] if near else _closest(word, known, _HARDLY_WRONG)


def _closest(word: str, known: Collection[str], alike: float = _ALIKE) -> str | None:
    close = get_close_matches(word, sorted(known), n=1, cutoff=alike)
    return close[0] if close else None


def _closest_part(word: str, known: Mapping[str, str]) -> str | None:
    """`adress` for `child.address`: what stands after the dot, the first by name where several are spelt so."""
    parts = {plain(one.rpartition(".")[2]): one for one in sorted(known, reverse=True) if "." in one}
    close = _closest(word, parts)
    return parts[close] if close else None
