"""What is wrong with a text that is not YAML, in the words of those who write these files."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark

INDENTATION = (
    "this line does not begin where its neighbours do: entries of one list or mapping stand in one column, and what "
    "belongs to an entry is set in further than it"
)
TAB = "a tab stands here: use spaces, for only they set a line in"
NO_COLON = "this line has no ': ' (a colon and a space) between name and value"
_INSIDE = "has a meaning of its own at the start of a value: put the value in quotes"
_CONFLICT = re.compile(r"(<{7} |={7}$|>{7} )")
_FOUND = re.compile(r"found (?:character )?'(.+?)'")


def explain(error: MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line, from 1, and one sentence of what is wrong there."""
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    lines = text.splitlines() or [""]
    for read in (_typed, _quoted, _bracketed, _lined_up, _marked):
        said = read(error, lines, min(line, len(lines) - 1))
        if said is not None:
            return said[0] + 1, said[1]
    problem = " ".join(str(error.problem or error.context or "").split())
    return line + 1, f"this is not YAML: {problem}"


Said = tuple[int, str] | None


def _typed(error: MarkedYAMLError, lines: list[str], at: int) -> Said:
    """Characters that are not what they look like."""
    for number, line in enumerate(lines):
        if _CONFLICT.match(line):
            return number, "a merge that was not finished stands here (<<<<<<<, =======, >>>>>>>)"
    indentation = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if "\t" in indentation or "'\\t'" in str(error.problem):
        return at, TAB
    for number in (at, at - 1):
        if number >= 0 and re.search(r"^\s*\xa0|:\xa0", lines[number]):
            return (
                number,
                "a blank here only looks like a space (a no-break space, as word processors set it): type it anew",
            )
    return None


def _quoted(error: MarkedYAMLError, _lines: list[str], at: int) -> Said:
    problem, context = str(error.problem), str(error.context)
    if "quoted scalar" in context and problem.startswith("found unexpected"):
        return _line(error.context_mark, at), "the quotation mark that opens here is not closed"
    if "escape character" in problem or "escape sequence" in problem:
        return at, "a backslash has a meaning of its own in double quotes: use single quotes"
    if problem.endswith("but found '<scalar>'"):
        return (
            at,
            "something stands behind the closing quotation mark: inside single quotes an apostrophe is written twice",
        )
    return None


def _bracketed(error: MarkedYAMLError, _lines: list[str], at: int) -> Said:
    problem = str(error.problem)
    if "'<stream end>'" in problem:
        return at, "the file ends here, and a bracket is not closed"
    for closing, opening in (("]", "["), ("}", "{")):
        if f"expected ',' or '{closing}'" in problem:
            where = _line(error.context_mark, at) + 1
            return at, f"the {opening} of line {where} is not closed before this, or a comma is missing"
        if problem.endswith(f"found '{closing}'"):
            return at, f"this {closing} closes nothing"
    return None


def _lined_up(error: MarkedYAMLError, lines: list[str], at: int) -> Said:
    problem = str(error.problem)
    if "could not find expected ':'" in problem:
        return _line(error.context_mark, at), NO_COLON
    if problem.startswith(("expected <block end>", "did not find expected key", "did not find expected '-'")):
        return at, INDENTATION
    if problem != "mapping values are not allowed here":
        return None
    column = error.problem_mark.column if error.problem_mark else 0
    if ": " in lines[at][:column]:
        return at, "a second ': ' stands in this line: put the value in quotes"
    before = next((number for number in range(at - 1, -1, -1) if lines[number].strip()), None)
    if before is not None and not re.search(r":(\s|$)", lines[before]):
        return before, NO_COLON
    return at, INDENTATION


def _marked(error: MarkedYAMLError, _lines: list[str], at: int) -> Said:
    problem, context = str(error.problem), str(error.context)
    for hint, sign in (("alias", "*"), ("anchor", "&"), ("block scalar", "> or |"), ("tag", "!")):
        if hint in context or (hint in problem and hint == "alias"):
            return at, f"{sign} {_INSIDE}"
    found = _FOUND.search(problem)
    if found and "cannot start any token" in problem:
        return at, f"{found[1]} {_INSIDE}"
    if "another document" in problem:
        return at, "a second document begins here (---): put it in a file of its own"
    if found and problem.startswith("expected the node content"):
        return at, f"a value is missing before {found[1]}"
    return None


def _line(mark: StringMark | None, otherwise: int) -> int:
    return mark.line if mark else otherwise
