"""Settings, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hub.facts.errors import ConfigurationError
from hub.facts.shipped import shipped
from hub.facts.terms import Tier
from hub.facts.webhook_address import Networks, read_networks

DEFAULT_WATCH_ADDRESS = "127.0.0.1:8401"


class Settings(BaseModel):
    """Everything that may differ between two machines. Each field is read from `HUB_<NAME>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("concern-hub")))
    """Embedded data, keys and spools."""
    database_url: str | None = None
    """PostgreSQL; None is the embedded one under `home`."""
    kafka_bootstrap: str | None = None
    """Kafka's address; None where a command can do without."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How Kafka is spoken to: with TLS (SSL) or without, with a name and password (SASL) or without."""
    kafka_ca: Path | None = None
    """With SSL: the certificates (PEM) by which the brokers' are checked; the system's where none is set."""
    kafka_cert: Path | None = None
    """With SSL: the client's own certificate (PEM), where the brokers ask for one."""
    kafka_key: Path | None = None
    """With SSL: the key of that certificate (PEM, without a password)."""
    kafka_sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """With SASL: the mechanism."""
    kafka_user: str | None = None
    """With SASL: the name."""
    kafka_password_file: Path | None = None
    """With SASL: the file that holds the password, and nothing else."""
    rules: Path = Field(default_factory=lambda: shipped("routing_rules"))
    schemas: Path = Field(default_factory=lambda: shipped("schemas"))
    suite: Literal["mlkem768-x25519", "x25519"] = "mlkem768-x25519"
    """HPKE suite of new hub keys: mlkem768-x25519 or x25519."""
    console_address: str = "127.0.0.1:8400"
    """Where the console (HTTP API of inbox and receipts) listens."""
    public_url: str = "http://localhost:8400"
    """How people's browsers reach the console: https, or http on localhost alone."""
    console_cert: Path | None = None
    """The console's certificate (PEM). Without one it serves pages on loopback alone, to a proxy that has one."""
    console_key: Path | None = None
    """The key of that certificate (PEM, without a password)."""
    providers: Path | None = None
    """A folder of identity providers' files; none where people sign in with passkeys alone."""
    provider_networks: Networks = ()
    """Networks, by commas, in which identity providers may lie though they are not open to all."""
    person_token: str | None = Field(default=None, repr=False)
    """The token of the person who runs a command, where it lies in no file under `home`."""
    watch_address: str | None = None
    """Where a process answers /livez, /readyz and /metrics, apart from any other door; 127.0.0.1:8401 by default."""
    connections_per_address: int = Field(default=100, ge=1, le=400)
    """Connections that one client address may hold at the console; more where a proxy stands before it."""
    batch: int = Field(default=500, ge=1, le=5_000)
    """Records a batch."""
    second_reviewer: frozenset[Tier] = frozenset()
    """Tiers, by commas, of concerns whose child two reviewers must name: `immediate`, say. None by default."""
    webhook_networks: Networks = ()
    """Networks, by commas, in which webhooks may lie though they are not open to all: `10.20.0.0/16,::1/128`, say."""
    webhook_ca: Path | None = None
    """Certificates (PEM) by which webhooks' servers are checked; the system's where none is set."""
    webhook_cert: Path | None = None
    """The hub's own certificate (PEM), for recipients' servers that ask for one (mTLS)."""
    webhook_key: Path | None = None
    """The key of that certificate (PEM, without a password)."""
    log_level: str = "info"

    @field_validator("webhook_networks", "provider_networks", mode="before")
    @classmethod
    def _networks(cls, given: object) -> object:
        return read_networks(given) if isinstance(given, str) else given

    @field_validator("second_reviewer", mode="before")
    @classmethod
    def _by_commas(cls, given: object) -> object:
        return [word.strip() for word in given.split(",") if word.strip()] if isinstance(given, str) else given

    @property
    def keys(self) -> Path:
        """The hub's own keys, and every public key it trusts."""
        return self.home / "keys"

    def agency_keys(self, organisation: str) -> Path:
        """An organisation's own keys, where its adapter or system runs with this home."""
        return self.home / "agencies" / organisation / "keys"

    def spool(self, source: str) -> Path:
        """Where a source's adapter spools sealed events until Kafka has them."""
        return self.home / "agencies" / source / "spool"

    def kafka(self) -> str:
        """Kafka's address, or one sentence that asks for it."""
        if self.kafka_bootstrap is None:
            raise ConfigurationError(
                "No Kafka address is set: set HUB_KAFKA_BOOTSTRAP, or run `make up` and the "
                "export lines that it prints."
            )
        return self.kafka_bootstrap


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `HUB_*` variables; raises ConfigurationError naming the variable that is wrong."""
    source = os.environ if environment is None else environment
    values = {
        name: source[f"HUB_{name.upper()}"] for name in Settings.model_fields if source.get(f"HUB_{name.upper()}")
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ConfigurationError(f"HUB_{str(first['loc'][0]).upper()} is wrong: {first['msg']}.") from error
