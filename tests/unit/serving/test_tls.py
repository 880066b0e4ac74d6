"""TLS of a door: certificates that fit, clients that show theirs, and a sentence for files that cannot be used."""

import socket
import ssl
import threading

import pytest
from kafka_certificates import make_certificates

from hub.facts.errors import UserError
from hub.serving.tls import Tls, server_context


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("tls"))


def shaken(server, client):
    """The TLS version that a server and a client agree on; raises ssl.SSLError or OSError where they do not."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    theirs.settimeout(5)

    def serve():
        try:
            with server.wrap_socket(ours, server_side=True) as served:
                served.sendall(b".")
        except OSError:
            ours.close()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        with client.wrap_socket(theirs, server_hostname="127.0.0.1") as connected:
            connected.recv(1)
            return connected.version()
    finally:
        serving.join(5)


def a_client(files, *, known=False):
    client = ssl.create_default_context(cafile=files.ca)
    if known:
        client.load_cert_chain(files.client, files.client_key)
    return client


def test_a_client_that_knows_the_authority_comes_in_under_tls(files):
    server = server_context(Tls(files.broker, files.broker))
    assert shaken(server, a_client(files)) == "TLSv1.3"
    assert server.minimum_version == ssl.TLSVersion.TLSv1_2


def test_where_clients_must_show_a_certificate_one_without_is_turned_away(files):
    server = server_context(Tls(files.broker, files.broker, clients=files.ca))
    assert shaken(server, a_client(files, known=True)) == "TLSv1.3"
    with pytest.raises(OSError, match=r"CERTIFICATE_REQUIRED|certificate required|reset|EOF"):
        shaken(server, a_client(files))


@pytest.mark.parametrize("wrong", ["none.pem", "ca.pem"])
def test_files_that_cannot_be_used_are_named(files, wrong):
    broken = files.ca.with_name(wrong)
    with pytest.raises(UserError, match=rf"{wrong} cannot be used for TLS: they must be a certificate and its key"):
        server_context(Tls(files.broker, broken))
    with pytest.raises(UserError, match="must hold certificates of authorities"):
        server_context(Tls(files.broker, files.broker, clients=files.ca.with_name("none.pem")))
