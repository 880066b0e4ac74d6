"""Who the child of a message is, and who else it names."""

import pytest

from hub.facts.model import Identity
from hub.facts.terms import Flag, PersonRole
from tests.unit.adapters.hl7.messages import PID, a_message, concern_of, faults_of, items_of, left_out_of, why_nothing

NUMBERS = "100294^^^LARK1^MR~9990000018^^^NHS^NH"
NAME = "Thornbeck^Maisie^Ann^^Miss^^L"
HOME = "14 Larkspur Wynd^^Glenmore^^ZG1 4AB^GBR^H"
PHONE = "07700900123^PRN^PH"


def pid(**changed: str) -> str:
    """PID with other numbers, name, birth, sex, home or phone."""
    told = {"numbers": NUMBERS, "name": NAME, "born": "20171102", "sex": "F", "home": HOME, "phone": PHONE} | changed
    return "PID|1||{numbers}||{name}||{born}|{sex}|||{home}||{phone}".format_map(told)


def identity(**changed: str) -> Identity:
    return concern_of(a_message(PID=pid(**changed))).subjects[0].identity


def test_a_child_is_who_pid_says():
    assert identity() == Identity(
        given_names="Maisie Ann",
        family_name="Thornbeck",
        date_of_birth="2017-11-02",
        sex="female",
        nhs_number="9990000018",
        address="14 Larkspur Wynd, Glenmore",
        postcode="ZG1 4AB",
    )


@pytest.mark.parametrize(
    ("number", "field"),
    [
        ("9990000018^^^NHS^NH", "nhs_number"),
        ("999 000 0018^^^NHS&2.16.840.1.113883.2.1.4.1&ISO", "nhs_number"),
        ("9990000018^^^https://fhir.nhs.uk&2.16.840.1.113883.2.1.4.1&ISO^NI", "nhs_number"),
        ("0211170018^^^CHI^NI", "chi_number"),
        ("0211170018^^^NHSCHI", "chi_number"),
        ("0211170018^^^2.16.840.1.113883.2.1.3.2.4.16.53", "chi_number"),
        ("3200000018^^^H\\T\\C^HC", "hc_number"),
        ("3200000018^^^H&C", "hc_number"),
        ("3200000018^^^HSC^HCN", "hc_number"),
    ],
)
def test_a_national_number_is_known_by_its_authority_or_type(number, field):
    found = identity(numbers=f"100294^^^LARK1^MR~{number}")
    written = number.partition("^")[0].replace(" ", "")
    assert {
        name: getattr(found, name) for name in ("nhs_number", "chi_number", "hc_number") if getattr(found, name)
    } == {field: written}


def test_a_hospitals_own_number_is_no_national_one():
    found = identity(numbers="9990000018^^^LARK1^MR~9990000026^^^NHS^MR~9990000034")
    assert (found.nhs_number, found.chi_number, found.hc_number) == (None, None, None)


def test_two_numbers_of_one_kind_contradict_each_other():
    raw = a_message(PID=pid(numbers="9990000018^^^NHS^NH~9990000026^^^NHS^NH"))
    assert faults_of(raw) == ("PID-3[2]: gives another number than the one before, of the same kind.",)
    assert identity(numbers="9990000018^^^NHS^NH~9990000018^^^NHS^NH").nhs_number == "9990000018"


def test_a_number_that_is_no_longer_held_is_not_the_childs():
    found = identity(numbers="9990000026^^^NHS^NH^^20150101^20200101~9990000018^^^NHS^NH")
    assert found.nhs_number == "9990000018"


def test_a_number_of_the_wrong_shape_is_refused_and_a_wrong_check_digit_kept():
    assert faults_of(a_message(PID=pid(numbers="99900000^^^NHS^NH"))) == ("PID-3.1: must be ten digits.",)
    assert identity(numbers="9990000019^^^NHS^NH").nhs_number == "9990000019"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("Thornbeck^Maisie^^^^^L~Thornbeck^Mai^^^^^N", ("Maisie", "Thornbeck", "Mai", ())),
        ("Thornbeck^Mai^^^^^N~Thornbeck^Maisie^^^^^L", ("Maisie", "Thornbeck", "Mai", ())),
        ("Thornbeck^Maisie~Oldham^Maisie^^^^^M", ("Maisie", "Thornbeck", None, ("Oldham",))),
        ("Oldham^Maisie^^^^^B~Thornbeck^Maisie^^^^^L", ("Maisie", "Thornbeck", None, ("Oldham",))),
        ("Thornbeck^Maisie^^^^^L~Pike^Maisie^^^^^L", ("Maisie", "Thornbeck", None, ("Pike",))),
        ("Thornbeck^Maisie^^^^^U", ("Maisie", "Thornbeck", None, ())),
        ("Thornbeck^Maisie^^^^^CURRENT~Oldham^^^^^^BIRTH", ("Maisie", "Thornbeck", None, ("Oldham",))),
        (
            "Pike&&&&^Maisie^^^^^L^^^^^20150101^20200101~Thornbeck^Maisie^^^^^D",
            ("Maisie", "Thornbeck", None, ("Pike",)),
        ),
        ("van Dyke&van&Dyke^Maisie^^^^^L", ("Maisie", "van Dyke", None, ())),
        ("Thornbeck^^^^^^L", (None, "Thornbeck", None, ())),
        ("O'Neill-Pike^Maisie", ("Maisie", "O'Neill-Pike", None, ())),
    ],
)
def test_names_are_read_by_their_types(names, told):
    found = identity(name=names)
    assert (found.given_names, found.family_name, found.known_as, found.previous_family_names) == told


