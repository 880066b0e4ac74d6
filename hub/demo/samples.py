"""Ready-made keys and sign-offs for the sample organisations: what the demo, the bench and tests begin from.

In earnest each organisation makes its own keys and signs its own ISPs; here one machine plays them all.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hub.keys.files import FileKeys
from hub.keys.setup import hub_keys, organisation_keys
from hub.settings import Settings
from hub.sharing import RuleSet, load_rules, sign_isp


def prepare(settings: Settings, *, at: datetime, hosted: Collection[str] = ()) -> None:
    """The hub's keys, every organisation's keys (the hub signs for those `hosted`), every ISP signed by each party."""
    hub_keys(settings.keys, settings.suite)
    rules = load_rules(settings.rules)
    for organisation in rules.organisations:
        home = settings.agency_keys(organisation)
        organisation_keys(organisation, home, settings.keys, hosted=organisation in hosted)
    _sign_all(rules, settings, at)


def sign_everything(settings: Settings, *, at: datetime) -> None:
    """Each ISP of the rules folder, signed by each organisation that is a party to it, alone or in a group."""
    _sign_all(load_rules(settings.rules), settings, at)


def _sign_all(rules: RuleSet, settings: Settings, at: datetime) -> None:
    for isp in rules.isps:
        for organisation in sorted(rules.parties(isp)):
            sign_isp(rules, isp, organisation, FileKeys(settings.agency_keys(organisation)), at)
