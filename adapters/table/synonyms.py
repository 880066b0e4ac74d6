"""What a heading says, in the manner of record systems: Niche's OCC_ and NOM_, Athena's and Connect's words in full.

A heading is a word for whom or what it is about (or none), and a word for the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.table.targets import people_targets, targets

KEY, VERSION, MODIFIED, KIND, NOMINAL = "key", "version", "modified", "kind", "nominal"
"""What is no field: what makes an incident, what orders its versions, whom a row is about, and which nominal."""
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "mother": ("parent", "mother"),
    "father": ("parent", "father"),
    "parent": ("parent", None),
    "suspect": ("alleged_perpetrator", None),
    "victim": ("victim", None),
    "witness": ("witness", None),
}
"""Labels of further people in a row: the role of each, and its relationship."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a heading is taken for: one of the five above, or a target. `label`: of a further person."""

    what: str
    label: str | None = None


_ABOUT = {
    "incident": "occ occurrence incident inc event offence crime",
    "officer": "oic officer reporting_officer attending_officer author",
    "nominal": "nom nominal person per subject subj child chd yp young_person juvenile client",
    "mother": "mother mum", "father": "father dad", "parent": "parent carer guardian pr",
    "suspect": "suspect susp sus perp perpetrator offender accused",
    "victim": "victim vic ip aggrieved", "witness": "witness wit",
}  # fmt: skip
_NAMES = {
    "family_name": "surname last_name family_name lname sname",
    "given_names": "forename forenames first_name given_name given_names fname middle_name other_names second_forename",
    "known_as": "alias known_as nickname preferred_name aka",
    "date_of_birth": "dob d_o_b date_of_birth birth_date birthdate",
    "name": "name full_name fullname",
    "contact": "tel tel_no telephone phone mobile contact contact_no email",
    "relationship": "relation relationship rel rel_to_child relationship_to_child",
}
_CHILD = {
    "previous_family_names": "prev_surname previous_surname previous_name maiden_name former_name",
    "sex": "sex gender",
    "ethnicity": "ethnicity eth ethnic ethnic_code ethnicity_code sde self_defined_ethnicity ethnic_appearance",
    "nhs_number": "nhs nhs_no nhs_number nhsno", "chi_number": "chi chi_no chi_number",
    "hc_number": "hc_no hcn hc_number",
    "upn": "upn", "scn": "scn",
    "address": "address addr home_address address_line address_1 address_2 address_3 add",
    "postcode": "postcode pcode post_code pc",
    "telephone": "tel tel_no telephone phone mobile contact_no",
    "present": "present at_scene present_at_scene", "voice": "voice voice_of_child childs_voice wishes said",
    "whereabouts": "where whereabouts location_of_child",
    "spoken_to.spoken_to": "spoken spoken_to seen_and_spoken", "spoken_to.beside": "spoken_with beside in_presence_of",
    "narrative": "narrative ppn_text vulnerability_text text summary circumstances",
    "injuries": "injuries injury", "interpreter": "interpreter interpreter_language",
    "language": "language lang first_language",
    "disability": "disability disabilities send", "school_as_told": "school school_name",
    "provider_attended.name": "nursery college provider provider_attended", "unborn.due_date": "due_date edd",
    "gp_as_told": "gp gp_name gp_practice surgery", "description": "description descr",
}  # fmt: skip
_INCIDENT = {
    KEY: "no number num ref reference id urn occ_no occ_ref",
    "incident.type": "type class classification category desc",
    "incident.occurred_at": "date time datetime date_time occurred date_from time_from start_date start_time",
    "incident.place.address": "address addr location place scene",
    "incident.place.postcode": "postcode pcode post_code",
    "incident.attended_by": "attended_by attending units", VERSION: "ver version rev revision",
    MODIFIED: "modified last_modified updated last_updated amended changed",
    "notice.raised_at": "created raised reported recorded",
    "incident.crime_numbers": "crime_no crime_number crime_ref",
}  # fmt: skip
_OFFICER = {
    "shoulder_number": "collar collar_no shoulder shoulder_no shoulder_number no number warrant epaulette id",
    "role": "role rank post grade",
    "contact": "tel telephone phone mobile contact email",
}
_ALONE = {
    VERSION: "version ver revision", MODIFIED: "modified last_modified last_updated updated_on date_modified",
    KIND: "role involvement involvement_type role_code classification link_type nom_role person_role",
    NOMINAL: "nom_urn nominal_urn nominal_ref nom_ref person_urn person_id nominal_id pole_id",
    KEY: "reference ref urn case_no case_ref log_no ppn_no ppn_ref vpd_ref",
    "notice.raised_at": "created submitted raised reported created_on date_created submitted_on date_submitted",
    "notice.category": "category concern_type vulnerability_type risk_type ppn_type",
    "notice.risk": "risk risk_level risk_grade grading",
    "dash": "dash dash_grade dash_risk dash_level",
    "marac": "marac marac_ref marac_referral", "encompass": "encompass op_encompass operation_encompass encompass_flag",
    "notice.consent": "consent consent_given consent_to_share",
    "notice.consent_reason": "consent_reason reason_no_consent no_consent_reason",
    "notice.caveats": "handling handling_code caveat caveats",
    "notice.actions_taken": "actions actions_taken action_taken",
    "notice.detail": "detail details full_text free_text", "notice.suspected_offences": "offence offences crime_type",
    "notice.delete_by": "delete_by weed_date retention_date",
    "incident.crime_numbers": "crime_no crime_number crime_ref crime",
}  # fmt: skip
_LEFT_OUT = {"uprn": "names one dwelling exactly, and the address says enough"}
"""What a field is left out for, wherever it stands."""
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")


