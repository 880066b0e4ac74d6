"""What watches the hub speaks of metrics, labels and words that there are, and leads to the runbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from ruamel.yaml import YAML

import hub.delivery.sweep  # noqa: F401 - its counter of escalations registers itself
from adapters.bridge import metrics as adapter_metrics
from hub import metrics as hub_metrics
from hub.facts.errors import Reason
from hub.facts.terms import Tier

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = YAML(typ="safe").load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
SCRAPE_LABELS = {"job", "process", "le"}
WORDS = {
    "tier": {"immediate", "urgent", "routine"},
    "reason": {reason.value for reason in Reason},
    "status": {"held", "cancelled"},
    "outcome": {"refused", "differs", "full", "unable", "unsigned"},
}
"""The words by which an expression may choose; `outcome` is an adapter's, the only one that is chosen by."""


def known(registry: CollectorRegistry) -> dict[str, set[str]]:
    """Name as Prometheus has it -> its labels."""
    found: dict[str, set[str]] = {}
    for collector in registry._collector_to_names:
        labels = set(getattr(collector, "_labelnames", ()))
        for family in collector.describe():
            found |= {family.name + suffix: labels for suffix in SUFFIXES[family.type]}
    return found


HUB = known(hub_metrics.REGISTRY)
KNOWN = HUB | known(adapter_metrics.REGISTRY)


def rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def panels() -> Iterator[dict[str, Any]]:
    for path in DASHBOARDS:
        yield from json.loads(path.read_text(encoding="utf-8"))["panels"]


def expressions() -> dict[str, str]:
    """Where it stands -> expression."""
    found = {f"alert {rule['alert']}": rule["expr"] for rule in rules()}
    for panel in panels():
        found |= {f"panel {panel['title']} {one['refId']}": one["expr"] for one in panel.get("targets", ())}
    return found


def names(expression: str) -> set[str]:
    return set(re.findall(r"\bhub_[a-z_]+", re.sub(r'"[^"]*"', "", expression)))


@pytest.mark.parametrize("expression", expressions().values(), ids=expressions().keys())
def test_an_expression_names_metrics_and_labels_that_there_are(expression: str) -> None:
    used = names(expression)
    assert used <= KNOWN.keys()
    labels = set().union(*(KNOWN[name] for name in used)) | SCRAPE_LABELS
    grouped = {word for group in re.findall(r"by \(([^)]*)\)", expression) for word in re.split(r",\s*", group)}
    chosen = dict(re.findall(r'([a-z_]+)=~?"([^"]*)"', expression))
    assert (grouped | chosen.keys()) <= labels
    for label, words in chosen.items():
        assert label in SCRAPE_LABELS or set(words.split("|")) <= WORDS[label]


def test_the_words_of_the_labels_are_those_of_the_model() -> None:
    assert WORDS["tier"] == {tier.value for tier in Tier}


def test_every_metric_of_hub_and_adapter_is_on_a_dashboard() -> None:
    shown = {name for panel in panels() for one in panel.get("targets", ()) for name in names(one["expr"])}
    assert [name for name in KNOWN if not name.endswith(("_sum", "_count")) and name not in shown] == []


def test_every_dead_letter_reason_is_in_one_alert_and_no_more() -> None:
    named = [
        word
        for rule in rules()
        for one in set(re.findall(r'reason=~?"([^"]*)"', rule["expr"]))
        for word in one.split("|")
    ]
    assert sorted(named) == sorted(reason.value for reason in Reason)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_grave_it_is_and_leads_to_the_runbook(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor == rule["alert"].lower()
    assert rule["alert"] in headings


def test_panels_read_from_the_data_source_that_is_provisioned() -> None:
    provisioned = YAML(typ="safe").load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uids = {source["uid"] for source in provisioned["datasources"]}
    assert {one["datasource"]["uid"] for panel in panels() for one in panel.get("targets", ())} == uids


def test_panels_have_numbers_of_their_own_a_title_a_unit_and_do_not_overlap() -> None:
    found = list(panels())
    assert len({panel["id"] for panel in found}) == len(found)
    charts = [panel for panel in found if panel["type"] != "row"]
    assert all(panel["title"] and panel["description"] and panel["fieldConfig"]["defaults"]["unit"] for panel in charts)
    taken = [
        (x, y)
        for panel in found
        for box in [panel["gridPos"]]
        for x in range(box["x"], box["x"] + box["w"])
        for y in range(box["y"], box["y"] + box["h"])
    ]
    assert len(taken) == len(set(taken))


def test_prometheus_watches_every_long_running_process_of_the_compose_file() -> None:
    scraped = YAML(typ="safe").load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    hosts = {target.partition(":")[0] for job in scraped for one in job["static_configs"] for target in one["targets"]}
    services = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]
    assert hosts == services.keys() - {"kafka", "postgres", "prepare"}
