# ruff: noqa: RUF001 - people and their word processors write curly marks, and so do these
"""Sentences written by hand to deceive: names that are words, possessives, broken lines, accents, spelt-out numbers.

Five families. Each line of theirs is a text about the first child; those `told` tell of somebody or something else,
those `clean` nothing that whoever may read of that child does not know.
"""

from typing import Any

import pytest

from hub.facts.model import Identity
from hub.looking.held import of_content, of_identity
from hub.looking.looking import Lens

BOTH = ["1", "2"]


def lens(
    first: dict[str, Any], second: dict[str, Any], schools: tuple[str, str], **people: list[dict[str, str]]
) -> Lens:
    things = [*of_identity("1", Identity(**first)), *of_identity("2", Identity(**second))]
    for key, school in zip(BOTH, schools, strict=True):
        things += of_content("child.school", [key], school)
    for role, named in people.items():
        things += of_content(f"person.{role}", BOTH, named)
    if first.get("nhs_number") == "9990000018":
        things += of_content("incident.place", BOTH, {"address": "3 Abbots Road, Ashdown", "postcode": "ZG3 9QQ"})
    return Lens(things)


def named(name: str, relationship: str, **more: str) -> dict[str, str]:
    return {"name": name, "relationship": relationship, **more}


SCHOOLS = ("Glenmore Primary School", "St Ninian's RC Academy")
LARKSPUR = {"address": "Flat 2/1, 14 Larkspur Street, Glenmore", "postcode": "ZG1 4AB"}
HOPE = {"address": "9 Hope Avenue, Morfa", "postcode": "ZM2 1AA"}
ABERCORN = {"address": "Abercorn House, 5 Abercorn Street, Glenmore", "postcode": "ZG4 5TT"}
FAMILIES = {
    "THORNBECKS": lens(
        {"given_names": "Maisie", "family_name": "Thornbeck", "date_of_birth": "2017-06-12", "sex": "female",
         "nhs_number": "9990000018", **LARKSPUR},
        {"given_names": "Rory James", "family_name": "Thornbeck", "known_as": "Roo", "date_of_birth": "2012-05-19",
         "previous_family_names": ("Galbraith",), "chi_number": "1905129999", "sex": "male", **LARKSPUR},
        SCHOOLS,
        alleged_perpetrator=[named("Gregor Abercorn", "father", date_of_birth="1985-05-05", contact="07700 900123")],
        parent=[named("Kirsty Thornbeck", "mother", contact="01632 960152")],
        witness=[named("Mrs Oonagh Pettigrew", "neighbour", contact="07700 900555")],
    ),
    "ROSES": lens(
        {"given_names": "Amy", "family_name": "Rose", "date_of_birth": "2015-03-04", **HOPE},
        {"given_names": "Will", "family_name": "Rose", "date_of_birth": "2013-08-21", **HOPE},
        SCHOOLS,
        alleged_perpetrator=[named("Mark Hill", "mother's partner")],
        parent=[named("Grace Rose", "mother")],
        witness=[named("May Winter", "neighbour"), named("Hope Young", "friend")],
    ),
    "OBRIENS": lens(
        {"given_names": "Zoë", "family_name": "O'Brien-MacDonald", "date_of_birth": "2014-11-30"},
        {"given_names": "Seán Pádraig", "family_name": "O'Brien-MacDonald", "date_of_birth": "2011-01-31",
         "previous_family_names": ("Ní Dhomhnaill",)},
        SCHOOLS,
        alleged_perpetrator=[named("Siobhán McIntyre", "aunt's partner")],
        parent=[named("Anne-Marie O'Brien", "mother")],
        witness=[named("José Núñez García", "neighbour"), named("Jean MacLeod", "grandmother's friend")],
    ),
    "KHANS": lens(
        {"given_names": "Aisha", "family_name": "Khan", "date_of_birth": "2016-09-09"},
        {"given_names": "Mohammed Yusuf", "family_name": "Khan", "date_of_birth": "2010-10-10"},
        SCHOOLS,
        alleged_perpetrator=[named("Tariq Mahmood", "uncle")],
        parent=[named("Fatima Begum", "mother")],
        witness=[named("Małgorzata Wiśniewska", "teacher")],
    ),
    "ABERCORNS": lens(
        {"given_names": "Lily-Mae", "family_name": "Abercorn", "date_of_birth": "2016-02-29",
         "nhs_number": "9990001111", **ABERCORN},
        {"given_names": "Alexander John", "family_name": "Abercorn", "known_as": "Sandy", "date_of_birth": "2009-12-25",
         **ABERCORN},
        ("Holy Cross RC Primary School", "King's Road High School"),
        alleged_perpetrator=[named("Robert 'Rab' Quillfeather", "stepfather", contact="rab.q@mail.example")],
        household=[named("Jean Muir", "foster carer"), named("Peter Muir", "foster father")],
        witness=[named("A neighbour", "neighbour"), named("Catherine Anne Tolliver", "teacher")],
    ),
}  # fmt: skip

