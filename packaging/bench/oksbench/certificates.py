"""Synthetic certificates for a run, the same bytes for the same seed."""

import base64
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from .installation import java


@dataclass(frozen=True)
class Keyring:
    """A binary keyring of `count` certificates and the list that names them: fingerprint, e-mail, length."""

    file: Path
    list: Path
    count: int

    def bytes(self):
        """The size of all certificates together."""
        return self.file.stat().st_size

    def upload_bodies(self, file):
        """Writes what a client posts to /pks/add for each certificate, a line each (HKP draft, section 5.2.1)."""
        content = self.file.read_bytes()
        at = 0
        with open(self.list, encoding="ascii") as names, open(file, "w", encoding="ascii") as bodies:
            for name in names:
                length = int(name.split()[2])
                bodies.write("keytext=" + urllib.parse.quote_plus(armor(content[at:at + length])) + "\n")
                at += length
        return file


def make(directory, count, seed):
    """Makes a keyring; takes about a second per 5,000 certificates on two cores."""
    keyring = Keyring(Path(directory) / f"{count}-{seed}.pgp", Path(directory) / f"{count}-{seed}.list", count)
    if not keyring.list.exists():
        subprocess.run(
            java("oks.bench.SyntheticCertificates", count, seed, keyring.file, keyring.list), check=True)
    return keyring


def armor(binary):
    """ASCII armor (RFC 9580, section 6) without the checksum, which is optional."""
    text = base64.b64encode(binary).decode("ascii")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PGP PUBLIC KEY BLOCK-----", "", *lines, "-----END PGP PUBLIC KEY BLOCK-----", ""])
