"""Keys of the register that nothing needs any more, put aside."""

from __future__ import annotations

from pathlib import Path

from hub.facts.act import Act
from hub.facts.errors import UserError
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.keys.setup import check_retirable, is_hosted, organisation_keys
from hub.matching.register import numbers_store
from hub.matching.register.renewing_store import hashed_by, sealed_by
from hub.people.desk import Desk


def retire(desk: Desk, keys: FileKeys, key_id: str, act: Act, *, forget: bool) -> Path:
    """Put an older register or blocking key aside; returns where it lies. Raises UserError while anything needs it.

    `forget`: also forget whom concerns' children were judged not to be, which rests on a blocking key for ever, and
    superseded numbers that nobody took in again since the key is an older one.
    """
    check_retirable(keys, key_id, act.at.timestamp())
    if key_id.startswith(f"{HUB}.{Use.REGISTER}."):
        _check_nothing_sealed(desk, key_id)
    else:
        _check_nothing_hashed(desk, keys, key_id, forget=forget)
    desk.note("key", key_id, "retire", act)
    return keys.retire(key_id)


def host(desk: Desk, organisation: str, home: Path, hub_home: Path, act: Act) -> list[str]:
    """Make what the hub signs with for an organisation; raises UserError where that has keys of its own.

    Asked again it makes what is missing.
    """
    signs = FileKeys(hub_home).signs(organisation)
    if signs and not is_hosted(home, organisation):
        raise UserError(f"{organisation} signs with a key of its own ({signs}): its own software raises its concerns.")
    made = organisation_keys(organisation, home, hub_home, hosted=True)
    for key_id in made:
        desk.note("key", key_id, "host", act)
    return made


def _check_nothing_sealed(desk: Desk, key_id: str) -> None:
    needed = sealed_by(desk.connection, key_id)
    if needed:
        raise UserError(f"{needed} records are sealed under {key_id}: run `hub subjects reseal`, then retire it.")


def _check_nothing_hashed(desk: Desk, keys: FileKeys, key_id: str, *, forget: bool) -> None:
    oldest = key_id == keys.held(HUB, Use.BLOCKING)[0]
    needed, judged = hashed_by(desk.connection, key_id, oldest=oldest)
    if needed:
        raise UserError(f"{needed} records are found under {key_id} alone: run `hub subjects rekey`, then retire it.")
    if judged and not forget:
        raise UserError(f"{judged} judgements about concerns' children rest on {key_id}: keep it, or give --forget.")
    numbers = numbers_store.only_under(desk.connection, key_id)
    if numbers and not forget:
        raise UserError(
            f"{numbers} superseded numbers are known under {key_id} alone: take their lists in again by "
            "`hub subjects renumber`, then retire it, or give --forget."
        )
    numbers_store.forget(desk.connection, key_id)
