"""Synthetic certificates for a run, the same bytes for the same seed."""

import base64
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from .installation import java

FILE = 500_000  # certificates in a file, of many


@dataclass(frozen=True)
class Keyring:
    """`count` certificates in binary files, and the list that names them: fingerprint, e-mail, length."""

    files: tuple
    list: Path
    count: int

    @property
    def file(self):
        """The only file, of a keyring that was not joined."""
        [file] = self.files
        return file

    def bytes(self):
        """The size of all certificates together."""
        return sum(file.stat().st_size for file in self.files)

    def upload_bodies(self, file):
        """Writes what a client posts to /pks/add for each certificate, a line each (HKP draft, section 5.2.1)."""
        content = b"".join(file.read_bytes() for file in self.files)
        at = 0
        with open(self.list, encoding="ascii") as names, open(file, "w", encoding="ascii") as bodies:
            for name in names:
                length = int(name.split()[2])
                bodies.write("keytext=" + urllib.parse.quote_plus(armor(content[at:at + length])) + "\n")
                at += length
        return file


def make(directory, count, seed):
    """Makes a keyring unless the directory has it; takes about a second per 5,000 certificates on two cores."""
    made = [Path(directory) / f"{count}-{seed}.{kind}" for kind in ("pgp", "list")]
    if not made[1].exists():  # it is renamed last: a run that was broken off leaves no keyring that looks whole
        unfinished = [file.with_name(file.name + ".tmp") for file in made]
        subprocess.run(java("oks.bench.SyntheticCertificates", count, seed, *unfinished), check=True)
        for begun, file in zip(unfinished, made):
            begun.rename(file)
    return Keyring((made[0],), made[1], count)


def make_in_parts(directory, count, parts, seed):
    """As many keyrings of equal size, with the seeds from this one on."""
    return [make(directory, count // parts, seed + number) for number in range(parts)]


def make_in_files(directory, count, seed):
    """As many certificates in keyrings of half a million and one of the rest, with the seeds from this one on."""
    whole, rest = divmod(count, FILE)
    counts = [FILE] * whole + [rest] * (rest > 0)
    return [make(directory, part, seed + number) for number, part in enumerate(counts)]


def join(scratch, keyrings):
    """One keyring of all of them, in this order."""
    names = Path(scratch) / "all.list"
    with open(names, "wb") as file:
        for keyring in keyrings:
            file.write(keyring.list.read_bytes())
    files = tuple(file for keyring in keyrings for file in keyring.files)
    return Keyring(files, names, sum(keyring.count for keyring in keyrings))


def directory_for(keyrings, scratch):
    """Where keyrings are made: a directory that the user keeps for the next run, or the scratch directory."""
    if not keyrings:
        return scratch
    directory = Path(keyrings)
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def add_option(parser):
    """The option that keeps keyrings, the same for every program."""
    parser.add_argument("--keyrings", metavar="DIR",
                        help="keep the certificates that are made there, and take those that a run before left there")


def armor(binary):
    """ASCII armor (RFC 9580, section 6) without the checksum, which is optional."""
    text = base64.b64encode(binary).decode("ascii")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PGP PUBLIC KEY BLOCK-----", "", *lines, "-----END PGP PUBLIC KEY BLOCK-----", ""])
