"""How Kafka is connected to, for every client of the hub and its adapters: address, TLS, and who one is."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.facts.errors import ConfigurationError
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where Kafka is, and what is needed to be let in. The files are read again at each connection."""

    bootstrap: str
    protocol: str = "PLAINTEXT"
    ca: Path | None = None
    """Certificates that the brokers' own are checked by; None: the system's."""
    certificate: Path | None = None
    key: Path | None = None
    mechanism: str = ""
    user: str = ""
    password_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Kafka:
        """As the settings say; raises ConfigurationError naming the setting that is missing or wrong."""
        wanted = settings.kafka_security
        made = cls(settings.kafka(), wanted)
        if wanted.endswith("SSL"):
            if (settings.kafka_cert is None) != (settings.kafka_key is None):
                raise ConfigurationError("HUB_KAFKA_CERT and HUB_KAFKA_KEY belong together: set both, or neither.")
            made = cls(settings.kafka(), wanted, settings.kafka_ca, settings.kafka_cert, settings.kafka_key)
        if wanted.startswith("SASL"):
            made = _named(made, settings)
        made.options()
        return made

    def options(self) -> dict[str, Any]:
        """For aiokafka's clients. Raises ConfigurationError where a file cannot be used."""
        options: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.protocol}
        if self.protocol.endswith("SSL"):
            options["ssl_context"] = self._tls()
        if self.mechanism:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self._password(),
            }
        return options

    def confluent(self) -> dict[str, Any]:
        """For librdkafka's clients. Raises ConfigurationError as above."""
        options: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": self.protocol,
            "log_level": 0,
        }
        if self.protocol.endswith("SSL"):
            files = {"ca": self.ca, "certificate": self.certificate, "key": self.key}
            options |= {f"ssl.{name}.location": str(path) for name, path in files.items() if path is not None}
        if self.mechanism:
            options |= {
                "sasl.mechanism": self.mechanism,
                "sasl.username": self.user,
                "sasl.password": self._password(),
            }
        return options

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError("HUB_KAFKA_CA is no file of certificates in PEM that can be read.") from error
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key, password=_no_password)
            except (OSError, ssl.SSLError, ValueError) as error:
                raise ConfigurationError(
                    "HUB_KAFKA_CERT and HUB_KAFKA_KEY are no certificate and its key in PEM, without a password, "
                    "that can be read."
                ) from error
        return context

    def _password(self) -> str:
        try:
            text = (self.password_file or Path()).read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, ValueError) as error:
            raise ConfigurationError("HUB_KAFKA_PASSWORD_FILE cannot be read: correct it, or its access.") from error
        if not text:
            raise ConfigurationError("HUB_KAFKA_PASSWORD_FILE is empty: it holds the password of HUB_KAFKA_USER.")
        return text


def _named(kafka: Kafka, settings: Settings) -> Kafka:
    if not settings.kafka_user or settings.kafka_password_file is None:
        raise ConfigurationError(
            f"HUB_KAFKA_SECURITY={kafka.protocol} needs HUB_KAFKA_USER, and HUB_KAFKA_PASSWORD_FILE with its password."
        )
    if settings.kafka_sasl == "PLAIN" and kafka.protocol != "SASL_SSL":
        raise ConfigurationError(
            "HUB_KAFKA_SASL=PLAIN would send the password in clear: set HUB_KAFKA_SECURITY=SASL_SSL, or take another."
        )
    return Kafka(
        kafka.bootstrap, kafka.protocol, kafka.ca, kafka.certificate, kafka.key, settings.kafka_sasl,
        settings.kafka_user, settings.kafka_password_file,
    )  # fmt: skip


def _no_password() -> str:
    """Instead of asking at the terminal."""
    return ""
