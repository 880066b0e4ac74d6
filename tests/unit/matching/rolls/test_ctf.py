"""Common Transfer Files, whole, bad and hostile. The sample has the structure of CTF 23."""

import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.ctf import open_ctf
from hub.matching.rolls.row import Listed, Rejected

TODAY = date(2026, 3, 7)
SAMPLE = Path(__file__).with_name("samples") / "ashdown.ctf.xml"
PUPIL = "<Pupil><UPN>A1</UPN><Surname>Thornbury</Surname><Forename>Maisie</Forename><DOB>2014-05-17</DOB>{}</Pupil>"


@pytest.fixture
def ctf(tmp_path):
    def write(text):
        path = tmp_path / "roll.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return open_ctf(path)

    return write


def a_file(*pupils, header=""):
    return f"<CTfile><Header>{header}</Header><CTFpupilData>{''.join(pupils)}</CTFpupilData></CTfile>"


def rows(found, relationship=Relationship.ENROLLED):
    return list(found.rows("school.ashdown-primary", relationship, TODAY))


def test_a_pupil_is_read_with_all_that_matching_can_use():
    found = open_ctf(SAMPLE)
    assert (found.count, found.whole) == (4, True)
    maisie = rows(found)[0]
    record, who = maisie.record, maisie.record.identity
    assert (maisie.line, record.local_id, who.upn) == (21, "A999200125001", "A999200125001")
    assert (who.given_names, who.family_name, who.known_as) == ("Maisie Rose", "Thornbury", "Mais")
    assert who.previous_family_names == ("Oakhurst", "van Dyck")
    assert (who.date_of_birth, who.sex) == ("2014-05-17", "F")
    assert (who.address, who.postcode) == ("Flat 2, 7 Sample Close, Ashdown", "ZW4 2AB")
    assert record.relationship is Relationship.ENROLLED
    assert record.restricted is None, "the format has no word for it"


def test_the_last_time_at_the_school_that_made_the_file_gives_the_dates():
    maisie, oscar, *_ = rows(open_ctf(SAMPLE))
    assert (maisie.record.start, maisie.record.end) == (date(2020, 9, 2), None)
    assert (oscar.record.start, oscar.record.end) == (date(2021, 9, 1), date(2026, 2, 13))


def test_blanks_and_letters_in_lower_case_of_a_upn_are_one_upn_and_two_schools_are_said():
    oscar = rows(open_ctf(SAMPLE))[1].record
    assert oscar.local_id == "A999200125002"
    assert oscar.relationship is Relationship.DUAL_ENROLLED
    assert oscar.identity.family_name == "O'Connor & Sample"
    assert oscar.identity.address == "9 Sample Close, Ashdown"


def test_bad_pupils_are_reported_by_line_in_the_files_words_and_cost_nobody_else():
    assert rows(open_ctf(SAMPLE))[2:] == [Rejected(109, "UPN is missing"), Rejected(115, "DOB is not a date")]


def test_the_first_pass_lists_who_is_on_it_also_those_who_cannot_be_imported():
    assert list(open_ctf(SAMPLE).listed(Relationship.ENROLLED)) == [
        Listed(21, "A999200125001", Relationship.ENROLLED),
        Listed(84, "A999200125002", Relationship.DUAL_ENROLLED, date(2026, 2, 13)),
        Listed(109, "", Relationship.ENROLLED),
        Listed(115, "A999200125004", Relationship.ENROLLED),
    ]


def test_a_file_that_says_it_is_partial_is_not_whole(ctf):
    found = ctf(a_file(PUPIL.format(""), header="<DocumentQualifier>Partial</DocumentQualifier>"))
    assert not found.whole


def test_prefixes_and_other_encodings_are_read(ctf):
    text = a_file(PUPIL.format("")).replace("Maisie", "Zoë")
    for encoding in ("utf-16", "iso-8859-1", "windows-1252", "utf-8"):
        (row,) = rows(ctf(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)))
        assert row.record.identity.given_names == "Zoë"
    prefixed = text.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:")
    (row,) = rows(ctf(prefixed.replace("<c:CTfile>", '<c:CTfile xmlns:c="urn:sample">')))
    assert row.record.identity.family_name == "Thornbury"


def test_a_long_file_is_read_as_a_stream(ctf):
    long = a_file(*(PUPIL.format(f"<Attendance><Note>{'of no use ' * 100}</Note></Attendance>") for _ in range(1_500)))
    found = ctf(long)
    tracemalloc.start()
    try:
        assert sum(1 for _ in found.rows("school.ashdown-primary", Relationship.ENROLLED, TODAY)) == 1_500
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(long) / 2


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ("<BasicDetails><MiddleNames>" + "M" * 300 + "</MiddleNames></BasicDetails>", "Forename is longer"),
        ("<Address><PostCode>" + "Z" * 100_000 + "</PostCode></Address>", "postcode is longer than a value can be"),
        (
            "<SchoolHistory><School><EntryDate>soon</EntryDate><LastSchool>true</LastSchool></School></SchoolHistory>",
            "EntryDate is not a date",
        ),
    ],
)
def test_a_value_that_is_none_is_a_reason_without_the_value(ctf, element, reason):
    bad, good = rows(ctf(a_file(PUPIL.format(element), PUPIL.format("").replace("A1", "A2"))))
    assert bad.reason.startswith(reason)
    assert good.record.local_id == "A2"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"local_id,date_of_birth,family_name\nP1,2014-05-17,Thornbury\n", "The file is not XML: import a CSV file"),
        (a_file().encode(), "The file holds no pupils."),
        (b"<ATfile><ATFpupilData/></ATfile>", "not a Common Transfer File: its first element is not CTfile."),
        (SAMPLE.read_bytes()[: SAMPLE.stat().st_size // 2], "The file is cut off: it ends on line"),
        (SAMPLE.read_bytes()[:-4], "The file is cut off: it ends on line 123"),
        (a_file(PUPIL.format("")).replace("Maisie", "Zoë").encode("iso-8859-1"), "line 1 cannot be read"),
        (a_file(PUPIL.format("<a></b>")).encode(), "line 1 cannot be read"),
        (b'<?xml version="1.0" encoding="klingon"?>' + a_file(PUPIL.format("")).encode(), "names an encoding"),
        (a_file(PUPIL.format("&name;")).encode(), "line 1 cannot be read"),
        (a_file(PUPIL.format("<a>" * 100 + "</a>" * 100)).encode(), "nested too deep"),
        (b"<CTfile><Header a='" + b"a" * 5_000_000 + b"'/></CTfile>", "a tag or a value is far too long"),
        (
            b'<!DOCTYPE CTfile [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><CTfile>&b;</CTfile>',
            "The file declares a document type",
        ),
        (
            b'<!DOCTYPE CTfile [<!ENTITY file SYSTEM "file:///etc/passwd">]><CTfile>&file;</CTfile>',
            "The file declares a document type",
        ),
        (b'<!DOCTYPE CTfile SYSTEM "http://sample.example/ctf.dtd"><CTfile/>', "The file declares a document type"),
    ],
)
def test_a_bad_or_hostile_file_is_refused_in_one_sentence_before_any_row(ctf, content, sentence):
    with pytest.raises(UserError) as refused:
        ctf(content)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
