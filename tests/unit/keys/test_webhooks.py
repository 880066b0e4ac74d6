"""Signatures of webhooks: after a rotation both keys sign for a while; stock libraries verify by a secret."""

from __future__ import annotations

import os
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from hub.facts.errors import KeyMissing
from hub.keys.files import HUB, FileKeys, verify
from hub.keys.overlap import GRACE, Overlap
from hub.keys.provider import Use
from hub.keys.webhooks import WebhookSigner, shown_secret
from hub.wire.news import NewsSigner

SCHOOL = "school.x"
MESSAGE = b"5f0c.1772925129.{}"


class Site:
    """A hub's keys, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys = folder, FileKeys(folder)
        self.now = datetime.now(UTC)
        self.signer = WebhookSigner(Overlap(self.keys, lambda: self.now))

    def make(self, owner: str, use: Use, *, ago: timedelta = timedelta()) -> str:
        key_id = self.keys.make(owner, use)
        made = (self.now - ago).timestamp()
        os.utime(self.folder / "private" / f"{key_id}.json", (made, made))
        self.now += timedelta(seconds=2)
        return key_id

    def signers(self, named: str | None = None) -> set[str]:
        """Ids of the hub's keys whose signature a message bears."""
        given = [one[4:] for one in self.signer.header(SCHOOL, named, MESSAGE).split() if one.startswith("v1a,")]
        return {
            key_id
            for key_id in self.keys.held(HUB, Use.WEBHOOK)
            for one in given
            if verify(self.keys.public(key_id), MESSAGE, b64decode(one))
        }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.make(HUB, Use.WEBHOOK, ago=timedelta(days=400))
    return made


def test_one_key_signs_by_itself(site: Site) -> None:
    assert site.signer.signing() == ["hub.webhook.1"]
    assert site.signers() == {"hub.webhook.1"}


def test_after_a_rotation_both_sign_until_the_new_one_is_of_age(site: Site) -> None:
    site.make(HUB, Use.WEBHOOK)
    assert site.signer.signing() == ["hub.webhook.2", "hub.webhook.1"]
    assert site.signers() == {"hub.webhook.1", "hub.webhook.2"}
    site.now += GRACE
    assert site.signers() == {"hub.webhook.2"}


def test_the_key_that_a_file_names_signs_as_long_as_it_names_it_and_is_listed(site: Site) -> None:
    site.make(HUB, Use.WEBHOOK)
    site.now += GRACE
    assert site.signers(named="hub.webhook.1") == {"hub.webhook.1", "hub.webhook.2"}
    assert site.signer.listed(["hub.webhook.1", "hub.webhook.9", "hub.evidence.1"]) == [
        "hub.webhook.2",
        "hub.webhook.1",
    ]


def test_a_key_that_is_named_and_not_held_is_the_hubs_own_fault(site: Site) -> None:
    with pytest.raises(KeyMissing):
        site.signer.header(SCHOOL, "hub.webhook.7", MESSAGE)


def test_without_any_key_nothing_is_signed(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        Site(tmp_path).signer.header(SCHOOL, None, MESSAGE)


def test_a_stock_library_verifies_by_the_endpoints_secret_also_by_the_one_before(site: Site) -> None:
    first = shown_secret(site.keys.secret(site.make(SCHOOL, Use.ENDPOINT, ago=timedelta(days=90))))
    body = b'{"specversion": "1.0"}'
    stamp = str(int(datetime.now(UTC).timestamp()))

    def headers() -> dict[str, str]:
        message = f"msg_1.{stamp}.".encode() + body
        signature = site.signer.header(SCHOOL, None, message)
        return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}

    assert Webhook(first).verify(body.decode(), headers()) == {"specversion": "1.0"}
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(body.decode() + " ", headers())
    second = shown_secret(site.keys.secret(site.make(SCHOOL, Use.ENDPOINT)))
    for secret in (first, second):
        assert Webhook(secret).verify(body.decode(), headers())
    site.now += GRACE
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(body.decode(), headers())


def test_an_endpoint_without_a_secret_gets_the_public_keys_signature_alone(site: Site) -> None:
    assert site.signer.header(SCHOOL, None, MESSAGE).startswith("v1a,")
    assert "v1," not in site.signer.header(SCHOOL, None, MESSAGE)


def news_key(site: Site) -> str | None:
    """Id of the key that news is signed with."""
    return NewsSigner(Overlap(site.keys, lambda: site.now)).sign(MESSAGE)[0]


def test_news_is_signed_with_the_key_before_until_adapters_can_have_the_new_one(site: Site) -> None:
    site.make(HUB, Use.NEWS, ago=timedelta(days=90))
    assert news_key(site) == "hub.news.1"
    site.make(HUB, Use.NEWS)
    assert news_key(site) == "hub.news.1"
    site.now += GRACE
    assert news_key(site) == "hub.news.2"


def test_a_news_key_that_is_taken_away_signs_no_more_and_the_new_one_does_at_once(site: Site) -> None:
    site.make(HUB, Use.NEWS, ago=timedelta(days=90))
    site.make(HUB, Use.NEWS)
    (site.folder / "private" / "hub.news.1.json").unlink()
    assert news_key(site) == "hub.news.2"


def test_without_a_news_key_news_bears_no_signature(site: Site) -> None:
    assert news_key(site) is None
