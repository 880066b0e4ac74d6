"""A mapping is proposed from a sample's headings: what is known is written, what is not is a gap that `try` refuses."""

from __future__ import annotations

import pytest

from adapters.table.compiling import compile_mapping
from adapters.table.mapping import TableMapping
from adapters.table.proposing.proposal import Proposal, propose
from adapters.table.proposing.sampling import pattern_of, sample_of
from adapters.table.sheets.rows import FileFault
from adapters.table.synonyms import KIND, NOMINAL, VERSION, guess
from tests.unit.adapters.table.builders import EXAMPLES, findings, names, raised

ATHENA = """\
Incident Ref;Last Updated;Reported Date;Child Surname;Child Forename;Child DOB;Child Gender;Home Address;Postcode;\
Mother Name;Suspect Surname;Suspect Forename;Suspect DOB;Officer Collar No;Officer Rank;Risk Level;Shoe Size
CAL-7;2026-03-07 23:15:00;2026-03-07 23:10:00;Thornbeck;Maisie;2017-11-02;F;14 Larkspur Wynd;ZG1 4AB;\
Isla Thornbeck;Strachan-Vale;Callum;1984-09-30;C1417;PC;Standard;3
"""


def proposed(text: str, *, opened: bool = False) -> Proposal:
    return propose("athena", sample_of(text.encode(), None, None), opened=opened)


def filled(text: str) -> str:
    """The proposal with its gaps filled as a person would fill them."""
    return (
        text.replace('"???": "???"                  # 1 codes in this sample; --open shows them', "STANDARD: some")
        .replace('notice.category: "???"', "notice.category: domestic_abuse")
        .replace('"Shoe Size": "???"', '"Shoe Size": "says nothing of a concern"')
        .replace('Shoe Size: "???"', 'Shoe Size: "says nothing of a concern"')
    )


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("NOM_SURNAME", "nominal.family_name"), ("Child Forename", "nominal.given_names"),
        ("ChildDOB", "nominal.date_of_birth"),
        ("FORENAME2", "nominal.given_names"), ("D.O.B.", "nominal.date_of_birth"), ("NHS No", "nominal.nhs_number"),
        ("OCC_DATE", "incident.occurred_at"), ("Incident Address", "incident.place.address"),
        ("OIC_COLLAR", "officer.shoulder_number"),
        ("Suspect DOB", "people.suspect.date_of_birth"), ("MOTHER_TEL", "people.mother.contact"), ("OCC_VER", VERSION),
        ("NOM_ROLE", KIND), ("Involvement Type", KIND), ("NOM_URN", NOMINAL),
        ("DASH Grade", "dash"), ("MARAC_FLAG", "marac"),
        ("Op Encompass", "encompass"), ("Ethnicity Code", "nominal.ethnicity"), ("Shoe Size", None), ("UPRN", None),
    ],
)  # fmt: skip
def test_headings_are_known_in_the_manner_of_record_systems(heading: str, what: str | None) -> None:
    found = guess(heading)
    assert (found.what if found else None) == what


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (["07/03/2026", "31/12/2025"], "DD/MM/YYYY"), (["2026-03-07"], "YYYY-MM-DD"), (["7-Mar-2026"], "DD-MON-YYYY"),
        (["20260307"], "YYYYMMDD"), (["07/03/2026 23:10"], "DD/MM/YYYY HH:MM"),
        (["2026-03-07T23:10:00"], "YYYY-MM-DDTHH:MM:SS"),
        (["23:10"], "HH:MM"), (["2310"], "HHMM"), (["03/25/2026"], "MM/DD/YYYY"), (["07/03/26"], None), ([], None),
    ],
)  # fmt: skip
def test_a_sample_says_how_its_days_and_times_are_written(values: list[str], pattern: str | None) -> None:
    assert pattern_of(values) == pattern


def test_a_proposal_is_refused_at_its_gaps_and_reads_the_file_once_they_are_filled() -> None:
    proposal = proposed(ATHENA)
    assert proposal.nowhere == ("Shoe Size",)
    assert [one.partition(": ")[2] for one in findings(proposal.text)] == [
        "columns.Risk Level.codes.???: fill in what stands as ???",
        "otherwise.notice.category: fill in what stands as ???",
        "left_out.Shoe Size: fill in what stands as ???",
    ]
    mapping = compile_mapping("athena.yaml", filled(proposal.text).encode())
    assert isinstance(mapping, TableMapping), mapping
    (concern,) = raised(ATHENA.encode(), mapping)
    assert (concern.reference, names(concern)) == ("CAL-7", ["Maisie"])
    assert [(one.role.value, one.name, one.date_of_birth) for one in concern.people or ()] == [
        ("parent", "Isla Thornbeck", None),
        ("alleged_perpetrator", "Callum Strachan-Vale", "1984-09-30"),
    ]


def test_a_proposal_shows_no_value_of_the_sample_unless_it_is_asked_to() -> None:
    closed, opened = proposed(ATHENA).text, proposed(ATHENA, opened=True).text
    assert "Standard" not in closed
    assert 'Standard: "???"' in opened
    for text in (closed, opened):
        assert not any(value in text for value in ("Maisie", "Thornbeck", "Larkspur", "2017"))


def test_a_file_without_headings_is_not_shown() -> None:
    with pytest.raises(FileFault, match="does not look like headings, and is not shown"):
        proposed("CAL-7,Thornbeck,Maisie,02/11/2017\n")


def test_the_41_columns_of_a_daily_export_are_placed_but_for_a_few() -> None:
    sample = sample_of((EXAMPLES / "caledon-daily.csv").read_bytes(), None, None)
    assert len(sample.table.headings) == 41
    assert propose("daily", sample).nowhere == ("OCC_STATUS", "OCC_UPRN", "OIC_UNIT")


def test_fields_of_a_fixed_width_are_proposed_from_where_their_headings_stand() -> None:
    text = "OCC_NO  NOM_SURNAME  NOM_DOB\nCAL-1   Thornbeck    02/11/2017\n"
    proposal = propose("fixed", sample_of(text.encode(), "fixed", None))
    assert '    OCC_NO: "1-8"\n    NOM_SURNAME: "9-21"\n    NOM_DOB: "22-31"\n' in proposal.text