THORNBECKS_TOLD = [
    "Rory's bag", "Rory’s bag", "the Rory-and-Maisie incident", "RORY/MAISIE both present", "brother(Rory)present",
    "sibling: rory.", "@rory_thornbeck on snapchat", "R. Thornbeck", "R.Thornbeck", "R-Thornbeck", "R. J. Thornbeck",
    "RJ Thornbeck", "Thornbeck R", "Thornbeck, R.J.", "r thornbeck", "Rory T was there", "Rory T. was there",
    "Rory-James was there", "RoryJames", "Master Thornbeck was hit", "Rory Galbraith", "R Galbraith",
    "the Galbraith boy", "Roo's toy", '"Roo" was hit', "ROO was hit", "Mr Abercorn", "Mr. Abercorn", "Mr G Abercorn",
    "Abercorn, Gregor", "ABERCORN Gregor (05/05/1985)", "Greg", "Abercorn's car", "Gregor’s", "Mrs Pettigrew rang",
    "Oonagh rang", "O Pettigrew", "Pettigrew from next door", "O. Pettigrew", "14 Larkspur St", "14 Larkspur St.",
    "14 larkspur street", "14, Larkspur Street", "Flat 2/1 14 Larkspur St", "Apt 2/1, 14 Larkspur Street",
    "2/1 14 Larkspur", "number 14 Larkspur", "Larkspur St", "14LarkspurStreet", "14 LARKSPUR STR",
    "flat 2/1 Larkspur Street", "3 Abbots Rd", "3 Abbot's Road", "Abbots Rd, Ashdown", "ABBOTS RD", "3 Abbots Rd.",
    "zg14ab", "ZG1-4AB", "ZG14 AB", "zg1\n4ab", "ZG1  4AB", "zg3 9qq", "999 000 0018", "9990000018", "999-000-0018",
    "99 90 00 00 18", "CHI 190512 9999", "CHI: 1905129999", "chi1905129999", "07700900123", "07700 900 123",
    "0 7 7 0 0 9 0 0 1 2 3", "+447700900123", "0044 7700 900123", "(07700) 900-123", "01632 960152", "01632-960-152",
    "960152", "077 00 90 01 23", "447700900123", "19 May 2012", "19th of May 2012", "born the nineteenth of May",
    "the nineteenth of May 2012", "19.05.12", "19/5/2012", "19-05-2012", "2012-05-19", "19 / 05 / 2012",
    "May 19th 2012", "May 19, 2012", "19May12", "19 may '12", "19 MAY 2012", "Nineteenth May two thousand and twelve",
    "nineteen May 2012", "19th May, twenty twelve", "his date of birth is 19 May", "birthday on the 19th of May",
    "DOB 19/05", "dob:190512", "19052012", "b. 19.5.2012", "turned 13 on May the nineteenth", "19th day of May 2012",
    "19 of May 2012", "05/19/2012", "19|05|2012", "19 05 2012", "Sat 19th May 2012", "5 May 1985", "fifth of May 1985",
    "5th May nineteen eighty five", "05.05.85", "19–05–2012", "19‑05‑2012", "his birthday (19th May) is soon",
    "the 19th, May 2012", "thirteenth birthday, nineteenth May", "goes to St Ninian's", "St. Ninian’s RC Academy",
    "ST NINIANS RC ACADEMY", "St Ninians Academy", "Saint Ninian's Academy", "St Ninian's Acad.",
    "pupil of St.Ninian's", "StNinians", "roo bars on the car", "Rory\u200b's", "R o r y", "R.o.r.y", "r-o-r-y",
    "_Rory_", "*Rory*", "#rory", "“Rory”", "Rory?", "Rory…", "Maisie&Rory", "Rory(13)", "Rory;brother",
    "Rory\tThornbeck", "Rory\xa0Thornbeck", "Rory\r\nThornbeck", "Thorn beck, Rory", "Thornbeck-Rory",
    "bro Rory + sis Maisie", "Ruairi", "Rorie", "Rory-J",
]  # fmt: skip

THORNBECKS_CLEAN = [
    "the nineteenth of May", "born on 19th inst. May", "aged 13 (19 May)", "19 Mai",
    "Maisie's mother Kirsty Thornbeck and Mrs Thornbeck rang. Ms Thornbeck was upset. K Thornbeck signed.",
    "The Thornbecks are known", "M Thornbeck, M. Thornbeck, Thornbeck M, Thornbeck, Maisie", "Miss Thornbeck was seen",
    "PC Abercrombie attended", "Review on 19 May. Incident at 19.05. Log 2012 of 19/05/2026.",
    "on 5/5 at 5 May meeting", "Call 101 or 0800 1111", "CHI pending; NHS No. awaited",
    "She said 'stop' and ran. Glenmore Primary rang.", "PC 1905 attended at 9.99", "sibling R.T.",
]  # fmt: skip

