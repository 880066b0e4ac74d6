"""Certificates for a local Kafka that demands TLS: an authority of its own, the broker's and a client's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificates:
    """PEM files. `broker` holds its key and its certificate, as Kafka wants them."""

    ca: Path
    broker: Path
    client: Path
    client_key: Path


@dataclass(frozen=True)
class _Issued:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def make_certificates(folder: Path) -> Certificates:
    """Write them into the folder; they are good for two days, for 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _issue("local authority", None)
    broker, client = _issue("broker", authority), _issue("client", authority)
    found = Certificates(*(folder / name for name in ("ca.pem", "broker.pem", "client.pem", "client.key.pem")))
    found.ca.write_bytes(authority.pem())
    found.broker.write_bytes(broker.key_pem() + broker.pem() + authority.pem())
    found.client.write_bytes(client.pem())
    found.client_key.write_bytes(client.key_pem())
    return found


def _issue(name: str, by: _Issued | None) -> _Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 2 * _DAY)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by is not None:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        builder = (
            builder.add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
            )
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .add_extension(issuer, critical=False)
        )
    return _Issued(key, builder.sign(by.key if by else key, hashes.SHA256()))
