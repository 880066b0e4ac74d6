"""Messages that we did not write, and a validator that we did not write: `make conformance UK_CORE=DIR`.

Each published UK Core example goes through the adapter, with the least that a concern needs besides: how many were
parsed, used, left out and refused, and why. Then HAPI's validator holds our own example bundles and answers against the
UK Core profiles. DIR holds `examples`, `structuredefinitions`, `valuesets` and `codesystems`; nothing of it is copied.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from fhir.resources.R4B import get_fhir_model_class
from kafka_jars import JarSet, find_jars, find_java
from lxml import etree
from pydantic import ValidationError

from adapters.bridge.answers import Answer, Refused
from adapters.bridge.doors.routes import Asked
from adapters.bridge.formats import Raised
from adapters.bridge.spool.store import Accepted
from adapters.nhs.fhir.answers import capability, taken
from adapters.nhs.fhir.elements import Element, Notes
from adapters.nhs.fhir.mapping import shipped_mapping
from adapters.nhs.fhir.reading import FHIR, read_bundle
from adapters.nhs.fhir.translate import read
from adapters.nhs.fhir.validating import validate

HERE = Path(__file__).parent
OWN = HERE.parents[1] / "adapters" / "nhs" / "fhir" / "examples"
VALIDATOR = JarSet("validator", "HAPI's validator (148 MB)", HERE / "pom.xml", HERE / "validator_jars.sha256")
NOW = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)
EVENT = UUID("018f2f6e-0000-7000-8000-000000000001")
BESIDE = "the least that a concern needs"


@click.command()
@click.argument("uk_core", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(uk_core: Path) -> None:
    """Print what becomes of the published examples, and what the validator says of ours."""
    became = Counter(_publish(uk_core / "examples"))
    parsed = sum(count for (word, _), count in became.items() if word != "not parsed")
    click.echo(f"UK Core examples: {became.total()}, parsed {parsed}")
    click.echo(f"  sound to us and not to the models of fhir.resources: {len(_DOUBTED)}")
    for kind in _DOUBTED:
        click.echo(f"    {kind}")
    for word in ("used", "left out", "refused", "not parsed"):
        click.echo(f"  {word}: {sum(count for (said, _), count in became.items() if said == word)}")
        for (said, why), count in sorted(became.items(), key=lambda item: -item[1]):
            if said == word and why:
                click.echo(f"    {count:3} {why}")
    if _validate(uk_core):
        sys.exit(1)


# --- the published examples through the adapter ---------------------------------------------------------------------


def _publish(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        yield _of_bundle(path) if root.tag == f"{FHIR}Bundle" else _of_resource(etree.tostring(root))


def _of_bundle(path: Path) -> tuple[str, str]:
    found = _read(path.read_bytes())
    return ("used", "Bundle") if isinstance(found, Raised) else ("refused", f"Bundle: {_why(found.faults)}")


def _of_resource(resource: bytes) -> tuple[str, str]:
    """One example, as the first entry of a bundle."""
    raw = (
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><resource>' + resource
        + b"</resource></entry></Bundle>"
    )  # fmt: skip
    data, faults = read_bundle(raw)
    if faults:
        return "not parsed", _why(faults)
    own = data["entry"][0]["resource"]
    kind, notes = own["resourceType"], Notes()
    validate(Element("Bundle.entry[0].resource", own), notes)
    if notes.faults:
        return "refused", f"{kind}: {_why(notes.faults)}"
    _ask_the_models(kind, own)
    found = _read(json.dumps(_with_the_least(own)).encode())
    if not isinstance(found, Raised):
        return "refused", f"{kind}: {_why(found.faults)}"
    left = [said for said in found.left_out if said.startswith("Bundle.entry[0].resource (")]
    return ("left out", f"{kind}: {_why(left)}") if left else ("used", kind)


_DOUBTED: list[str] = []
"""Types of the examples that we find sound and the models do not."""


def _ask_the_models(kind: str, own: dict[str, Any]) -> None:
    try:
        get_fhir_model_class(kind).model_validate(json.loads(json.dumps(own)))
    except (ValidationError, TypeError, AttributeError, KeyError):
        _DOUBTED.append(kind)


def _with_the_least(own: dict[str, Any]) -> dict[str, Any]:
    """The example, a child under each id by which it names a patient, and a communication that says why."""
    ids = sorted(set(re.findall(r'"reference": "Patient/([^"]+)"', json.dumps(own)))) or ["child-1"]
    if own["resourceType"] == "Patient":
        ids = []
    children = [
        {"resourceType": "Patient", "id": each, "name": [{"family": "Ashgrove", "given": [f"Child {n}"]}]}
        for n, each in enumerate(ids)
    ]
    told = {
        "resourceType": "Communication",
        "id": "beside",
        "identifier": [{"value": BESIDE}],
        "status": "completed",
        "sent": "2026-03-07T23:04:00Z",
        "reasonCode": [
            {"coding": [{"system": "https://concern-hub.example/fhir/CodeSystem/concern", "code": "neglect"}]}
        ],
        "payload": [{"contentString": BESIDE}],
    }
    header = {"resourceType": "MessageHeader", "source": {"endpoint": "urn:x"}, "eventUri": "urn:x"}
    header["focus"] = [{"reference": "Communication/beside"}]
    entries = [{"resource": each} for each in (own, *children, told, header)]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": "2026-03-07T23:05:00Z", "entry": entries}


def _read(raw: bytes) -> Any:
    return read(raw, source="nhs.westshire-royal", received_at=NOW, new_id=lambda: EVENT, mapping=shipped_mapping())


def _why(said: Any) -> str:
    """The first reason, its element without its place in this bundle."""
    return re.sub(r"Bundle\.entry\[\d+\]\.resource\.?", "", next(iter(said))).lstrip(": ")


# --- the validator over our own -------------------------------------------------------------------------------------


def _validate(uk_core: Path) -> int:
    """Print the validator's findings and return how many are errors."""
    with tempfile.TemporaryDirectory(prefix="concern-hub-") as scratch:
        files = [*sorted(OWN.iterdir()), *_answers(Path(scratch))]
        command = [find_java(), "-cp", f"{find_jars(VALIDATOR)}/*", str(HERE / "Validate.java"), str(uk_core)]
        done = subprocess.run(
            [*command, *map(str, files)], capture_output=True, text=True, check=False, timeout=900
        )  # fmt: skip
    lines = done.stdout.splitlines()
    errors = [line for line in lines if line.startswith(("error", "fatal"))]
    warnings = Counter(_kind(line) for line in lines if line.startswith("warning"))
    checked = sum(line.startswith("checked") for line in lines)
    click.echo(
        f"Validator: {checked} of {len(files)} of our own checked, {len(errors)} errors, {warnings.total()} warnings"
    )
    for line in errors:
        click.echo(f"  {line}")
    for kind, count in warnings.most_common():
        click.echo(f"  {count:3} warnings: {kind}")
    if checked < len(files):
        click.echo(done.stderr[-2_000:], err=True)
    return len(errors) + len(files) - checked


def _answers(folder: Path) -> Iterator[Path]:
    """What our clients are answered, as files."""
    asked = Asked("application/fhir+json", "", NOW)
    fine = [Answer(Accepted(EVENT), left_out=("Bundle.entry[8].resource (Immunization): is not used.",))]
    wrong = [Answer(Refused(("Bundle.entry[0].resource.gender: is required.",)))]
    said = {
        "answer-to-a-message.json": taken(asked, (OWN / "emergency-attendance.json").read_bytes(), fine),
        "answer-to-a-transaction.json": taken(asked, (OWN / "siblings-referral.xml").read_bytes(), fine),
        "refusal.json": taken(asked, b"{}", wrong),
        "capability.json": capability(asked),
    }
    for name, reply in said.items():
        path = folder / name
        path.write_bytes(reply.body)
        yield path


def _kind(line: str) -> str:
    """A warning without its file and place."""
    said = line.partition(": ")[2]
    return re.sub(r"'[^']*'|https?://\S+|@\w+", "...", said)[:110]


if __name__ == "__main__":
    main()
