"""`hub rules`: check a set of rules, and try it on cases. Nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.text import Text

from hub.cli.lazy import Later, LazyGroup
from hub.cli.output import block, document, stop
from hub.facts.clock import utc_now
from hub.facts.model import Given
from hub.facts.webhook_address import Networks
from hub.sharing import Level, Report, RuleSet, SignedBy, decide, inspect_rules, load_rules, verify_signatures
from hub.sharing.checking.output import verdict_as_json
from hub.sharing.writing.given import GivenInvalid, read_given
from hub.sharing.writing.reading import SIGNATURES
from hub.sharing.writing.signatures import PublicKeyOf
from hub.written.entry import read_instant

KEYS = "The folder of public keys that verify sign-offs; that of HUB_HOME, if left out."
LONGEST_LINE = 1 << 20
"""Bytes of one case; a longer line is answered with an error."""

STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.NOTICE: "dim"}
OUTCOMES = {"share": "green", "withhold": "yellow", "cannot_decide": "red"}


class InstantType(click.ParamType[datetime]):
    """An instant with its offset, such as 2026-03-07T23:12:00Z."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse, or fail with a plain sentence."""
        if isinstance(value, datetime):
            return value
        try:
            return read_instant(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


INSTANT = InstantType()
_folder = click.Path(path_type=Path)


_COVERAGE = "Say what the rules cover, by source, category, nation, age and where a child learns."


@click.group(cls=LazyGroup, later={"coverage": Later("coverage", _COVERAGE)})
def rules() -> None:
    """Routing rules and ISPs: who ought to hear, whether they may, and what."""


# --- check ----------------------------------------------------------------------------------------------------------


@rules.command()
@click.argument("folder", metavar="[DIR]", required=False, type=_folder)
@click.option("--at", type=INSTANT, help="The day on which dates are judged; now, if left out.")
@click.option("--keys", type=click.Path(exists=True, file_okay=False, path_type=Path), help=KEYS)
@click.option("--signatures", is_flag=True, help="Also say which ISPs are not signed by every party.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(folder: Path | None, *, at: datetime | None, keys: Path | None, signatures: bool, as_json: bool) -> None:
    """Check a rules folder: schema, references, doubts, sign-off, its scenarios. Exit status 1 if there is an error.

    Where it holds a signatures/ folder, each sign-off is verified: an ISP in force that lost one is an error.
    """
    folder = folder or _shipped()
    public = _public_keys(keys)
    report = inspect_rules(folder, at or utc_now(), _networks(), public)
    unsigned = _unsigned(folder, public) if signatures and report.usable else []
    if as_json:
        document(
            {
                "ok": report.ok,
                "rules_version": report.version,
                "findings": [finding.as_json() for finding in report.findings],
                "scenarios": {"passed": report.passed, "failed": report.failed},
                **({"unsigned": unsigned} if signatures else {}),
            }
        )
    else:
        _print(report, folder, unsigned)
    if not report.ok:
        raise SystemExit(1)


def _print(report: Report, folder: Path, unsigned: Iterable[dict[str, str]]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in report.findings:
        console.print(
            Text.assemble(
                (f"{finding.level:<8}", STYLES[finding.level]),
                (f"{folder / finding.file}:{finding.line}", "bold"),
                f"  {finding.message}",
            )
        )
    for missing in unsigned:
        console.print(Text.assemble((f"{'unsigned':<8}", "yellow"), f"{missing['isp']} by {missing['organisation']}"))
    counts = {level: sum(finding.level is level for finding in report.findings) for level in Level}
    tally = ", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts.items())
    console.print(f"{tally}; {report.passed} of {report.passed + report.failed} scenarios pass.")
    verdict = (
        ("These rules can be used.", "green") if report.ok else ("These rules must be put right first.", "bold red")
    )
    console.print(Text.assemble(verdict, f"  {report.version}"))
    if report.ok and not (folder / SIGNATURES).is_dir():
        console.print("No ISP of them is signed yet: nothing is shared under one before each party signs it.")


def _unsigned(folder: Path, public: PublicKeyOf) -> list[dict[str, str]]:
    loaded = load_rules(folder)
    signed = verify_signatures(loaded, public)
    return [
        {"isp": isp.ref, "organisation": organisation}
        for isp in loaded.isps
        for organisation in sorted(loaded.parties(isp))
        if (isp.ref, organisation) not in signed
    ]


# --- decide ---------------------------------------------------------------------------------------------------------


@rules.command(name="decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--rules", "folder", type=_folder, help="The rules folder; the shipped one, if left out.")
@click.option("--at", type=INSTANT, help="The moment of deciding; now, if left out.")
@click.option("--signatures", is_flag=True, help="Demand sign-off by both parties, as the router does.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, one for each line of the file, in order.")
def decide_(file: Path, *, folder: Path | None, at: datetime | None, signatures: bool, as_json: bool) -> None:
    """Decide each case of a JSON lines FILE ('-' is standard input). Nothing is sent."""
    loaded = load_rules(folder or _shipped())
    signed = verify_signatures(loaded, _public_keys(None)) if signatures else None
    moment = at or utc_now()
    console = Console(highlight=False, soft_wrap=True)
    answered = failed = 0
    with _opened(file) as source:
        for line in _lines(source):
            answer = _answer(line, loaded, moment, signed)
            answered, failed = answered + 1, failed + ("error" in answer)
            if as_json:
                click.echo(json.dumps(answer))
            else:
                _show(answer, console)
    if failed:
        stop(f"{failed} of {answered} lines could not be answered; the others were.")


def _answer(line: str | None, loaded: RuleSet, at: datetime, signed: SignedBy | None) -> dict[str, Any]:
    identifier = None
    try:
        case = _parse(line)
        identifier = _identifier(case)
        given = _given(case, loaded, at)
    except GivenInvalid as error:
        return {"id": identifier, "error": str(error)}
    verdict = decide(given, loaded, at, signed=signed)
    return {"id": identifier, "rules_version": loaded.version, **verdict_as_json(verdict)}


def _parse(line: str | None) -> dict[str, Any]:
    """A case as an object. A key given twice is refused: either value would be a guess."""
    if line is None:
        raise GivenInvalid(f"The line is longer than {LONGEST_LINE} bytes.")
    try:
        case = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise GivenInvalid("The line is not JSON.") from None
    if not isinstance(case, dict):
        raise GivenInvalid("The line is not a JSON object.")
    return case


def _identifier(case: dict[str, Any]) -> str | int:
    found = case.get("id")
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise GivenInvalid("id is missing, or is not text.")
    return found


def _given(case: dict[str, Any], loaded: RuleSet, at: datetime) -> Given:
    if "given" not in case:
        raise GivenInvalid("given is missing.")
    given = read_given(case["given"], at)
    if given.source not in loaded.organisations:
        raise GivenInvalid("source is not an organisation of these rules.")
    return given


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise GivenInvalid("A field is given twice.")
    return found


def _no_constant(_name: str) -> Any:
    raise GivenInvalid("The line holds a number that is none (NaN or Infinity).")


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    with click.open_file(str(file), "rb") as source:
        yield source


def _lines(source: IO[bytes]) -> Iterator[str | None]:
    """Each line that is not blank; None for one that is too long."""
    while raw := source.readline(LONGEST_LINE):
        if not raw.endswith(b"\n") and len(raw) == LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = source.readline(LONGEST_LINE)
            yield None
        elif raw.strip():
            yield raw.decode("utf-8", errors="replace")


def _show(answer: dict[str, Any], console: Console) -> None:
    """One case for a person: each recipient, what they see, and why."""
    name = str(answer["id"]).encode("utf-8", "replace").decode()
    console.rule(Text(name), align="left")
    if "error" in answer:
        console.print(Text(answer["error"], style="red"))
        return
    if not answer["decisions"]:
        console.print("Nobody is told.")
    for decision in answer["decisions"]:
        console.print(
            Text.assemble(
                (decision["outcome"].replace("_", " "), OUTCOMES[decision["outcome"]]),
                "  ",
                (decision["recipient"], "bold"),
                f", {decision['role'].replace('_', ' ')}",
            )
        )
        shown = {
            "child": decision["subject"],
            "rule": decision["rule"],
            "ISP": decision["isp"],
            "clause": decision["clause"],
            "by": decision["by"],
            "released": _treated(decision["released"]),
            "why": decision["reasons"],
        }
        block(console, shown)
    for sentence in answer["review"]:
        console.print(Text.assemble(("a person is asked  ", "magenta"), sentence))


def _treated(released: dict[str, Any]) -> list[str]:
    return [
        item if how == "full" else f"{item} ({how if isinstance(how, str) else how['generalise']} only)"
        for item, how in released.items()
    ]


def _public_keys(folder: Path | None) -> PublicKeyOf:
    """The public halves in a folder (itself, or its public/), or those of HUB_HOME."""
    from hub.keys.files import FileKeys  # noqa: PLC0415 - only signatures need keys
    from hub.settings import read_settings  # noqa: PLC0415 - as above

    home = folder or read_settings().keys
    return FileKeys(home, publics=None if folder is None or (folder / "public").is_dir() else folder).public


def _networks() -> Networks:
    from hub.settings import read_settings  # noqa: PLC0415 - only a check needs them

    return read_settings().webhook_networks


def _shipped() -> Path:
    from hub.settings import read_settings  # noqa: PLC0415 - only where no folder is named

    return read_settings().rules
