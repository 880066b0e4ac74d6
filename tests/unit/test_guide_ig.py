"""What the guide for information governance teams says is so: its examples are run, its lists are those of the code."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from hub.cli import cli
from hub.facts import terms
from hub.facts.items import ITEMS
from hub.facts.outcome import Generalisation
from hub.sharing.checking.book import check_book
from hub.sharing.checking.lawful_basis import ARTICLE_6, ARTICLE_9, CONDITIONS
from hub.sharing.writing.isps import AgreementKind, ConsentModel, ControllerRole, read_treatment
from hub.sharing.writing.organisations import CHANNEL_KINDS, Jurisdiction
from hub.sharing.writing.reading import FOLDERS, read_book
from hub.sharing.writing.when import When
from hub.written.findings import Level
from tests.unit.sharing.builders import AT, files

GUIDE = (Path(__file__).parents[2] / "docs/guide-ig.md").read_text(encoding="utf-8")
BLOCKS = [dedent(block) for block in re.findall(r"(?:^    .*\n)+", GUIDE, re.MULTILINE)]


def block(beginning: str) -> str:
    (found,) = [one for one in BLOCKS if one.startswith(beginning)]
    return found


def isp(part: str, content: str) -> bytes:
    """The ISP of the builders with one part of it as the guide has it."""
    whole = json.loads(files()["isps/ISP-POL-EDU-001-3.yaml"])
    whole.pop(part, None)
    rest = "".join(f"{name}: {json.dumps(value)}\n" for name, value in whole.items())
    return f"{rest}{part}:\n{content}".encode()


def errors(**changed: bytes) -> list[str]:
    changes = {name.replace("__", "/") + ".yaml": content for name, content in changed.items()}
    given = {
        name: content
        for name, content in files().items()
        if "isps/" not in name or not any("isps/" in one for one in changes)
    }
    report = check_book(read_book(given | changes), AT)
    return [str(one) for one in report.findings if one.level is Level.ERROR]


def test_the_rule():
    assert errors(rules__rules=block("- id: da-school").encode()) == []


def test_the_clause():
    assert errors(isps__example=isp("clauses", block("- id: tell-dsl"))) == []


def test_the_prohibitions():
    assert errors(isps__example=isp("prohibitions", block("- {items: [person.alleged_perpetrator"))) == []


def test_the_worked_case_comes_out_as_it_says():
    given = files() | {"rules/rules.yaml": block("- id: da-school").encode()}
    case = {"scenarios/example.yaml": block("- title: Saturday night").encode()}
    report = check_book(read_book(given | case), AT)
    assert (report.passed, report.failed) == (1, 0)
    wrong = {name: content.replace(b"T08:45", b"T09:45") for name, content in case.items()}
    assert check_book(read_book(given | wrong), AT).failed == 1


def test_every_block_is_one_of_these_or_a_command():
    tried = ("- id: da-school", "- id: tell-dsl", "- {items:", "- title: Saturday night", "hub rules check")
    assert [one for one in BLOCKS if not one.startswith(tried)] == []


def test_the_commands_that_it_names_are_there():
    named = set(re.findall(r"`(hub [a-z]+(?: [a-z-]+)?)", GUIDE)) | {"hub rules check"}
    assert named >= {"hub rules check", "hub rules decide", "hub isp sign"}
    for command in named:
        asked = CliRunner().invoke(cli, [*command.split()[1:], "--help"])
        assert asked.exit_code == 0, command


@pytest.mark.parametrize(
    "when",
    [
        "flags: [home_educated]",
        "flags: {any: [looked_after], all: [restricted], none: [nursery]}",
        "history: {at_least: 3, category: [neglect], within: P90D}",
    ],
)
def test_conditions_in_the_forms_that_it_shows(when):
    assert f"`{{{when.partition('{')[2].replace('[neglect]', '[...]')}`" in GUIDE or when.startswith("flags")
    rule = block("- id: da-school").replace("category: [domestic_abuse]", when)
    assert errors(rules__rules=rule.encode()) == []


def test_the_conditions_that_are_known():
    known = re.search(r"Known: `([^`]+)`", GUIDE)
    assert known is not None
    assert known[1].split() == list(When.model_fields)


@pytest.mark.parametrize("deadline", ["by: before_next_school_day", "by: 2026-03-09T08:45:00+00:00", "within: PT4H"])
def test_deadlines_in_the_forms_that_it_shows(deadline):
    assert deadline.partition(":")[0] + ": " in GUIDE
    rule = block("- id: da-school").replace("by: before_next_school_day", deadline, 1)
    assert errors(rules__rules=rule.encode()) == []


def test_treatments_the_most_revealing_first():
    assert "`full`, `generalise` (`postcode_sector`, `month`, `postcode_district`, `age_band`)" in GUIDE
    for word in ("full", "flag", "withhold", *({"generalise": step.value} for step in Generalisation)):
        read_treatment(word)


def test_an_escalation_is_written_as_it_shows():
    (shown,) = re.findall(r"`(escalate: \[[^`]+)`", GUIDE)
    tier = "{deliver_within: PT1H, acknowledge_within: PT4H, retry: [PT1M], channels: [inbox], " + shown + "}"
    tiers = "".join(f"{name}: {tier}\n" for name in terms.Tier)
    assert errors(tiers=tiers.encode()) == []
    assert read_book(files() | {"tiers.yaml": tiers.encode()}).tiers.urgent.escalate[0].role is terms.Role.HEAD_TEACHER


def test_what_lies_where():
    section = GUIDE.partition("## What lies where")[2].partition("\n## ")[0]
    shown = set(re.findall(r"^\| `([a-z.]+)/?` \|", section, re.MULTILINE))
    assert shown == {*FOLDERS, "groups.yaml", "tiers.yaml", "signatures"}


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("event", terms.EventKind),
        ("category", terms.Category),
        ("kind of organisation", terms.OrganisationKind),
        ("role", terms.Role),
        ("relationship", terms.Relationship),
        ("tier", terms.Tier),
        ("risk", terms.Risk),
        ("consent (what the family said)", terms.Consent),
        ("capacity", terms.Capacity),
        ("flag", terms.Flag),
        ("person (role in the event)", terms.PersonRole),
        ("jurisdiction", Jurisdiction),
        ("channel", CHANNEL_KINDS),
        ("kind of ISP", AgreementKind),
        ("role of a party", ControllerRole),
        ("consent (of an ISP)", ConsentModel),
    ],
)
def test_a_list_of_words_is_that_of_the_code(what: str, words: Iterable[str]):
    (row,) = re.findall(rf"^\| {re.escape(what)} \| (.+) \|$", GUIDE, re.MULTILINE)
    assert re.findall(r"`([^`]+)`", row) == [str(word) for word in words]


def test_the_items_are_those_of_the_catalogue():
    rows = re.findall(r"^\| `([a-z.\_]+)` \| ([a-z ]+) \| ([a-z ]+) \| ([a-z ]*) ?\|$", GUIDE, re.MULTILINE)
    assert [tuple(cell.strip() for cell in row) for row in rows] == [
        (item.name, item.sensitivity.replace("_", " "), item.about.replace("_", " "), "free text" * item.free_text)
        for item in ITEMS.values()
    ]


@pytest.mark.parametrize(
    ("field", "grounds"), [("article_6", ARTICLE_6), ("article_9", ARTICLE_9), ("schedule_1, article_10", CONDITIONS)]
)
def test_the_lawful_bases_are_those_that_the_check_takes(field, grounds):
    rows = re.findall(rf"^\| {field} \| `([^`]+)` \| (.+) \|$", GUIDE, re.MULTILINE)
    assert dict(rows) == dict(grounds)
