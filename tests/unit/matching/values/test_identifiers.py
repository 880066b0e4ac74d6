import pytest

from hub.facts.model import Identity
from hub.matching.values.identifiers import IdentifierKind, check, identifiers_of

NHS, CHI, HC, UPN, SCN = IdentifierKind


@pytest.mark.parametrize(
    ("kind", "written", "number"),
    [
        (NHS, "9990000018", "9990000018"),
        (NHS, "999 000 0018", "9990000018"),
        (NHS, "999-000-0018", "9990000018"),
        (CHI, "1705140017", "1705140017"),
        (HC, "999 000 0026", "9990000026"),
        (UPN, "H801200001001", "H801200001001"),
        (UPN, "h8012 0000 1001", "H801200001001"),
        (UPN, "Z999200001001", "Z999200001001"),
        (SCN, "123 456 780", "123456780"),
    ],
)
def test_an_identifier_that_passes_its_check_is_brought_to_one_form(kind, written, number):
    assert check(kind, written) == number


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (NHS, "9990000019"),
        (NHS, "0000000000"),
        (NHS, "9999999999"),
        (NHS, "0123456789"),
        (NHS, "987 654 3210"),
        (HC, "0123456789"),
        (NHS, "999000001"),
        (NHS, "unknown"),
        (NHS, ""),
        (NHS, "٩٩٩٠٠٠٠٠١٨"),
        (CHI, "9990000018"),
        (CHI, "1705140018"),
        (CHI, "3102140016"),
        (UPN, "A801200001001"),
        (UPN, "H80120000100"),
        (UPN, "H80120A001001"),
        (SCN, "12345678"),
        (SCN, "111111111"),
        (SCN, "123456789"),
        (SCN, "987654321"),
        (SCN, "012345678"),
        (SCN, "000000001"),
        (SCN, "12345678A"),
    ],
)
def test_an_identifier_that_fails_its_check_is_no_evidence(kind, written):
    assert check(kind, written) == ""


def test_each_kind_has_a_token_of_its_own_and_failures_are_named():
    identity = Identity(nhs_number="999 000 0018", hc_number="9990000026", upn="A801200001001", scn=" ")
    assert identifiers_of(identity) == (("n9990000018", "h9990000026"), (UPN,))
