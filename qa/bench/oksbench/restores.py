"""Restores: unpacking an archive beside zstd and tar, and replaying recovery files beside RocksDB's own puts."""

import json
import os
import shutil
import subprocess
import time

from .installation import BenchmarkError, Installation, java
from .report import bars
from .results import Result, median, side_by_side

MEMORY_MIB = 300


def measure(scratch, first, rest, rounds, say):
    """Restores of an archive of all these keyrings, and replays of the first of them; gives results and the archive's size."""
    with Installation(scratch, "restores") as oks:
        backups = scratch / "backups"
        backups.mkdir()
        empty, recovery, whole = _back_up(oks, backups, first, rest)
        oks.stop()
        size = whole.stat().st_size
        say(f"archive of {size:,} bytes: restoring and unpacking it in turn")
        found = _archive_part(scratch, oks, whole, rounds)
        say(f"{first.count:,} changes: replaying them, and putting the same certificates")
        found += _replay_part(scratch, oks, empty, recovery, first, rounds)
        shutil.rmtree(backups)
        return found, size


def plots(found):
    """Bars of the archive part and of the replay, by the names of their files."""
    by_name = {result.what: result for result in found}
    unpacking = by_name["archive unpacked, hashed and forced"]
    whole = by_name["archive restored, checked before and proven after"]
    replay = by_name["replay beside bare puts"]
    return {
        "archive.svg": bars("An archive", "MB of table files per second", {
            "oks-restore, unpacking": unpacking.value, "oks-restore, all of it": whole.value,
            unpacking.compared_with: unpacking.compared_value}),
        "replay.svg": bars("Recovery files", "changes per second", {
            "oks-restore, replaying": replay.value, "RocksDB's puts": replay.compared_value})}


def _back_up(oks, backups, first, rest):
    """An archive before all changes, the recovery files of the first of them, an archive after all."""
    oks.start(with_http=False)
    empty = _full(oks, backups / "empty")
    oks.load(first, "--trusted")
    recovery = backups / "recovery"
    recovery.mkdir()
    oks.run("oks-backup", "recovery", "--rotate", "--out", recovery)
    for keyring in rest:
        oks.load(keyring, "--trusted")
    return empty, recovery, _full(oks, backups / "whole")


def _full(oks, out):
    out.mkdir()
    oks.run("oks-backup", "full", "--compress", "zstd", "--out", out)
    return next(out.glob("*.full.tar.zst"))


class Restored:
    """A restore: what it said, how long it took, its memory."""

    def __init__(self, scratch, oks, archive, *options):
        target = scratch / "restored"
        command = [oks.prefix / "bin/oks-restore", "from", archive, "--db", target, *options, "--json", "-q"]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - began
        if process.returncode != 0:
            raise BenchmarkError(f"{' '.join(map(str, command))}: status {process.returncode}\n{said.decode()}")
        self.proof = json.loads(said)
        self.peak_mib = usage.ru_maxrss / 1024
        shutil.rmtree(target)

    def phase(self, *names):
        """The seconds that parts of it took."""
        return sum(self.proof["phases"][name + "_seconds"] for name in names)


def _unpacked(scratch, archive):
    """Seconds of `zstd -dc | tar x` with everything brought to disk."""
    target = scratch / "unpacked"
    target.mkdir()
    began = time.monotonic()
    subprocess.run(["bash", "-c", 'set -o pipefail; zstd -dcq "$1" | tar -x -C "$2" && sync -f "$2"', "-", archive, target],
                   check=True)
    seconds = time.monotonic() - began
    shutil.rmtree(target)
    return seconds


def _archive_part(scratch, oks, archive, rounds):
    runs = side_by_side(rounds, oks=lambda: Restored(scratch, oks, archive), tar=lambda: _unpacked(scratch, archive))
    size = sum(file.stat().st_size for file in (oks.prefix / "var/db/store").glob("*.sst")) / 1e6
    bare = [size / seconds for seconds in runs["tar"]]
    part = [size / run.phase("unpack", "force") for run in runs["oks"]]
    whole = [size / run.seconds for run in runs["oks"]]
    peak = [run.peak_mib for run in runs["oks"]]
    phases = _phases(runs["oks"])
    return [
        Result("archive unpacked, hashed and forced", median(part), "MB/s", part, "zstd -dc | tar x, sync", median(bare), 0.8),
        Result("archive restored, checked before and proven after", median(whole), "MB/s", whole,
               "zstd -dc | tar x, sync", median(bare), note=phases),
        Result("memory of the restore, peak", max(peak), "MiB", peak, target=MEMORY_MIB, smaller_is_better=True)]


def _replay_part(scratch, oks, empty, recovery, keyring, rounds):
    def put():
        command = java("oks.bench.BatchPuts", keyring.list, keyring.file, scratch)
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["puts_per_second"]

    runs = side_by_side(rounds, oks=lambda: Restored(scratch, oks, empty, "--recovery", recovery), put=put)
    changes = runs["oks"][0].proof["changes"]
    rates = [changes / run.phase("replay") for run in runs["oks"]]
    whole = [changes / run.seconds for run in runs["oks"]]
    peak = [run.peak_mib for run in runs["oks"]]
    phases = _phases(runs["oks"])
    return [
        Result(f"replay of {changes:,} changes", median(rates), "changes/s", rates, target=80_000,
               note=f"{keyring.bytes() / keyring.count:.0f} bytes each"),
        Result("replay beside bare puts", median(rates), "changes/s", rates,
               "RocksDB's own puts of the same bytes", median(runs["put"]),
               note="a replay also verifies frames and chain, computes the digest and writes all indexes"),
        Result("replay checked before and proven after", median(whole), "changes/s", whole, note=phases),
        Result("memory of the replay, peak", max(peak), "MiB", peak, target=MEMORY_MIB, smaller_is_better=True)]


def _phases(restores):
    """The median seconds of each part of a restore, as a note."""
    names = [name.removesuffix("_seconds") for name in restores[0].proof["phases"]]
    return ", ".join(f"{name} {median([run.phase(name) for run in restores]):.2f} s" for name in names)
