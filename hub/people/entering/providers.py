"""Identity providers: one YAML file each in a folder that information governance owns, with every mistake's line."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from hub.facts.act import HUB
from hub.facts.errors import ConfigurationError
from hub.facts.offices import Duty, Office, read_office
from hub.facts.terms import Role
from hub.facts.webhook_address import Networks, unfit
from hub.written.document import MAX_BYTES, Document, read_document
from hub.written.entry import Entry, Identifier, Sentence, one_or_many, read_entry, wrong
from hub.written.findings import Finding, refuse
from hub.written.vocabulary import nearest

MOST = 50
"""Providers of one hub."""
BY_CLAIM = frozenset({*Role, Duty.IG_OFFICER, Duty.AUDITOR})
"""Offices that a provider may give. The others change who is who, what is matched or what is sent: people give them."""
LONGEST_SECRET = 8_192
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _office(value: object) -> Office:
    office = read_office(value) if isinstance(value, str) else None
    if office is None or office not in BY_CLAIM:
        raise wrong(f"'{value}' is no office that a provider may give{nearest(str(value), sorted(BY_CLAIM))}")
    return office


Steps = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
    BeforeValidator(one_or_many),
    Field(min_length=1, max_length=8),
]
"""Where in a token a value stands: names from the outside in, `*` for any of a list."""
Word = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[tuple[Word, ...], BeforeValidator(one_or_many)]


class Client(Entry):
    """As whom the hub is registered there. `secret_file` lies beside the provider's file, open to its owner alone.

    It holds the secret, or for `private_key_jwt` a private key (JWK with its `kid`), which signs by `signs`.
    """

    id: Word
    auth: Literal["client_secret_basic", "private_key_jwt"] = "client_secret_basic"
    signs: Literal["RS256", "RS512", "PS256", "ES256"] = "RS256"
    secret_file: Identifier


class Ask(Entry):
    """What the hub asks of the provider."""

    scope: Words = ("openid", "profile")
    acr_values: Words = ()
    max_age: Annotated[int, Field(strict=True, ge=0, le=86_400)] | None = None
    prompt: Literal["login", "select_account"] | None = None


class Organisations(Entry):
    """Whose people these are: always one's, or by a claim."""

    fixed: Identifier | None = None
    claim: Steps | None = None
    by: Annotated[dict[Word, Identifier], Field(alias="is", default_factory=dict)]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.fixed is None) == (self.claim is None) or (self.claim is None) == bool(self.by):
            raise wrong("says either `fixed`, or `claim` and `is`")
        return self

    def known(self) -> frozenset[str]:
        """All of which this provider may speak."""
        return frozenset(self.by.values()) | ({self.fixed} if self.fixed else frozenset())


class Offices(Entry):
    """Which posts a claim gives, while it is there."""

    claim: Steps
    by: Annotated[dict[Word, Annotated[Office, BeforeValidator(_office)]], Field(alias="is", min_length=1)]


class Factor(Entry):
    """What shows that a second factor was demanded: one of these values of a claim."""

    claim: Steps
    any_of: Annotated[Words, Field(min_length=1)]


class Provider(Entry):
    """One identity provider. `accounts`: whether its word makes somebody known, or only an invitation does."""

    id: Identifier
    title: Sentence
    issuer: Annotated[str, Field(min_length=8, max_length=500)]
    client: Client
    hosts: Words = ()
    audiences: Words = ()
    algorithms: Annotated[tuple[Literal["RS256", "PS256", "ES256"], ...], Field(min_length=1)] = ("RS256",)
    ask: Ask = Ask()
    userinfo: Annotated[bool, Field(strict=True)] = False
    accounts: Literal["invited", "by_claim"] = "invited"
    organisation: Organisations
    offices: Offices | None = None
    name: Annotated[Words, Field(min_length=1, max_length=4)] = ("name",)
    second_factor: Annotated[tuple[Factor, ...], Field(min_length=1)]

    @property
    def all_hosts(self) -> frozenset[str]:
        """Hosts at which its endpoints may lie."""
        return frozenset({urlsplit(self.issuer).hostname or "", *self.hosts})


