"""`hub isp`: sign-off of Information Sharing Protocols."""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.acting import check_signatory
from hub.cli.output import document, stop
from hub.facts.clock import utc_now
from hub.keys.files import FileKeys
from hub.settings import read_settings
from hub.sharing import RuleSet, load_rules, sign_isp
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.signatures import content_hash


@click.group()
def isp() -> None:
    """Information Sharing Protocols."""


@isp.command()
@click.argument("isp_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="Who signs; a party to the ISP.")
@click.option(
    "--rules",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The rules folder that the ISP is in; found from its path, if left out.",
)
@click.option("--role", default="signatory", show_default=True, help="In what role the signatory signs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sign(isp_file: Path, *, organisation: str, folder: Path | None, role: str, as_json: bool) -> None:
    """Sign this version of an ISP with the organisation's current signing key.

    The signature covers the file as it is: any change of it needs a new version and new signatures.
    """
    check_signatory(organisation)
    loaded = load_rules(folder or _folder_of(isp_file))
    agreement = _agreement(isp_file, loaded)
    settings = read_settings()
    keys = FileKeys(settings.agency_keys(organisation))
    path = sign_isp(loaded, agreement, organisation, keys, utc_now(), role)
    missing = sorted(loaded.parties(agreement) - _signatories(agreement, loaded) - {organisation})
    if as_json:
        document(
            {
                "isp": agreement.ref,
                "organisation": organisation,
                "content": loaded.contents[agreement.ref],
                "file": str(path),
                "missing": missing,
            }
        )
        return
    click.echo(f"{organisation} has signed {agreement.ref}: {path}")
    click.echo(f"Still to sign: {', '.join(missing)}." if missing else "Every party has signed this version.")


def _folder_of(isp_file: Path) -> Path:
    """The folder whose isps/ holds the file."""
    folders = [parent.parent for parent in isp_file.resolve().parents if parent.name == "isps"]
    if not folders:
        stop(f"{isp_file} does not lie in the isps/ of a rules folder: name the folder with --rules.")
    return folders[0]


def _agreement(isp_file: Path, loaded: RuleSet) -> Isp:
    content = content_hash(isp_file.read_bytes())
    found = [agreement for agreement in loaded.isps if loaded.contents[agreement.ref] == content]
    if not found:
        stop(f"{isp_file} is not one of the ISPs of {loaded.folder}.")
    return found[0]


def _signatories(agreement: Isp, loaded: RuleSet) -> frozenset[str]:
    """Those whose signature lies there over the file as it is; whether it verifies is for the router to say."""
    return frozenset(
        one.organisation
        for one in loaded.signatures
        if one.ref == agreement.ref and one.content == loaded.contents[agreement.ref]
    )
