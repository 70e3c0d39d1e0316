"""The second archive of a database of which little has changed: oks-backup beside restic and borg."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from .archives import REPOSITORY, Measured, Snapshot
from .installation import BenchmarkError
from .report import bars
from .results import Result, median

PROGRAMS = {"restic": "restic", "borg": "borgbackup"}  # and their Debian packages
FULL, INCREMENTAL, RESTIC, BORG = "oks-backup full", "oks-backup full --incremental", "restic backup", "borg create"
WAYS = (FULL, INCREMENTAL, RESTIC, BORG)
COMPARED_WITH = RESTIC


class Repositories:
    """For each way a place that keeps the archives of all rounds, as people keep them."""

    def __init__(self, oks, scratch):
        self.oks = oks
        self.places = {way: Path(scratch) / f"archives-{number}" for number, way in enumerate(WAYS)}
        self.home = Path(scratch) / "home"  # of the caches that restic and borg keep
        for directory in (*self.places.values(), self.home):
            directory.mkdir()
        self._run(f"restic -q -r {self.places[RESTIC]} init && borg init -e none {self.places[BORG]}")

    def archive(self, way, name):
        """Makes one more archive; gives seconds and the bytes that the place has grown by."""
        before = _size(self.places[way])
        with Snapshot(self.oks) as snapshot:
            command = self._command(way, name, snapshot.directory)
            os.sync()  # what the run before left to be written is not this one's
            began = time.monotonic()
            self._run(command)
            return time.monotonic() - began, _size(self.places[way]) - before

    def _command(self, way, name, snapshot):
        place = self.places[way]
        full = f"exec {self.oks.prefix}/bin/oks-backup full --compress zstd --out {place} --quiet --json"
        # Names inside an archive are the same each time, whatever the snapshot's directory is called.
        return {FULL: full,
                INCREMENTAL: full + " --incremental",
                RESTIC: f"cd {snapshot} && restic -q -r {place} backup .",
                BORG: f"cd {snapshot} && borg create {place}::{name} ."}[way]

    def _run(self, command):
        done = subprocess.run(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT, env={**os.environ, **REPOSITORY, "HOME": str(self.home)})
        if done.returncode != 0:
            raise BenchmarkError(f"{command}: status {done.returncode}\n{done.stdout.decode(errors='replace')}")

    def remove(self):
        """Removes the places and what is in them."""
        for directory in (*self.places.values(), self.home):
            shutil.rmtree(directory)


def measure(oks, scratch, change, rounds, say):
    """A first archive each way, then in each round a change and one more archive each way.

    `change` is called before each round with its number and changes the database. Gives what the archives after the
    changes took, by name, what the first ones took, and the bytes of the last snapshot.
    """
    places = Repositories(oks, scratch)
    try:
        first = {way: places.archive(way, "first") for way in WAYS}
        for way, (seconds, size) in first.items():
            say(f"first: {way}: {seconds:.1f} s, {size / 1e6:,.1f} MB")
        found = {way: Measured() for way in WAYS}
        for number in range(1, rounds + 1):
            change(number)
            for way, one in found.items():
                seconds, size = places.archive(way, f"round-{number}")
                one.seconds.append(seconds)
                one.bytes.append(size)
                say(f"round {number}: {way}: {seconds:.1f} s, {size / 1e6:,.1f} MB")
        with Snapshot(oks) as snapshot:
            return found, first, snapshot.bytes()
    finally:
        places.remove()


def rows(found, first):
    """Seconds and bytes of each way after a change, beside restic's in the same run."""
    results = []
    for way, measured in found.items():
        peer = COMPARED_WITH if way != COMPARED_WITH else ""
        results.append(Result(f"{way}, time", median(measured.seconds), "s", measured.seconds, peer,
                              median(found[peer].seconds) if peer else None, smaller_is_better=True,
                              note=f"the first archive {first[way][0]:.1f} s"))
    for way, measured in found.items():
        peer = COMPARED_WITH if way != COMPARED_WITH else ""
        megabytes = [size / 1e6 for size in measured.bytes]
        results.append(Result(f"{way}, written", median(megabytes), "MB", megabytes, peer,
                              median(found[peer].bytes) / 1e6 if peer else None, smaller_is_better=True,
                              note=f"the first archive {first[way][1] / 1e6:,.1f} MB"))
    return results


def plots(found):
    """Bars of what each way took and wrote."""
    return [bars("One more archive after a change", "seconds", {way: median(one.seconds) for way, one in found.items()}),
            bars("One more archive after a change", "MB", {way: median(one.bytes) / 1e6 for way, one in found.items()})]


def _size(directory):
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
