"""The one module of this package that touches the disk: a rules folder in, a signature file out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from hub.facts.errors import ConfigurationError, UserError
from hub.facts.webhook_address import Networks
from hub.sharing.checking.book import Report, check_book, unusable
from hub.sharing.checking.coverage import Cell, cover
from hub.sharing.checking.trials import untried
from hub.sharing.deciding.ruleset import RuleSet, compile_rules
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.reading import FILES, FOLDERS, MAX_FILES, SIGNATURES, Book, plain_name, read_book
from hub.sharing.writing.signatures import PublicKeyOf, Signature, Signer, sign, unsigned
from hub.written.document import MAX_BYTES
from hub.written.findings import Finding, refuse, warn

ROLE = "signatory"
YAML = frozenset({".yaml", ".yml"})
MAX_FOLDERS = 20
MAX_SET_BYTES = 64_000_000
NOT_READ = "this file is not read: it lies elsewhere than rules do, or does not end in .yaml or .yml"


class RulesInvalid(ConfigurationError):
    """The rules cannot be used; `findings` say where and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        more = len(self.findings) - 1
        rest = f" (and {more} more: see `hub rules check`)" if more else ""
        super().__init__(f"The rules cannot be used: {self.findings[0]}{rest}")


def load_rules(folder: Path) -> RuleSet:
    """The set in a folder, compiled. Raises `RulesInvalid` with every finding that makes it unusable."""
    book = read_folder(folder)
    blocking = unusable(book)
    if blocking:
        raise RulesInvalid(blocking)
    return compile_rules(book, folder)


def inspect_rules(
    folder: Path, at: datetime, networks: Networks = (), public_key_of: PublicKeyOf | None = None
) -> Report:
    """All that is wrong or doubtful in a folder, scenarios included; raises nothing for a mistake of its authors.

    `networks`: those in which webhooks may lie though they are not open to all. `public_key_of`: whose keys verify
    sign-offs, wherever a signatures/ folder lies.
    """
    signed = (folder / SIGNATURES).is_dir()
    return check_book(read_folder(folder), at, networks, public_key_of if signed else None)


def cover_rules(folder: Path, at: datetime) -> tuple[tuple[Cell, ...], list[tuple[str, str]]]:
    """What the set in a folder covers, and the clauses (ISP, id) that no scenario tries; raises as `load_rules`."""
    book = read_folder(folder)
    blocking = unusable(book)
    if blocking:
        raise RulesInvalid(blocking)
    rules = compile_rules(book, folder)
    return cover(rules, at), untried(book.scenarios, rules, at)


def read_folder(folder: Path) -> Book:
    """Everything that a rules folder says, with the place of each entry. No more is read than a set may hold."""
    if not folder.is_dir():
        return _empty(refuse(str(folder), 1, "nothing", "there is no such folder"))
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    size = 0
    found = list(islice(_walk(folder, findings), MAX_FILES + 1))
    if len(found) + len(findings) > MAX_FILES:
        return _empty(refuse(str(folder), 1, "too-large", f"this folder holds more than {MAX_FILES} files"))
    for name, path in found:
        content = _read(name, path)
        if isinstance(content, Finding):
            findings.append(content)
            continue
        files[name] = content
        size += len(content)
        if size > MAX_SET_BYTES:
            return _empty(
                refuse(str(folder), 1, "too-large", f"this folder holds more than {MAX_SET_BYTES} bytes of rules")
            )
    book = read_book(files)
    book.findings.extend(findings)
    return book


def _walk(root: Path, findings: list[Finding]) -> Iterator[tuple[str, Path]]:
    """The files to read, by name; each folder once, wherever links within the root lead. Too many findings end it."""
    home = root.resolve()
    waiting, seen = [root], set[Path]()
    while waiting:
        inside = waiting.pop()
        if inside.resolve() in seen:
            continue
        seen.add(inside.resolve())
        for name, path in _inside(inside, root):
            wrong = _not_followed(name, path, home)
            if wrong is not None:
                findings.append(wrong)
            elif path.is_dir():
                waiting.append(path)
            elif _is_read(name):
                yield name, path
            elif path.suffix != ".md":
                findings.append(warn(name, 1, "not-read", NOT_READ))
        if len(findings) > MAX_FILES:
            return


def _inside(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """What lies in one folder, by its name in the set, the last first; no more than too many."""
    for path in sorted(islice(folder.iterdir(), MAX_FILES + 1), reverse=True):
        name = path.relative_to(root).as_posix()
        if not _is_hidden(name):
            yield name, path


def _not_followed(name: str, path: Path, home: Path) -> Finding | None:
    if name.count("/") > MAX_FOLDERS:
        return refuse(name, 1, "too-large", f"folders lie more than {MAX_FOLDERS} deep here")
    return _astray(name, path, home)


def _astray(name: str, path: Path, home: Path) -> Finding | None:
    """A link that is not followed: it leads out of the folder, or nowhere."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # a ring of links is a RuntimeError before Python 3.13
        return refuse(name, 1, "link", "this link leads nowhere")
    if target.is_relative_to(home):
        return None
    return refuse(name, 1, "link", "this link leads out of the rules folder: put the file itself here")


def _read(name: str, path: Path) -> bytes | Finding:
    """The content, of which no more is taken than a file may hold."""
    try:
        if not path.is_file():
            return refuse(name, 1, "no-file", "this is no plain file")
        if path.stat().st_size > MAX_BYTES:
            return refuse(name, 1, "too-large", f"this file is larger than {MAX_BYTES} bytes: split it")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        return refuse(name, 1, "unreadable", f"this file cannot be read: {error.strerror}")


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
    return plain_name(name) in FILES or (first in FOLDERS and Path(rest).suffix.lower() in YAML)


def _empty(finding: Finding) -> Book:
    book = read_book({})
    book.findings[:] = [finding]
    return book