def test_a_name_of_a_type_that_hides_somebody_is_left_out():
    raw = a_message(PID=pid(name=f"{NAME}~Smith^Jane^^^^^S"))
    assert left_out_of(raw) == ("PID-5[2]: is a name of a type that is not used.",)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("20171102", "2017-11-02"),
        ("201711", "2017-11"),
        ("2017", "2017"),
        ("20171102061500+0000", "2017-11-02"),
        ("", None),
    ],
)
def test_a_birth_is_as_whole_as_it_was_written(written, born):
    assert identity(born=written).date_of_birth == born


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("02/11/2017", "must be a date as YYYYMMDD, or a month as YYYYMM, or a year as YYYY."),
        ("20171302", "is not a day of the calendar."),
        ("20270101", "lies in the future."),
        ("20260309", "lies in the future."),
    ],
)
def test_a_birth_that_cannot_be_is_refused(written, sentence):
    assert faults_of(a_message(PID=pid(born=written))) == (f"PID-7: {sentence}",)


@pytest.mark.parametrize("born", ["19800101", "2000", "199903"])
def test_an_adult_is_nobody_to_raise_a_concern_for(born):
    assert why_nothing(a_message(PID=pid(born=born))) == "nothing raised: PID-7 says that the patient is no child."


def test_who_is_not_described_at_all_is_refused():
    raw = a_message(PID='PID|1||100294^^^LARK1^MR||""||||||')
    assert faults_of(raw) == ("PID-5: is required, or else a number, a date of birth or an address.",)
    assert faults_of(a_message(PID="")) == ("PID: is required.",)


def test_two_patients_of_one_message_are_refused():
    raw = a_message(PID, NAME="")
    assert faults_of(raw) == ("PID[2]: is of another patient: send a message for each.",)


@pytest.mark.parametrize(
    ("homes", "home", "earlier"),
    [
        (HOME, "ZG1 4AB", []),
        (
            f"{HOME}~2 Old Road^^Glenmore^^ZG2 1AA^^H^^^^^20150101&20200131",
            "ZG1 4AB",
            [("2 Old Road, Glenmore", "ZG2 1AA", "2015-01-01", "2020-01-31")],
        ),
        (
            f"2 Old Road^^Glenmore^^ZG2 1AA^^H^^^^^^2015^202001~{HOME}",
            "ZG1 4AB",
            [("2 Old Road, Glenmore", "ZG2 1AA", "2015", "2020-01")],
        ),
        (f"{HOME}~9 Wrong Lane^^^^ZG9 9ZZ^^BA", "ZG1 4AB", [("9 Wrong Lane", "ZG9 9ZZ", None, None)]),
        ("^^^^ZG1 4AB", "ZG1 4AB", []),
        ("Far Away^^^^ZG8 8XX^^M~14 Larkspur Wynd^^^^ZG1 4AB^^HOME", "ZG1 4AB", []),
        ("Ward^^^^ZG7 7XX^^TM~14 Larkspur Wynd^^^^ZG1 4AB^^H", "ZG1 4AB", []),
        ("14&Larkspur Wynd^^Glenmore^^ZG1 4AB", "ZG1 4AB", []),
        ("No fixed abode^^^^ZZ99 3VZ^^H", "ZZ99 3VZ", []),
        ('""', None, []),
    ],
)
def test_homes_are_told_apart_by_their_times(homes, home, earlier):
    raw = a_message(PID=pid(home=homes))
    assert concern_of(raw).subjects[0].identity.postcode == home
    held = items_of(raw).get("child.earlier_addresses", [])
    assert [tuple(one.values()) for one in held] == earlier


def test_a_second_home_of_today_and_a_place_of_birth_are_left_out():
    raw = a_message(PID=pid(home=f"{HOME}~3 Other Street^^^^ZG3 3CC^^C~Ward 4^^Larkhill^^^^BDL"))
    assert left_out_of(raw) == (
        "PID-11[2]: is a second address of today: the first is taken for the home.",
        "PID-11[3]: is an address of a type that is not used.",
    )


