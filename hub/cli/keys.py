"""`hub keys`: the hub's own keys, organisations' keys for samples and local work, and API keys."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from adapters.bridge.doors import callers
from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting, who_acts
from hub.cli.output import document, stop, table
from hub.facts.act import Act
from hub.facts.terms import Role
from hub.keys.files import HUB, HUB_USES, FileKeys
from hub.keys.jwk import read_jwk, thumbprint
from hub.keys.overlap import GRACE
from hub.keys.provider import Use
from hub.keys.setup import hub_keys, is_of_hub, organisation_keys
from hub.keys.setup import rotate as rotate_key
from hub.keys.webhooks import shown_secret
from hub.people.accounts.permissions import Doing
from hub.people.callers import Scope, TokenChecks, new_api_key, revoke_api_key
from hub.people.keys import host as host_keys
from hub.people.keys import retire as retire_key
from hub.settings import Settings, read_settings
from hub.sharing import load_rules

KEEP = "They lie under {home}, and nowhere else: keep a copy, for what is sealed to a key that is lost is lost."
HAND_OVER = (
    "The hub knows them once its operators have your .sign and .receive files of {folder}; put the hub's own files of "
    "its keys/public there. Until then nothing that you send is routed."
)


@click.group()
def keys() -> None:
    """Keys."""


@keys.command()
@click.option("--organisation", "organisations", multiple=True, help="Make this organisation's keys; may be repeated.")
@click.option("--samples", is_flag=True, help="Make the keys of every organisation in the rules folder.")
@click.option("--api", is_flag=True, help="Make an API key for one organisation and role; its secret is shown once.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="With --api.")
@click.option(
    "--for",
    "scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.BOTH.value,
    show_default=True,
    help="With --api: read the inbox and say receipts, post concerns to the adapter, or both.",
)
@click.option("--webhook", is_flag=True, help="Make the secret that a library of Standard Webhooks verifies by.")
@click.option(
    "--by", default="", show_default="the user of this machine", help="With --api: who makes it, as for other commands."
)
@click.option("--reason", default="made on the command line", show_default=True, help="With --api: why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")  # fmt: skip
def new(
    *,
    organisations: tuple[str, ...],
    samples: bool,
    api: bool,
    role: str | None,
    scope: str,
    webhook: bool,
    by: str,
    reason: str,
    as_json: bool,
) -> None:
    """Make keys: with no option, those of the hub that are missing.

    At an agency, `--organisation` makes the agency's own and none of the hub's: those are copied from the hub.
    """
    settings = read_settings()
    known = load_rules(settings.rules).organisations
    for name in organisations:
        _check_known(name, known)
    if api:
        wanted = _Api(_only(organisations), role, Scope(scope))
        act = who_acts(Doing.MAKE_KEYS, by, "", reason, unsaid=getpass.getuser())
        _new_api(settings, wanted, act, as_json=as_json)
        return
    if webhook:
        _new_endpoint(settings, _only(organisations), as_json=as_json)
        return
    made = hub_keys(settings.keys, settings.suite) if samples or not organisations else []
    for name in sorted(known) if samples else organisations:
        made += organisation_keys(name, settings.agency_keys(name), settings.keys)
    if as_json:
        document({"made": made})
    else:
        here = "Every key is here already: `hub keys list` shows them, `hub keys rotate` makes the next of one."
        click.echo(f"Made {len(made)} keys. {KEEP.format(home=settings.home)}" if made else here)
        if organisations and not is_of_hub(settings.keys):
            click.echo(HAND_OVER.format(folder=settings.keys / "public"))


class _Api(NamedTuple):
    """An API key as it is asked for."""

    organisation: str
    role: str | None
    scope: Scope


def _check_known(name: str, known: Collection[str]) -> None:
    if name not in known:
        stop(f"There is no organisation {name} in the rules folder: see routing_rules/organisations/.")


def _only(organisations: Sequence[str]) -> str:
    if len(organisations) != 1:
        stop("Such a key belongs to one organisation: give --organisation once.")
    return organisations[0]


def _new_api(settings: Settings, wanted: _Api, act: Act, *, as_json: bool) -> None:
    if wanted.role is None:
        stop("An API key belongs to one role: give --role once.")
    with open_desk(settings) as desk:
        checks = TokenChecks(FileKeys(settings.keys))
        key_id, secret = new_api_key(desk, wanted.organisation, Role(wanted.role), act, checks, wanted.scope)
        if wanted.scope.posts:
            folder = settings.home / "agencies" / wanted.organisation  # the organisation's adapter takes the same key
            callers.add(folder, key_id, wanted.role, now=act.at, random_bytes=secrets.token_bytes, secret=secret)
    if as_json:
        document({"key_id": key_id, **wanted._asdict(), "secret": secret})
    else:
        click.echo(f"{key_id}\nThis secret is shown once; send it as `Authorization: Bearer <secret>`:\n{secret}")


def _new_endpoint(settings: Settings, organisation: str, *, as_json: bool) -> None:
    held = FileKeys(settings.keys)
    key_id = held.make(organisation, Use.ENDPOINT)
    secret = shown_secret(held.secret(key_id))
    if as_json:
        document({"key_id": key_id, "organisation": organisation, "secret": secret})
    else:
        click.echo(
            f"{key_id}\nThis secret is shown once; a library of Standard Webhooks verifies with it. The one before it, "
            f"if any, signs besides for {GRACE.days} days:\n{secret}"
        )


@keys.command()
@click.argument("organisation")
@acting(Doing.MAKE_KEYS)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def host(organisation: str, *, act: Act, as_json: bool) -> None:
    """Make keys by which the hub signs for an ORGANISATION without software: its people raise concerns on pages.

    They are marked as hosted wherever they are seen, and so is every disclosure of such a concern.
    """
    settings = read_settings()
    _check_known(organisation, load_rules(settings.rules).organisations)
    if not is_of_hub(settings.keys):
        stop("Keys are hosted where the hub runs: this is not its home.")
    with open_desk(settings) as desk:
        made = host_keys(desk, organisation, settings.agency_keys(organisation), settings.keys, act)
    if as_json:
        document({"made": made, "hosted": organisation})
    else:
        click.echo(f"The hub signs for {organisation}: {', '.join(made)}. Its people raise concerns at /raise.")


@keys.command()
@click.argument("jwk", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="Whose key it is, as in routing_rules/organisations/.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def trust(jwk: Path, *, organisation: str, as_json: bool) -> None:
    """Take the public key of an organisation's own system, from a file with a JWK (X25519 to receive, Ed25519 to sign).

    Compare it with its owner first, by another way than it came.
    """
    settings = read_settings()
    _check_known(organisation, load_rules(settings.rules).organisations)
    held = FileKeys(settings.keys)
    key = read_jwk(jwk.read_bytes(), organisation, held)
    held.trust(key)
    if as_json:
        document({"key_id": key.key_id, "organisation": organisation, "use": key.use, "thumbprint": thumbprint(key)})
        return
    click.echo(f"{key.key_id} is trusted; its thumbprint (RFC 7638) is {thumbprint(key)}.")
    if key.use is Use.RECEIVE:
        click.echo(f"Name it in the organisation's file, keys: {{receive: {key.key_id}}}, and restart routers.")


@keys.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """List the keys that the hub holds or trusts; never their bytes."""
    held_here = FileKeys(read_settings().keys)
    found = [
        {"key_id": key_id, "private_held": held, "hosted": held_here.is_hosted(key_id)}
        for key_id, held in held_here.ids()
    ]
    if as_json:
        document(found)
        return
    table(
        "Keys",
        ["key", "private half held here"],
        [
            [row["key_id"], "yes" if row["private_held"] else "yes, for its organisation" if row["hosted"] else "no"]
            for row in found
        ],
        empty="No keys yet: run `hub keys new`.",
    )


@keys.command()
@click.argument("use", type=click.Choice([use.value for use in Use]))
@click.option("--organisation", help="Rotate this organisation's key; the hub's own otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rotate(use: str, *, organisation: str | None, as_json: bool) -> None:
    """Make the next key of a use; the old one stays for opening and verifying."""
    settings, wanted = read_settings(), Use(use)
    owner = organisation or HUB
    if wanted is Use.ENDPOINT:
        stop("An endpoint's secret is made anew by `hub keys new --webhook --organisation ORG`, which shows it.")
    if (wanted in HUB_USES) != (organisation is None) or wanted is Use.CASE:
        stop(
            f"A {use} key of {owner} is not rotated: case keys outlive rotation, and a use belongs to "
            "the hub or to an organisation."
        )
    if (organisation is None or wanted is Use.INBOX) and not is_of_hub(settings.keys):
        stop("The hub's own keys are not here: rotate them where the hub runs.")
    made = rotate_key(organisation, wanted, settings.agency_keys(owner), settings.keys, settings.suite)
    if as_json:
        document({"made": [made]})
    else:
        click.echo(f"Made {made}. {_then(wanted, settings)}")


def _then(use: Use, settings: Settings) -> str:
    """What is to be done after a rotation."""
    match use:
        case Use.NEWS:
            return (
                f"Give its public half, from {settings.keys / 'public'}, to every adapter within {GRACE.days} days: "
                "until then news is signed with the key before, while that lies here."
            )
        case Use.WEBHOOK:
            return f"For {GRACE.days} days the key before signs besides; recipients read both from /v1/webhook-keys."
        case Use.RECEIVE | Use.INBOX | Use.SIGN:
            return "Name it in routing_rules/organisations/ where the organisation lists its keys."
        case _:
            return "docs/runbook.md, Keys, says what follows."


@keys.command()
@click.argument("key_id")
@click.option(
    "--forget",
    is_flag=True,
    help="Also forget whom concerns' children were judged not to be, and superseded numbers not taken in again.",
)
@acting(Doing.MAKE_KEYS)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def retire(key_id: str, *, forget: bool, act: Act, as_json: bool) -> None:
    """Put an older register or blocking key aside, once `hub subjects reseal` or `rekey` left nothing under it."""
    settings = read_settings()
    with open_desk(settings) as desk:
        aside = retire_key(desk, FileKeys(settings.keys), key_id, act, forget=forget)
    if as_json:
        document({"retired": key_id, "file": str(aside)})
    else:
        click.echo(f"{key_id} lies in {aside}: destroy it, or keep it with backups of the database that need it.")


@keys.command()
@click.argument("key_id")
@acting(Doing.MAKE_KEYS)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def revoke(key_id: str, *, act: Act, as_json: bool) -> None:
    """End an API key: every request that bears it fails from now on."""
    settings = read_settings()
    with open_desk(settings) as desk:
        ended = revoke_api_key(desk, key_id, act)
    for folder in sorted((settings.home / "agencies").glob("*")):
        if any(caller.name == key_id for caller in callers.read(folder)):
            callers.remove(folder, key_id)
    if not ended:
        stop("There is no API key of this id that still holds.")
    if as_json:
        document({"revoked": key_id})
    else:
        click.echo(f"{key_id} is revoked.")
