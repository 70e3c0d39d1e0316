"""Archives of one snapshot: oks-backup beside the programs that people use instead."""

import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .installation import BenchmarkError

PROGRAMS = {"pigz": "pigz", "zstd": "zstd", "restic": "restic", "borg": "borgbackup"}  # and their Debian packages
REPOSITORY = {"RESTIC_PASSWORD": "benchmark", "RESTIC_REPOSITORY_VERSION": "2", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}


@dataclass
class Measured:
    """What one way of making an archive took, round by round: seconds, bytes written, most memory of oks-backup."""

    seconds: list = field(default_factory=list)
    bytes: list = field(default_factory=list)
    mib: list = field(default_factory=list)


class Snapshot:
    """A snapshot that oksd holds while the context lasts, so that all programs read the same files."""

    def __init__(self, oks):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(str(oks.prefix / "var/run/oksd.ctl"))
        self.connection.sendall(b'{"command":"snapshot"}\n')
        answer = self._answer()
        if not answer.get("ok"):
            raise BenchmarkError(f"oksd made no snapshot: {answer}")
        self.directory = Path(answer["result"]["directory"])

    def _answer(self):
        for line in self.connection.makefile(encoding="utf-8"):
            message = json.loads(line)
            if "ok" in message:  # what comes before is progress
                return message
        return {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def bytes(self):
        """The size of all its files."""
        return sum(file.stat().st_size for file in self.directory.rglob("*") if file.is_file())


def ways(oks, snapshot):
    """Names of the ways, and for each a function from an empty directory to the command that leaves its archive there."""
    def piped(packer, suffix):
        return lambda out: f"tar -cf - -C {snapshot.directory} . | {packer} > {out}/archive.tar{suffix}"

    def full(compression):
        return lambda out: f"exec {oks.prefix}/bin/oks-backup full --compress {compression} --out {out} --quiet --json"

    return {
        "oks-backup full (zstd)": full("zstd"),
        "tar | zstd -1 -T0": piped("zstd -1 -T0 -q", ".zst"),
        "oks-backup full (gzip)": full("gzip"),
        "tar | pigz": piped("pigz", ".gz"),
        "tar | gzip": piped("gzip", ".gz"),
        "oks-backup full (tar)": full("none"),
        "restic backup": lambda out: f"restic -q -r {out} init && restic -q -r {out} backup {snapshot.directory}",
        "borg create": lambda out: f"borg init -e none {out} && borg create {out}::archive {snapshot.directory}",
    }


def measure(oks, scratch, rounds, say):
    """Every way once in each round, in turn; gives what each took, by name, and the bytes of the snapshot."""
    found = {}
    with Snapshot(oks) as snapshot:
        for number in range(rounds):
            for name, command in ways(oks, snapshot).items():
                one = found.setdefault(name, Measured())
                _run(Path(scratch) / "archives", command, one)
                say(f"round {number + 1}: {name}: {one.seconds[-1]:.1f} s, {one.bytes[-1] / 2**20:,.0f} MiB")
        return found, snapshot.bytes()


def _run(out, command, one):
    out.mkdir()
    home = out.with_name("home")  # of the caches that restic and borg keep
    home.mkdir()
    os.sync()  # what the run before left to be written is not this one's
    began = time.monotonic()
    process = subprocess.Popen(["/bin/sh", "-c", command(out)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env={**os.environ, **REPOSITORY, "HOME": str(home)})
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    one.seconds.append(time.monotonic() - began)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BenchmarkError(f"{command(out)}: status {process.returncode}\n{said.decode(errors='replace')}")
    one.bytes.append(sum(file.stat().st_size for file in out.rglob("*") if file.is_file()))
    one.mib.append(usage.ru_maxrss / 1024)
    shutil.rmtree(out)
    shutil.rmtree(home)
