"""How Kafka is connected to, from the settings; whatever is missing or wrong is one sentence that names its setting."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from kafka_certificates import Certificates, make_certificates

from hub.facts.errors import ConfigurationError
from hub.kafka.connection import Kafka
from hub.settings import read_settings

ADDRESS = {"HUB_KAFKA_BOOTSTRAP": "kafka.example:9093"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("quite secret\n")
    return path


def connected(**named: object) -> Kafka:
    return Kafka.of(read_settings(ADDRESS | {f"HUB_KAFKA_{name.upper()}": str(value) for name, value in named.items()}))


def test_without_more_settings_it_is_plain() -> None:
    kafka = connected()
    assert kafka.options() == {"bootstrap_servers": "kafka.example:9093", "security_protocol": "PLAINTEXT"}
    assert kafka.confluent()["security.protocol"] == "PLAINTEXT"


def test_tls_checks_the_broker_and_its_name_and_shows_a_certificate_of_ours(certificates: Certificates) -> None:
    kafka = connected(security="SSL", ca=certificates.ca, cert=certificates.client, key=certificates.client_key)
    context = kafka.options()["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert kafka.confluent() | {"log_level": 0} == {
        "bootstrap.servers": "kafka.example:9093",
        "security.protocol": "SSL",
        "ssl.ca.location": str(certificates.ca),
        "ssl.certificate.location": str(certificates.client),
        "ssl.key.location": str(certificates.client_key),
        "log_level": 0,
    }


def test_a_password_is_read_from_its_file_and_never_shown(certificates: Certificates, password: Path) -> None:
    kafka = connected(security="SASL_SSL", ca=certificates.ca, user="agency", password_file=password)
    assert kafka.options()["sasl_plain_password"] == kafka.confluent()["sasl.password"] == "quite secret"
    assert kafka.options()["sasl_mechanism"] == kafka.confluent()["sasl.mechanism"] == "SCRAM-SHA-512"
    assert "secret" not in repr(kafka)
    password.write_text("another")
    assert kafka.options()["sasl_plain_password"] == "another"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"security": "TLS"}, "HUB_KAFKA_SECURITY is wrong"),
        ({"security": "SSL", "ca": "/nowhere/ca.pem"}, "HUB_KAFKA_CA is no file"),
        ({"security": "SSL", "cert": "/nowhere/cert.pem"}, "belong together"),
        (
            {"security": "SSL", "cert": "/nowhere/cert.pem", "key": "/nowhere/key.pem"},
            "HUB_KAFKA_CERT and HUB_KAFKA_KEY",
        ),
        ({"security": "SASL_SSL"}, "needs HUB_KAFKA_USER"),
        ({"security": "SASL_SSL", "user": "agency"}, "HUB_KAFKA_PASSWORD_FILE"),
        ({"security": "SASL_SSL", "user": "agency", "password_file": "/nowhere"}, "PASSWORD_FILE cannot be read"),
        ({"security": "SASL_SSL", "user": "agency", "password_file": "/dev/null"}, "is empty"),
        (
            {"security": "SASL_PLAINTEXT", "sasl": "PLAIN", "user": "agency", "password_file": "/dev/null"},
            "in clear",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_missing_or_wrong_is_named(named: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        connected(**named)


def test_a_certificate_with_the_key_of_another_is_refused(certificates: Certificates) -> None:
    with pytest.raises(ConfigurationError, match="HUB_KAFKA_KEY"):
        connected(security="SSL", ca=certificates.ca, cert=certificates.client, key=certificates.broker)
