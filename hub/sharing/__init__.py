"""Sharing: who ought to hear of a concern, whether the ISPs allow it, and which parts.

Routing rules say who and by when, ISPs say whether and what. Default deny; unknown is not false; every decision says
why. Read `deciding` first, then `recipients` (who ought to hear) and `permission` (who may, and what).
"""

from hub.sharing.checking.book import Report
from hub.sharing.deciding.recipients import source_desk
from hub.sharing.deciding.ruleset import RuleSet, verify_signatures
from hub.sharing.deciding.verdict import DUTY_DESK, decide, decide_not_found
from hub.sharing.loader import RulesInvalid, inspect_rules, load_rules, sign_isp
from hub.sharing.writing.signatures import SignedBy
from hub.written.findings import Finding, Level

__all__ = [
    "DUTY_DESK",
    "Finding",
    "Level",
    "Report",
    "RuleSet",
    "RulesInvalid",
    "SignedBy",
    "decide",
    "decide_not_found",
    "inspect_rules",
    "load_rules",
    "sign_isp",
    "source_desk",
    "verify_signatures",
]
