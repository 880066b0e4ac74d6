"""What an ISP says of the law, held against the law's own lists and against what it releases.

UK GDPR Articles 6(1) (with (ea), of the Data (Use and Access) Act 2025) and 9(2); Data Protection Act 2018, sections 10
and 11 and Schedule 1, whose conditions are paragraphs 1 to 37.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hub.facts.items import ITEMS
from hub.facts.outcome import WITHHELD
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.reading import Placed
from hub.written.findings import Finding, fault, warn

ARTICLE_6: Mapping[str, str] = {
    "6(1)(a)": "consent",
    "6(1)(b)": "a contract with the person",
    "6(1)(c)": "a legal obligation",
    "6(1)(d)": "vital interests",
    "6(1)(e)": "a public task, or official authority",
    "6(1)(ea)": "a recognised legitimate interest, such as safeguarding",
    "6(1)(f)": "legitimate interests; not for a public authority's own tasks",
}
ARTICLE_9: Mapping[str, str] = {
    "9(2)(a)": "explicit consent",
    "9(2)(b)": "employment, social security and social protection",
    "9(2)(c)": "vital interests, of a person who cannot consent",
    "9(2)(d)": "a not-for-profit body, about its members",
    "9(2)(e)": "made public by the person",
    "9(2)(f)": "legal claims, or courts",
    "9(2)(g)": "substantial public interest",
    "9(2)(h)": "health or social care",
    "9(2)(i)": "public health",
    "9(2)(j)": "archiving, research or statistics",
}
CONDITIONS: Mapping[str, str] = {
    "para 2": "health or social care purposes",
    "para 6": "statutory and government purposes",
    "para 10": "preventing or detecting unlawful acts",
    "para 18": "safeguarding of children and of individuals at risk",
    "para 30": "vital interests, of criminal offence data",
    "para 36": "criminal offence data where a condition of Part 2 would be met",
}
"""Those of Schedule 1 that such ISPs name most; every condition of it is taken."""
NEEDS_CONDITION = frozenset({"9(2)(b)", "9(2)(g)", "9(2)(h)", "9(2)(i)", "9(2)(j)"})
"""DPA 2018 section 10: these grounds hold in the United Kingdom only with a condition of Schedule 1."""
LAST_CONDITION = 37

_GROUND = re.compile(r"(\d+)\s*\((\d+)\)\s*\(([a-z]+)\)")
_PARAGRAPH = re.compile(r"\bpara(?:graph)?s?\.?\s*(\d+)", re.IGNORECASE)


def lint_lawful_basis(placed: Placed[Isp]) -> Iterator[Finding]:
    """What is no ground that the law knows, and what is released with no ground named for it."""
    basis = placed.entry.lawful_basis
    yield from _grounds(placed, "article_6", basis.article_6, ARTICLE_6)
    yield from _grounds(placed, "article_9", basis.article_9, ARTICLE_9)
    yield from _paragraphs(placed, "article_10", basis.article_10)
    yield from _paragraphs(placed, "schedule_1", basis.schedule_1)
    yield from _unfounded(placed, "special_category", "article_9", basis.article_9)
    yield from _unfounded(placed, "criminal_offence", "article_10", basis.article_10)
    unmet = sorted(NEEDS_CONDITION & set(_cited(basis.article_9 or "")))
    if unmet and basis.schedule_1 is None:
        lacking = (
            f"{unmet[0]} holds only with a condition of Schedule 1 of the Data Protection Act: name it in schedule_1"
        )
        yield warn(placed.file, placed.line("lawful_basis", "article_9"), "lawful-basis", lacking)


def _cited(text: str) -> list[str]:
    return [f"{article}({number})({letter})" for article, number, letter in _GROUND.findall(text.lower())]


def _grounds(placed: Placed[Isp], field: str, text: str | None, known: Mapping[str, str]) -> Iterator[Finding]:
    if text is None:
        return
    cited = _cited(text)
    if not cited or not known.keys() >= set(cited):
        odd = next((one for one in cited if one not in known), text)
        said = f"{field}: '{odd[:60]}' is no ground of UK GDPR: write one of {', '.join(known)}"
        yield fault(placed.file, placed.line("lawful_basis", field), "lawful-basis", said)


def _paragraphs(placed: Placed[Isp], field: str, text: str | None) -> Iterator[Finding]:
    if text is None or (field == "article_10" and "official authority" in text.lower()):
        return
    numbers = [int(number) for number in _PARAGRAPH.findall(text)]
    if not numbers or not all(1 <= number <= LAST_CONDITION for number in numbers):
        said = (
            f"{field}: '{text[:60]}' is no condition of Schedule 1 of the Data Protection Act: write one such as "
            f"para 18 (1 to {LAST_CONDITION})"
        )
        yield fault(placed.file, placed.line("lawful_basis", field), "lawful-basis", said)


def _unfounded(placed: Placed[Isp], sensitivity: str, field: str, text: str | None) -> Iterator[Finding]:
    """Items of this class that a clause releases though the ISP names no ground for them."""
    if text is not None:
        return
    released = {item for clause in placed.entry.clauses for item, how in clause.release.items() if how != WITHHELD}
    items = sorted(item for item in released if ITEMS[item].sensitivity == sensitivity)
    if items:
        what = sensitivity.replace("_", " ")
        said = f"{placed.entry.ref} releases {', '.join(items)} ({what} data) and names no {field} for it"
        yield fault(placed.file, placed.line("lawful_basis"), "lawful-basis", said)