ROSES_TOLD = [
    "will was there", "Will's room", "Asked Will to wait", "brother Will", "WILL ROSE", "W Rose",
    "Amy and Will were upstairs", "Will and Amy were upstairs", "Billy was hit", "Mark hit her", "Mark Hill hit her",
    "Hill hit her", "Mr Hill", "mark hill", "M Hill", "May rang police", "May Winter rang police", "Mrs Winter",
    "M. Winter", "Hope saw it all", "her friend Hope", "with Hope and May", "9 Hope Ave", "Hope Ave.",
    "Amy, Will and Mark went out", "Present: Amy, Will.", "Will (12) and Amy (10) seen", "Will, 12, was hurt",
    "It was Mark.", "said that Mark had been drinking", "said Mark threw a cup", "hit by Mark", "scared of Mark",
    "to Mark's house", "Mark is mum's partner", "Mark Hill's", "H Young", "MARK HAS HIT HER", "WILL WAS HIT",
    "mum's boyfriend mark came in", "Will's", "besides May on the tenancy", "Visited by May; left",
    "scared of May", "text from May", "looked after May",
    "Amy and May.", "told May to go",
    "with May at the door", "Present: May, Amy", "May and Amy were upstairs", "it was May who rang",
    "house of May Winter", "May's house", "in May's room", "Hope found. Hope expressed by nan. Hope to close",
]  # fmt: skip

ROSES_CLEAN = [
    "mum will ring. Will she come? Will attend Monday.", "There may be a mark on the hill. I hope so.",
    "We hope that winter is mild; in May she will be young", "A small mark on her cheek. Mark on left arm noted.",
    "Amy Rose rose early. Grace Rose (mother) spoke. Mrs Rose cried. Ms Rose",
    "In May. May need support. May benefit from nurture. Hope to close soon.", "Young person seen. Young carer.",
    "Hill Street Nursery", "grace period", "The next winter fuel payment",
    "She is 10 years young. Mark of 7 in spelling test. Full marks. High mark for art.",
    "Will be seen Monday. Will need review.",
    "Mother said she will. Amy may. Amy will go. Amy will be seen in May 2026.", "Hope this helps. Hope you are well.",
    "in May 2026", "The May half term", "12 May", "April and May",
    "the review of 3 May was late", "early May", "from May onwards", "end of May", "the twelfth of May",
    "months of May and June", "since May",
    "Seen in May. May be late. MAY BE LATE. He may, or may not.", "last May she left", "On May 3rd",
    "This may also be true; may then", "She will also; she will put it; will hit; will let", "Will also attend",
    "to mark the day; mark on arm; rose bush; grace period; in hope", "The rose was picked",
    "Mark observed on the arm. Marks seen. Mark noted", "No mark or bruise. Marked improvement.",
]  # fmt: skip

OBRIENS_TOLD = [
    "Sean was hit", "Seán's", "SEAN O'BRIEN-MACDONALD", "Sean OBrien MacDonald", "S O’Brien-MacDonald", "S. O'Brien",
    "Sean Mac Donald", "Sean McDonald", "S. McDonald", "S Mac Donald", "Shaun", "Padraig was hit",
    "Sean Ni Dhomhnaill", "S Ní Dhomhnaill", "Siobhan", "Ms McIntyre", "MacIntyre", "Mac Intyre", "Mc Intyre",
    "M'Intyre", "S McIntyre", "S. Macintyre", "MCINTYRE, S", "Jose Nunez", "J. Nunez Garcia", "J Garcia",
    "Señor García", "Jean McLeod", "Mrs Mcleod", "Jean Macleod", "J MacLeod", "Sea\u0301n was hit", "McLeod's",
    "Seán-Pádraig", "S.P. O'Brien", "Sean-Paul", "O'Brien, Sean", "Shaun O'Brien MacDonald", "Siobhan’s",
    "Mr M‘Intyre", "JEAN MACLEOD", "Núñez", "Garcia", "Mrs Mac Leod", "Jeannie MacLeod", "Sea\xadn was",
    "Se\u200ban was",
]  # fmt: skip

OBRIENS_CLEAN = [
    "Zoe O'Brien and her mother Anne-Marie. Anne Marie said. AnneMarie. Zoe MacDonald.",
    "Z O'Brien-MacDonald, Mrs O'Brien. Z OBrien Macdonald", "Zoë's mum Ann-Marie", "The MacDonalds",
    "meal at McDonald's", "Mack truck. Mac computer. Brian and o'clock at 5.",
]  # fmt: skip

