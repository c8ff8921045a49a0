"""Certificates of another authority are believed only when its file is named (MAX: those of Минцифры)."""

import datetime
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Retryable


class _Says(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802 - named by the library
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_what: object) -> None:
        """Silent."""


@pytest.fixture
def far(tmp_path, monkeypatch):
    """A server whose certificate nobody knows, and the file of its authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Пробный центр")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    authority, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    server = HTTPServer(("127.0.0.1", 0), _Says)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    where = f"127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("OTKLIK_INNER_HOSTS", where)
    yield f"https://{where}/", authority
    server.shutdown()
    server.server_close()


def test_an_unknown_authority_is_not_believed_and_a_named_one_is(far, monkeypatch):
    url, authority = far
    with Caller() as caller, pytest.raises(Retryable):
        caller.call("GET", url)
    monkeypatch.setenv("OTKLIK_CA_FILE", str(authority))
    with Caller() as caller:
        assert caller.call("GET", url).body == b"ok"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_cannot_be_read_is_logged_and_stops_nobody_else(tmp_path, monkeypatch, caplog, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("OTKLIK_CA_FILE", str(file))
    with Caller():
        assert "OTKLIK_CA_FILE" in caplog.text
