import json
from dataclasses import fields

import pytest

from hub.facts.model import Identity
from hub.matching.register.query_lines import QueryFault, parse_query


def line(**fields):
    return json.dumps(fields).encode()


def test_any_field_but_the_id_may_be_absent():
    assert parse_query(line(query_id="q1")) == ("q1", Identity())
    assert parse_query(line(query_id=7, given_names=" Maisie ", nhs_number=9990000018, sex=None, truth="x")) == (
        7,
        Identity(given_names="Maisie", nhs_number="9990000018"),
    )


@pytest.mark.parametrize(
    ("given", "names"),
    [(["Oakhurst", " "], ("Oakhurst",)), ("Oakhurst; van Dyck", ("Oakhurst", "van Dyck")), (None, ()), ([], ())],
)
def test_previous_names_are_a_list(given, names):
    assert parse_query(line(query_id="q", previous_family_names=given))[1].previous_family_names == names


@pytest.mark.parametrize(
    ("raw", "query_id", "reason"),
    [
        (b"", None, "the line is not JSON in UTF-8"),
        (b"{", None, "the line is not JSON in UTF-8"),
        (b"\xff\xfe", None, "the line is not JSON in UTF-8"),
        (b"[" * 100_000, None, "the line is not JSON in UTF-8"),
        (b"[1]", None, "the line is not a JSON object"),
        (b"{}", None, "query_id is missing, or neither text nor a whole number"),
        (line(query_id=True), None, "query_id is missing, or neither text nor a whole number"),
        (line(query_id="q", given_names=["Maisie"]), "q", "given_names is not text"),
        (
            line(query_id="q", forename="Maisie", surname="Thornbury", dob="2014-05-17"),
            "q",
            "none of its fields is one of " + ", ".join(field.name for field in fields(Identity)),
        ),
        (line(query_id="q", date_of_birth=2014.5), "q", "date_of_birth is not text"),
        (line(query_id="q", family_name="x" * 1001), "q", "family_name is too long"),
        (line(query_id="q", previous_family_names={"a": 1}), "q", "previous_family_names is not a list of names"),
        (line(query_id="q", previous_family_names=[1.5]), "q", "previous_family_names is not text"),
    ],
)
def test_a_line_that_is_no_query_is_told_so_without_its_values(raw, query_id, reason):
    with pytest.raises(QueryFault) as fault:
        parse_query(raw)
    assert (fault.value.query_id, str(fault.value)) == (query_id, reason)
