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
from .report import bars
from .results import Result, median

PROGRAMS = {"pigz": "pigz", "zstd": "zstd", "restic": "restic", "borg": "borgbackup"}  # and their Debian packages
PEERS = {"oks-backup full (zstd)": "tar | zstd -1 -T0", "oks-backup full (gzip)": "tar | pigz"}
COMPARED = {*PEERS, *PEERS.values()}
MOST_MIB = 300
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


def measure(oks, scratch, rounds, say, only=None):
    """Every way once in each round, in turn; gives what each took, by name, and the bytes of the snapshot.

    `only` names the ways that are wanted, if not all of them are.
    """
    found = {}
    with Snapshot(oks) as snapshot:
        for number in range(rounds):
            for name, command in ways(oks, snapshot).items():
                if only is None or name in only:
                    one = found.setdefault(name, Measured())
                    _run(Path(scratch) / "archives", command, one)
                    say(f"round {number + 1}: {name}: {one.seconds[-1]:.1f} s, {one.bytes[-1] / 2**20:,.0f} MiB")
        return found, snapshot.bytes()


def rows(found):
    """What was measured as results: seconds of each way, those of oks-backup beside the peer that does the least."""
    medians = {name: median(measured.seconds) for name, measured in found.items()}
    memory = max(max(measured.mib) for name, measured in found.items() if name.startswith("oks-backup"))
    results = []
    for name, measured in found.items():
        peer = PEERS.get(name, "")
        results.append(Result(name, medians[name], "s", measured.seconds, peer, medians.get(peer), 1.0 if peer else None, True,
                              f"{median(measured.bytes) / 2**20:,.0f} MiB written"))
    return results + [Result("oks-backup full, most memory", memory, "MiB", target=MOST_MIB, smaller_is_better=True)]


def plot(found, snapshot_bytes):
    """Bars of what each way took."""
    return bars(f"An archive of a snapshot of {snapshot_bytes / 1e6:,.0f} MB", "seconds",
                {name: median(measured.seconds) for name, measured in found.items()})


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
