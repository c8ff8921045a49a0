"""Accounts of mail for tests, certificates of an authority made for one test, and what came of it."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from otklik.acting import System, acting, widened
from otklik.cases.models import Case
from otklik.channels.email.kept import came
from otklik.channels.kit import arriving, secrets
from otklik.channels.models import Account, Arrival, Delivery, Setup
from otklik.intake.receiving import take_waiting
from tests.channels.email.letters import BOX
from tests.making import place

ACTOR = System("channels")
PASSWORD = "a pass-word of the box"


def make_account(code: str = "mail-k", territory: str = "gorod-kamyshin", **settings: Any) -> Account:
    """A mailbox of a municipality."""
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="email", code=code, name="Почта", territory=place(territory))
        setup = Setup(account=made, settings={"address": BOX, **settings})
        secrets.keep(setup, {"password": PASSWORD})
        setup.save()
    return made


def comes(account: Account, *letters: bytes) -> None:
    """Letters arrive and are taken."""
    with acting(ACTOR), widened():
        arriving.keep(account, [came(one) for one in letters], datetime.now(UTC))
    take_waiting(account.pk)


def arrivals() -> list[Arrival]:
    with acting(ACTOR, read_only=True):
        return list(Arrival.objects.select_related("message", "account__setup").order_by("id"))


def cases() -> list[Case]:
    with acting(ACTOR, read_only=True):
        return list(Case.objects.select_related("resident", "account").order_by("id"))


def deliveries() -> list[Delivery]:
    with acting(ACTOR, read_only=True):
        return list(Delivery.objects.select_related("message").order_by("id"))


def authority(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """(a server's TLS for that name, the file of the authority to trust)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative: x509.GeneralName = x509.DNSName(name)
    if name[0].isdigit():
        alternative = x509.IPAddress(ip_address(name))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, secret)
    return tls, certificate
