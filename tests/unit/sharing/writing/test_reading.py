"""Files to entries: every mistake with its file, its line and one plain sentence; one hash for one set."""

import json

import pytest

from hub.facts.items import CATALOGUE
from hub.facts.terms import Tier
from hub.sharing import RulesInvalid, inspect_rules, load_rules
from hub.sharing.checking.book import unusable
from hub.sharing.writing.reading import read_book, rules_version
from tests.unit.sharing.builders import AT, PRIMARY, a_book, a_clause, a_set, an_isp, an_organisation, files

ISP = b"""# a comment
id: ISP-POL-EDU-001
title: Telling a school
version: 3
kind: ISP
jurisdiction: [SCT]
parties:
  - {organisation: police.caledon, role: controller, coordinator: a@b.example}
  - {group: schools.glenmore, role: controller, coordinator: a@b.example}
purpose: Support
lawful_basis: {article_6: "6(1)(e)"}
consent: not_required
effective: 2025-01-01
review_by: 2026-12-31
expires: 2027-12-31
clauses:
  - id: tell-dsl
    from: {kind: police}
    to: {kind: school, role: designated_safeguarding_lead, relationship: enrolled}
    when: {category: [domestic_abuse], age: {from: 4, to: 17}}
    release:
      child.name: full
      child.address: withhold
"""


def found(content, name="isps/x.yaml"):
    given = files(isps=[]) | {name: content}
    return [(one.file, one.line, one.message) for one in read_book(given).findings]


def test_a_sound_file_has_no_findings():
    assert found(ISP) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (b"version: 3", b"version: three", 4, "version must be a whole number"),
        (b"version: 3", b"version: '3'", 4, "version must be a whole number"),
        (b"version: 3", b"version: 0", 4, "version must be at least 1"),
        (b"kind: ISP", b"kind: NDA", 5, "kind 'NDA' is not one of 'ISP', 'DDA' or 'JCA'"),
        (b"jurisdiction: [SCT]", b"jurisdiction: [SCO]", 6, "jurisdiction[1] 'SCO' is not one of"),
        (b"role: controller, coord", b"role: owner, coord", 8, "parties[1].role 'owner' is not one of"),
        (
            b"{group: schools.glenmore,",
            b"{group: a, organisation: b,",
            9,
            "must name either an organisation or a group",
        ),
        (b"purpose: Support\n", b"", 2, "purpose is missing"),
        (b"purpose: Support", b"porpose: Support", 10, "porpose is not known here; did you mean 'purpose'?"),
        (b"consent: not_required", b"consent: no", 12, "consent 'no' is not one of"),
        (b"2025-01-01", b"01/01/2025", 13, "effective must be a date such as 2026-03-09"),
        (b"2025-01-01", b"2025-02-30", 13, "effective there is no such day"),
        (b"2027-12-31", b"2024-12-31", 2, "can never apply: it expires before it is effective"),
        (b"{kind: police}", b"{kind: polis}", 18, "clauses[1].from.kind[1] 'polis' is not one of"),
        (b"role: designated_safeguarding_lead", b"role: dsl", 19, "clauses[1].to.role[1] 'dsl' is not one of"),
        (b"[domestic_abuse]", b"[domestic abuse]", 20, "clauses[1].when.category[1] 'domestic abuse' is not one of"),
        (b"from: 4", b"from: '4'", 20, "clauses[1].when.age.from must be a whole number"),
        (b"from: 4", b"from: 18", 20, "can never apply: 'to' is below 'from'"),
        (b"from: 4", b"form: 4", 20, "clauses[1].when.age.form is not known here; did you mean 'from'?"),
        (
            b"    when: {cat",
            b"    consnet: required\n    when: {cat",
            20,
            "consnet is not known here; did you mean 'consent'?",
        ),
        (
            b"    when: {cat",
            b"    purpose: Help\n    when: {cat",
            20,
            "purpose does not belong here: look at how far this",
        ),
        (b"    release:", b"    parties: []\n    release:", 21, "clauses[1].parties does not belong here"),
        (b"    release:", b"    zebra: []\n    release:", 21, "clauses[1].zebra is not known here"),
        (b"age: {from: 4", b"ages: {from: 4", 20, "clauses[1].when.ages is not known here; did you mean 'age'?"),
        (b"child.name: full", b"child.nmae: full", 22, "'child.nmae' is not a data item; did you mean 'child.name'?"),
        (b"child.name: full", b"child.name: all", 22, "clauses[1].release.child.name must be full, withhold, flag"),
        (b"child.name: full", b"child.name: {generalise: year}", 22, "can be generalised to postcode_district"),
        (b"child.address: withhold", b"child.name: withhold", 23, "'child.name' is given twice here"),
        (b"purpose: Support", b"purpose: [", 12, "the [ of line 10 is not closed before this"),
        (b"purpose: Support", b"purpose: !secret x", 10, "tags such as '!name' are not used"),
        (b"purpose: Support", b"<<: {purpose: Support}", 10, "each key must be a plain word"),
        (b"Telling a school", b"Telling \xff", 3, "the file is not UTF-8 text"),
    ],
)
def test_a_mistake_is_told_by_file_line_and_sentence(old, new, line, message):
    assert old in ISP
    findings = found(ISP.replace(old, new))
    assert any((name, at) == ("isps/x.yaml", line) and message in said for name, at, said in findings), findings


