"""The one module of this package that touches the disk: a rules folder in, a signature file out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from hub.facts.errors import UserError
from hub.facts.webhook_address import Networks
from hub.sharing.checking.book import Report, check_book, unusable
from hub.sharing.deciding.ruleset import RuleSet, compile_rules
from hub.sharing.writing.findings import Finding, RulesInvalid, refuse, warn
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.reading import FILES, FOLDERS, MAX_FILES, SIGNATURES, Book, read_book
from hub.sharing.writing.signatures import Signature, Signer, sign, unsigned

ROLE = "signatory"
YAML = frozenset({".yaml", ".yml"})


def load_rules(folder: Path) -> RuleSet:
    """The set in a folder, compiled. Raises `RulesInvalid` with every finding that makes it unusable."""
    book = read_folder(folder)
    blocking = unusable(book)
    if blocking:
        raise RulesInvalid(blocking)
    return compile_rules(book, folder)


def inspect_rules(folder: Path, at: datetime, networks: Networks = ()) -> Report:
    """All that is wrong or doubtful in a folder, scenarios included; raises nothing for a mistake of its authors.

    `networks`: those in which webhooks may lie though they are not open to all.
    """
    return check_book(read_folder(folder), at, networks)


def read_folder(folder: Path) -> Book:
    """Everything that a rules folder says, with the place of each entry."""
    if not folder.is_dir():
        return _empty(refuse(str(folder), 1, "nothing", "there is no such folder"))
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_hidden(name) or not path.is_file():
            continue
        if not _is_read(name):
            if path.suffix != ".md":
                findings.append(
                    warn(
                        name,
                        1,
                        "not-read",
                        "this file is not read: it lies elsewhere than rules do, or does not end in .yaml",
                    )
                )
            continue
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            findings.append(refuse(name, 1, "unreadable", f"this file cannot be read: {error.strerror}"))
        if len(files) > MAX_FILES:
            return _empty(refuse(str(folder), 1, "too-large", f"this folder holds more than {MAX_FILES} files"))
    book = read_book(files)
    book.findings.extend(findings)
    return book


def write_signature(folder: Path, signature: Signature) -> Path:
    """Put a sign-off beside the rules; returns its path. A signature of other content under this version is refused."""
    path = folder / signature.file
    if path.exists():
        _same_content(path, signature)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(signature.as_json(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"The signature cannot be written to {path}: {error.strerror}.") from None
    return path


def sign_isp(rules: RuleSet, isp: Isp, organisation: str, signer: Signer, at: datetime, role: str = ROLE) -> Path:
    """Sign an ISP of a loaded set for one of its parties, and put the sign-off beside it; returns its path.

    Raises `UserError` for one who is no party, `KeyMissing` where the signer holds no key of theirs.
    """
    if rules.folder is None:
        raise UserError("Only rules that were loaded from a folder can be signed.")
    if organisation not in rules.parties(isp):
        raise UserError(f"{organisation} is not a party to {isp.ref}: {', '.join(sorted(rules.parties(isp)))} are.")
    key = signer.current(organisation, "sign")
    blank = unsigned((isp.id, isp.version), rules.contents[isp.ref], organisation, key, role=role, at=at)
    return write_signature(rules.folder, sign(blank, signer.sign))


def _same_content(path: Path, signature: Signature) -> None:
    try:
        before = json.loads(path.read_text(encoding="utf-8")).get("content")
    except (OSError, ValueError, AttributeError):
        return
    if before != signature.content:
        raise UserError(
            f"{signature.organisation} has already signed {signature.ref} with other content: raise the "
            f"version of the ISP, or remove {path} if that signature was a mistake."
        )


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part.endswith("~") for part in name.split("/"))


def _is_read(name: str) -> bool:
    first, _, rest = name.partition("/")
    if first == SIGNATURES:
        return rest.endswith(".json")
    return name in FILES or (first in FOLDERS and Path(rest).suffix in YAML)


def _empty(finding: Finding) -> Book:
    book = read_book({})
    book.findings[:] = [finding]
    return book
