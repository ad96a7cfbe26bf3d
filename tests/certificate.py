"""A certificate for "localhost", signed by itself, for servers on loopback that speak TLS."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    """``file`` holds the certificate and its key."""

    file: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def client(self) -> ssl.SSLContext:
        """Trusts that server, and nobody else."""
        return ssl.create_default_context(cafile=str(self.file))


def make(folder: Path) -> Certificate:
    """Made by openssl, which is wherever Python's ssl is built; skips the test where it is not."""
    key, file = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(file), "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except OSError:
        pytest.skip("no openssl here to make a certificate with")
    with file.open("a", encoding="ascii") as both:
        both.write(key.read_text(encoding="ascii"))
    return Certificate(file)