@pytest.mark.parametrize(
    "content",
    [b"", b"# nothing\n", b"- a\n- b\n", b"text", b"\x00", b"a: b: c", b"{" * 500, b"[" * 5000, b"--- a\n--- b\n", b"~",
     b"? [a]\n: b\n", b"a: &a [*a]\n", b"- " * 3000, b"1: 2\n", b"%YAML 9.9\n---\na: 1\n", b"x" * 1_000_001],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["isps", "organisations", "rules", "scenarios", "calendars"])
def test_rubbish_is_a_finding_and_never_a_crash(content, folder):
    assert all(message for _, _, message in found(content, f"{folder}/x.yaml"))
    if folder == "isps":
        assert found(content)


def test_a_billion_laughs_are_cut_short():
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (name, name, b",".join([b"*%c" % (name - 1)] * 9)) for name in range(ord("b"), ord("k"))
    )
    assert any("more entries than can be meant" in message for _, _, message in found(bomb))


def test_duplicates_point_to_the_first():
    twice = files() | {"isps/z.yaml": json.dumps(an_isp()).encode()}
    (finding,) = read_book(twice).findings
    assert (finding.file, finding.code) == ("isps/z.yaml", "duplicate")
    assert "ISP ISP-POL-EDU-001@3 is already in isps/ISP-POL-EDU-001-3.yaml:2" in finding.message
    clauses = a_book([an_isp(a_clause(), a_clause())])
    assert "which another one here has" in clauses.findings[0].message


def test_names_must_point_somewhere():
    isp = an_isp(parties=[{"organisation": "police.caledonia"}, {"group": "schools.glenmoor"}])
    messages = [finding.message for finding in unusable(a_book([isp]))]
    assert messages == [
        "there is no organisation police.caledonia in this set; did you mean 'police.caledon'?",
        "there is no group schools.glenmoor in groups.yaml; did you mean 'schools.glenmore'?",
    ]


def test_the_version_is_the_content_and_nothing_else():
    one = files()
    assert rules_version(one) == rules_version(dict(reversed(one.items())))
    assert rules_version(one).startswith("sha256:")
    assert rules_version(one | {"signatures/a.json": b"{}"}) == rules_version(one)
    assert rules_version({name: content.replace(b"\n", b"\r\n") for name, content in one.items()}) == rules_version(one)
    assert rules_version(one | {"tiers.yaml": b"{}"}) != rules_version(one)
    for name in one:
        assert rules_version(one | {name: one[name] + b"\n"}) != rules_version(one)


def test_tiers_and_their_defaults():
    policy = {"deliver_within": "PT2M", "acknowledge_within": "PT10M", "retry": ["PT5S", "PT1M"],
              "channels": ["webhook", "inbox"], "escalate": [{"role": "front_door", "after": "PT5M"}]}  # fmt: skip
    tiers = a_set(tiers=dict.fromkeys(("immediate", "urgent", "routine"), policy)).tiers
    assert tiers[Tier.IMMEDIATE].deliver_within.total_seconds() == 120
    assert [pause.total_seconds() for pause in tiers[Tier.ROUTINE].retry] == [5, 60]
    assert a_set().tiers[Tier.IMMEDIATE].deliver_within < a_set().tiers[Tier.ROUTINE].deliver_within
    broken = a_book(tiers={"immediate": policy | {"retry": ["5 minutes"]}, "urgent": policy, "routine": policy})
    assert "must be a duration such as PT30M" in broken.findings[0].message


def test_an_organisation_s_holders_are_never_printed():
    head = {"head_teacher": [{"name": "Isla", "contact": "1"}]}
    rules = a_set(orgs=[an_organisation(PRIMARY, "school", holders=head)], isps=[], rules=[], groups={})
    assert "Isla" not in repr(rules.organisations[PRIMARY])
    assert "Isla" not in repr(rules.organisations[PRIMARY].holders["head_teacher"])


def test_a_folder_is_read_as_its_files_are(tmp_path):
    for name, content in files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "isps" / "draft.yaml~").write_text("{")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("{")
    (tmp_path / "README.md").write_text("# Rules")
    rules = load_rules(tmp_path)
    assert rules.version == rules_version(files())
    assert rules.parties(rules.isps[0]) == {"police.caledon", "school.glenmore-primary", "school.glenmore-academy"}
    (tmp_path / "isps" / "forgotten.ymal").write_text("{")
    assert any("not read" in finding.message for finding in inspect_rules(tmp_path, AT).findings)
    (tmp_path / "isps" / "bad.yaml").write_text("id: 3")
    with pytest.raises(RulesInvalid, match=r"isps/bad.yaml:1: .* \(and \d+ more"):
        load_rules(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RulesInvalid, match="there is no such folder"):
        load_rules(tmp_path / "nowhere")
    with pytest.raises(RulesInvalid, match="holds no organisations"):
        load_rules(tmp_path)


def test_the_catalogue_names_each_item_once():
    assert len(set(CATALOGUE)) == len(CATALOGUE) == 53
