"""A certificate authority of the tests' own: right certificates, and wrong ones."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests' own authority")])
        self.certificate = self.make(self.key, self.name, authority=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def make(self, key, name, *, host: str = "", authority: bool = False, ended: bool = False, own=None):
        now = datetime.now(UTC)
        begins, ends = (now - timedelta(days=9), now + timedelta(days=-1 if ended else 9))
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(own or self.name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(begins).not_valid_after(ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative(host)]), critical=False)
        return builder.sign(key if own else self.key, hashes.SHA256())

    def context(self, host: str, *, ended: bool = False, self_signed: bool = False) -> ssl.SSLContext:
        """For a server that says that it is `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self.make(key, name, host=host, ended=ended, own=name if self_signed else None)
        file = self.folder / f"{host}-{ended}-{self_signed}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