def test_telephones_are_taken_and_what_is_none_is_left_out():
    raw = a_message(PID=pid(phone='07700900123^PRN^PH~^PRN^CP^^44^7700^900124~^NET^Internet^a@b.example~""'))
    assert items_of(raw)["child.telephone"] == ["07700900123", "+44 7700 900124"]
    assert left_out_of(raw) == ("PID-13[3]: is no telephone number.",)


@pytest.mark.parametrize(
    "written",
    ['(028)90 180123^HOME^""', "^PRN^CP^^^^^^^(028)90 180123", "^PRN^CP^^^^^^^^^(028)90 180123", "^^PH^^^028^90180123"],
)
def test_a_telephone_number_is_found_wherever_engines_put_it(written):
    (number,) = items_of(a_message(PID=pid(phone=written)))["child.telephone"]
    assert "".join(letter for letter in number if letter.isdigit()) == "02890180123"


@pytest.mark.parametrize(("written", "sex"), [("1", "male"), ("2", "female"), ("O", "other"), ("U", None), ("9", None)])
def test_sex_is_in_the_standards_codes_or_the_nhs_own(written, sex):
    assert identity(sex=written).sex == sex


def test_numbers_beside_pid_3_are_not_guessed_at():
    raw = a_message(PID=pid().replace("PID|1||", "PID|1|9990000026|"))
    assert left_out_of(raw) == ("PID-2: is not read: give numbers in PID-3, with authority.",)


def test_language_ethnicity_and_surgery_are_as_recorded():
    told = pid() + "||pl^Polish" + "|" * 7 + "A^White British"
    items = items_of(a_message("PD1|||Glenmore Surgery^^G12345|G1^Gregg^Iona^^^Dr", PID=told))
    assert items["child.language"] == "Polish"
    assert items["child.ethnicity"] == "White British"
    assert items["child.gp"] == "Dr Iona Gregg, Glenmore Surgery"


def test_a_protected_person_is_restricted():
    raw = a_message("PD1" + "|" * 12 + "Y")
    assert concern_of(raw).subjects[0].flags == frozenset({Flag.RESTRICTED})
    assert concern_of(a_message()).subjects[0].flags is None


@pytest.mark.parametrize(
    ("relationship", "role"),
    [
        ("MTH^Mother^HL70063", PersonRole.PARENT),
        ("FTH", PersonRole.PARENT),
        ("GRD^Guardian", PersonRole.PARENT),
        ("01^Step Mother", PersonRole.PARENT),
        ("^Foster carer", PersonRole.PARENT),
        ("BRO^Brother", PersonRole.HOUSEHOLD),
        ("GRP^Grandmother", PersonRole.HOUSEHOLD),
        ("", PersonRole.HOUSEHOLD),
    ],
)
def test_kin_are_parents_or_of_the_household(relationship, role):
    concern = concern_of(a_message(f"NK1|1|Thornbeck^Karen^^^Mrs|{relationship}||07700900124"))
    assert [(person.role, person.name, person.contact) for person in concern.people] == [
        (role, "Mrs Karen Thornbeck", "07700900124")
    ]
    (named,) = items_of(a_message(f"NK1|1|Thornbeck^Karen|{relationship}|||||||||||||19860412"))[f"person.{role}"]
    assert (named["name"], named["date_of_birth"]) == ("Karen Thornbeck", "1986-04-12")


def test_who_is_no_kin_or_was_is_left_out():
    raw = a_message(
        "NK1|1|Ltd^Larkhill|EMR^Employer",
        "NK1|2||MTH",
        "NK1|3|Pike^Alan|FTH|||||20200101|20240101",
    )
    assert concern_of(raw).people == ()
    assert left_out_of(raw) == (
        "NK1: is nobody of the child's family.",
        "NK1[2]: names nobody.",
        "NK1[3]: has ended.",
    )
    assert concern_of(a_message()).people is None


def test_an_address_in_parts_is_one_line():
    assert identity(home="14&Larkspur Wynd^Flat 2^Glenmore^^ZG1 4AB").address == "14 Larkspur Wynd, Flat 2, Glenmore"


def test_who_treats_the_child_is_a_practitioner():
    items = items_of(
        a_message("PRD|RP|Gregg^Iona^^^Dr|||^WPN^PH^^^^01632960001|", "PRD|RT|Other^One", "PRD|RP|Lockhart^Fiona^^^Dr")
    )
    assert [(one["name"], one["relationship"], one["contact"]) for one in items["person.practitioner"]] == [
        ("Dr Fiona Lockhart", "attending doctor", None),
        ("Dr Iona Gregg", "referring provider", "01632960001"),
    ]