KHANS_TOLD = [
    "Mohammed", "Muhammad Yusuf", "Mohd Khan", "Yusuf", "M Khan", "M.Y. Khan", "Yousuf", "Y Khan", "Tariq",
    "T Mahmood", "Mr Mahmood", "Malgorzata", "Gosia", "M. Wisniewska", "Pani Wiśniewska", "Miss Wisniewska said",
]  # fmt: skip

KHANS_CLEAN = [
    "Aisha Khan, A Khan, mum Fatima Begum, Mrs Begum, F Begum",
]  # fmt: skip

ABERCORNS_TOLD = [
    "Alex was hit", "Alec's coat", "Xander", "A. J. Abercorn", "AJ Abercorn", "Sandy said so", "Alexander-John",
    "brother Alex.", "Rab hit her", "Bob hit her", "Mr Quillfeather", "R Quillfeather", "Robbie Quillfeather",
    "robert", "ROBERT", "Quillfeathers house", "mail rab.q@mail.example", "RAB.Q@MAIL.EXAMPLE", "Cathy said",
    "Kate Tolliver", "C.A. Tolliver", "Miss Tolliver", "Ms. Tolliver", "Katie", "Kath", "5 Abercorn St", "Abercorn St",
    "Abercorn Street", "Abercorn House", "abercorn hse", "5, Abercorn street", "at no 5 Abercorn",
    "number five Abercorn Street", "ZG45TT", "zg4 5tt", "ZG4 5T T", "born 25/12/2009", "25th December 2009",
    "born on the twenty-fifth of December", "the twenty fifth of december two thousand and nine",
    "twenty-fifth December 2009", "25 Dec 09", "Dec 25th, 2009", "2009/12/25", "20091225", "DOB: 25 12 09",
    "dob 25th Dec", "his 16th birthday on 25 December", "25 December two thousand and nine",
    "25 December twenty oh nine", "25th of\nDecember\n2009", "King's Road High", "Kings Rd High School",
    "KINGS ROAD HS", "attends Kings Road", "9990001111", "999 0001 111", "NHS:9990001111.",
    "NHS number is 999.000.1111", "Rob said", "rob said",
]  # fmt: skip

ABERCORNS_CLEAN = [
    "sandy beach trip", "Holy Cross Primary; the Holy Cross",
    "Jean Muir and Peter Muir came. Mr Muir, Mrs Muir, the Muirs, Jean, Pete.",
    "Lily-Mae, Lily Mae, Lily, LilyMae, L-M Abercorn, L Abercorn, Lily's, Lily-Mae’s. Miss Abercorn.",
    "A neighbour called. The neighbour stated that a child was crying. Neighbours heard it.",
    "Known at an address in Glenmore, near Morfa. House cold. The street was busy. House to house done.",
    "On 25 December she was given presents. Review 25/12.", "Abercorn family known. The Abercorns.",
    "Teacher spoke to the head. Class teacher said. Police and social worker attended.",
    "Ref 2509/12/09. Tel. pending. 5 officers. Flat. 5 abercrombie",
    "Contact on 5 A4 sheets. Room 12 Court 3. Unit 4 Park view? Bed 5 Ward 6. P5 Class. 2 Close friends",
    "Gave 2 ml per dose at 5 mg/kg. BP 120/80. SpO2 98%. 3/7 course.",
    "12 year old in P7 class; 10 pm; 3 Street lights out; 24 hour close watch",
    "It is 10 minutes' drive away, 2 doors down the road, and 5 miles east.",
    "E7 4th floor; M1 1st junction; A9 2nd exit; S3 5mg", "to rob a shop", "plan to rob him",
]  # fmt: skip

TOLD = {
    "THORNBECKS": THORNBECKS_TOLD,
    "ROSES": ROSES_TOLD,
    "OBRIENS": OBRIENS_TOLD,
    "KHANS": KHANS_TOLD,
    "ABERCORNS": ABERCORNS_TOLD,
}
CLEAN = {
    "THORNBECKS": THORNBECKS_CLEAN,
    "ROSES": ROSES_CLEAN,
    "OBRIENS": OBRIENS_CLEAN,
    "KHANS": KHANS_CLEAN,
    "ABERCORNS": ABERCORNS_CLEAN,
}


def found(family: str, text: str) -> list[str]:
    """The items that a text about the first child of a family tells."""
    return [hit.repeats.item for hit in FAMILIES[family].look(text, ["1"])]


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_that_is_told_of_others_is_let_go(family: str) -> None:
    assert [text for text in TOLD[family] if not found(family, text)] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_what_tells_nothing_waits_for_nobody(family: str) -> None:
    assert {text: told for text in CLEAN[family] if (told := found(family, text))} == {}