def read_providers(
    folder: Path, organisations: Collection[str], networks: Networks = ()
) -> tuple[dict[str, Provider], list[Finding]]:
    """Every provider of the folder by its id, and all that is wrong with their files."""
    found: dict[str, Provider] = {}
    findings: list[Finding] = []
    files = sorted(path for path in islice(folder.iterdir(), 10 * MOST) if path.suffix in {".yaml", ".yml"})
    if len(files) > MOST:
        findings.append(refuse(str(folder), 1, "too-large", f"this folder holds more than {MOST} providers"))
    for path in files[:MOST]:
        with path.open("rb") as opened:
            document = read_document(path.name, opened.read(MAX_BYTES + 1))
        findings += document.findings
        provider = None if document.is_unreadable else read_entry(Provider, document)
        if isinstance(provider, list):
            findings += provider
        elif provider is not None:
            findings += _mistakes(provider, document, folder, organisations, networks, found)
            found.setdefault(provider.id, provider)
    return found, sorted(findings)


def load_providers(folder: Path | None, organisations: Collection[str], networks: Networks = ()) -> dict[str, Provider]:
    """Providers to sign in by; raises ConfigurationError at the first mistake of their files."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise ConfigurationError("HUB_PROVIDERS names no folder: make it, or leave the setting out.")
    found, findings = read_providers(folder, organisations, networks)
    if findings:
        raise ConfigurationError(f"Identity providers cannot be used: {findings[0]} (see `hub providers check`).")
    return found


def read_secret(folder: Path, provider: Provider) -> str:
    """The client's secret or private key; raises ConfigurationError where it cannot be used."""
    path = folder / provider.client.secret_file
    wrong_with = _unusable(path)
    if wrong_with:
        raise ConfigurationError(f"{path.name} {wrong_with}.")
    return path.read_text(encoding="utf-8").strip()


def _mistakes(
    provider: Provider,
    document: Document,
    folder: Path,
    organisations: Collection[str],
    networks: Networks,
    others: Mapping[str, Provider],
) -> Iterator[Finding]:
    def said(sentence: str, *steps: Any) -> Finding:
        return refuse(document.file, document.line(steps), "provider", sentence)

    if provider.id in others:
        yield said(f"id: another file already has the provider {provider.id}", "id")
    parts = urlsplit(provider.issuer)
    why = unfit(provider.issuer, networks)
    if why is not None or parts.query or parts.fragment:
        yield said(f"issuer: this address {_in_words(why)}", "issuer")
    secret = _unusable(folder / provider.client.secret_file)
    if secret:
        yield said(f"client.secret_file: {provider.client.secret_file} {secret}", "client", "secret_file")
    for organisation in sorted(provider.organisation.known() - {*organisations, HUB}):
        yield said(f"organisation: {organisation} is not known{nearest(organisation, organisations)}", "organisation")
    if HUB in provider.organisation.known() and (provider.offices or provider.accounts == "by_claim"):
        yield said("organisation: the hub's own people are invited, and have their posts from people", "organisation")
    if "openid" not in provider.ask.scope:
        yield said("ask.scope: openid is missing", "ask", "scope")


def _in_words(why: object) -> str:
    return str(why or "has a query or fragment").replace("HUB_WEBHOOK_NETWORKS", "HUB_PROVIDER_NETWORKS")


def _unusable(path: Path) -> str:
    """What is wrong with a secret's file; empty where nothing is."""
    try:
        status = path.stat()
        text = path.read_text(encoding="utf-8") if 0 < status.st_size <= LONGEST_SECRET else ""
    except (OSError, UnicodeDecodeError):
        return "cannot be read: it must be a file of text beside this one"
    if status.st_mode & _OTHERS:
        return "is open to others than its owner: chmod 600"
    return "" if text.strip() else f"must hold the secret alone, in at most {LONGEST_SECRET} bytes"