def guess(heading: str) -> Guess | None:
    """What a heading is taken for; None where it says nothing that is known here."""
    words = [word for word in _SPLIT.split(heading) if word]
    plain = "_".join(words).lower()
    numberless = re.sub(r"(_(dt|code|flag|ind|yn|cd))*(_\d+)?$", "", plain)
    dateless = re.sub(r"_(date|time|datetime|on|at)$", "", numberless)
    for text in dict.fromkeys((plain, numberless, dateless)):
        if (found := _alone(text)) is not None:
            return found
    return None


def why_left_out(heading: str) -> str | None:
    """The reason to leave a column out that any force would give."""
    return next((why for word, why in _LEFT_OUT.items() if word in heading.lower()), None)


def _alone(text: str) -> Guess | None:
    for what, words in _ALONE.items():
        if text in words.split():
            return _known(what)
    for about, prefixes in _ABOUT.items():
        for prefix in prefixes.split():
            if text.startswith(f"{prefix}_") and (found := _field(about, text.removeprefix(f"{prefix}_"))):
                return found
    return _field("nominal", text)


def _field(about: str, rest: str) -> Guess | None:
    if about == "incident":
        return _among(_INCIDENT, rest, "")
    if about == "officer":
        return _among(_OFFICER, rest, "officer.")
    if about == "nominal":
        alone = next((what for what in (KIND, NOMINAL) if f"nom_{rest}" in _ALONE[what].split()), None)
        if alone:
            return Guess(alone)
        return _among(_CHILD, rest, "nominal.") or _among(_NAMES, rest, "nominal.")
    found = _among(_NAMES, rest, f"people.{about}.")
    return None if found is None else Guess(found.what, about)


def _among(fields: Mapping[str, str], rest: str, before: str) -> Guess | None:
    for field, words in fields.items():
        if rest in words.split():
            return _known(f"{before}{field}")
    return None


def _known(what: str) -> Guess | None:
    """Nothing, where the notice has no such field."""
    label = what.split(".")[1] if what.startswith("people.") else None
    there = what in targets() or (label is not None and what in people_targets(label))
    return Guess(what, label) if there or "." not in what else None
