"""What is measured of one installation, each as results beside what it is compared with."""

import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import peers
from .installation import Installation, java
from .load import wrk
from .results import Result, median, side_by_side

BY_FINGERPRINT, BY_EMAIL = 1, 2
GET = "/pks/lookup?op=get&options=mr&search="
INDEX = "/pks/lookup?op=index&options=mr&search="


class Plan:
    """How often and how long: `rounds` runs of `seconds` each, scratch files in `scratch`."""

    def __init__(self, scratch, rounds, seconds, seed):
        self.scratch = scratch
        self.rounds = rounds
        self.seconds = seconds
        self.seed = seed


def bare_rates(plan, keyring):
    """What the machine can do at most, as a dictionary; see BareRates.java."""
    command = java("oks.bench.BareRates", keyring.list, keyring.file, plan.scratch)
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def lookups(plan, oks, keyring):
    """Lookups at random beside nginx and a plain handler, and the index by e-mail; gives results."""
    fingerprint = keyring.list.read_text(encoding="ascii").split(" ", 1)[0]
    with urllib.request.urlopen(oks.url(GET + "0x" + fingerprint)) as answer:
        body = answer.read()
    results = []
    with peers.nginx(plan.scratch) as nginx, peers.plain_handler(plan.scratch, body) as plain:
        for connections in (16, 64):
            cpu = _cpu(oks)
            runs = side_by_side(
                plan.rounds,
                oks=lambda: _ask(plan, oks, keyring, BY_FINGERPRINT, GET + "0x", connections),
                index=lambda: _ask(plan, oks, keyring, BY_EMAIL, INDEX, connections),
                nginx=lambda: wrk(nginx.url(), plan.seconds, connections),
                plain=lambda: wrk(plain.url(), plan.seconds, connections))
            rates = {name: [run.per_second for run in runs[name]] for name in runs}
            failed = sum(run.failed for name in runs for run in runs[name])
            answered = sum(run.requests for run in runs["oks"] + runs["index"])
            note = f"{1e6 * (_cpu(oks) - cpu) / answered:.0f} µs of CPU per request; {failed} failed"
            at = f"{connections} connections"
            results += [
                Result(f"lookup by fingerprint, {at}", median(rates["oks"]), "/s", rates["oks"],
                       "nginx, static 1 KiB", median(rates["nginx"]), 0.4, note=note),
                Result(f"lookup beside the framework alone, {at}", median(rates["oks"]), "/s", rates["oks"],
                       "plain Vert.x handler, same bytes", median(rates["plain"])),
                Result(f"index by e-mail, {at}", median(rates["index"]), "/s", rates["index"],
                       "lookup by fingerprint", median(rates["oks"]), 0.5)]
    return results + [_half_load(plan, oks, keyring, results[-3].value)]


def _ask(plan, oks, keyring, column, path, connections, delay=0):
    return wrk(oks.url(), plan.seconds, connections, "lookup.lua", arguments=(keyring.list, column, path, delay))


def _half_load(plan, oks, keyring, per_second):
    """The slowest of 100 answers when half of the highest rate is asked for."""
    connections = 64
    delay = max(1, round(1000 * connections / (per_second / 2)))
    runs = [_ask(plan, oks, keyring, BY_FINGERPRINT, GET + "0x", connections, delay) for _ in range(plan.rounds)]
    asked = median([run.per_second for run in runs])
    return Result("lookup at half load, p99", median([run.p99_ms for run in runs]), "ms",
                  [run.p99_ms for run in runs], target=10, smaller_is_better=True, note=f"{asked:,.0f} lookups/s")


def _cpu(oks):
    return oks.oksd.cpu_seconds() + oks.http.cpu_seconds()


def uploads(plan, oks, fresh, bare):
    """Durable uploads of new certificates through HKP, each acknowledged when it is on disk; gives results."""
    rates, shares = [], []
    for keyring in fresh:
        bodies = keyring.upload_bodies(plan.scratch / "bodies")
        before, cpu = oks.status()["certificates"], _cpu(oks)
        run = wrk(oks.url(), plan.seconds, 16, "upload.lua", arguments=(bodies,))
        stored = oks.status()["certificates"] - before
        rates.append(run.per_second * stored / max(run.requests, 1))
        shares.append(stored * bare["verification_cpu_micros"] / 1e6 / (_cpu(oks) - cpu))
    return [
        Result("durable uploads of new certificates, 16 connections", median(rates), "/s", rates, target=2000),
        Result("of its CPU, spent in verification", median(shares), "", shares, target=0.5),
        Result("durable uploads beside verification alone", median(rates), "/s", rates,
               "parse and verify on all cores", bare["verified_per_second"]),
        Result("durable uploads beside the disk", median(rates), "/s", rates,
               "4 KiB appended and forced", bare["forced_per_second"])]


def load(plan, keyring, bare):
    """`oksctl load`, verified, into an empty database; gives results."""
    rates = []
    for _ in range(plan.rounds):
        with Installation(plan.scratch, "load") as oks:
            oks.start(with_http=False)
            rates.append(keyring.count / oks.load(keyring.file))
    return [Result("oksctl load, verified", median(rates), "/s", rates,
                   "parse and verify on all cores", bare["verified_per_second"], 0.8)]


def starts(plan, oks, keyring):
    """The time to be ready after a clean stop, and after kill -9 with changes that were not flushed; gives results."""
    clean = []
    for _ in range(plan.rounds):
        oks.stop()
        oks.start(with_http=False)
        clean.append(oks.oksd.start_seconds)
    results = [Result("start after a clean stop", median(clean), "s", clean, target=2, smaller_is_better=True)]
    oks.load(keyring.file, "--trusted")
    status = oks.status()
    unflushed = status["lsn"]["applied"] - status["lsn"]["flushed"]
    oks.oksd.kill()
    oks.start(with_http=False)
    bound = 2 + unflushed / 50_000
    return results + [Result(f"start after kill -9, {unflushed:,} changes not flushed", oks.oksd.start_seconds, "s",
                             target=round(bound, 1), smaller_is_better=True)]


def sizes_of(oks, keyring):
    """Memory of both programs after what was asked of them so far, and the store's share of disk; gives results."""
    oks.run("oksctl", "dump")
    return [
        Result("oksd, most memory so far", oks.oksd.peak_mib(), "MiB", target=700, smaller_is_better=True),
        Result("oks-http, most memory so far", oks.http.peak_mib(), "MiB", target=350, smaller_is_better=True),
        Result("store on disk", oks.store_bytes() / 2**20, "MiB", [], "MiB of certificates", keyring.bytes() / 2**20,
               1.6, smaller_is_better=True)]


def full_under_load(plan, oks, fresh):
    """A hot archive while uploads run: what the uploads notice; gives results and the seconds the archive took."""
    out = Path(tempfile.mkdtemp(prefix="archives", dir=plan.scratch))
    bodies = fresh.upload_bodies(plan.scratch / "bodies")
    began = time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        load = beside.submit(wrk, oks.url(), plan.seconds, 16, "upload.lua", 1, (bodies,))
        oks.run("oks-backup", "full", "--compress", "zstd", "--out", out)
        seconds = time.monotonic() - began
        seen = load.result()
    shutil.rmtree(out)
    return [Result("upload during a hot full archive, longest wait", seen.longest_ms, "ms", target=100,
                   smaller_is_better=True, note=f"median {seen.median_ms:.0f} ms, {seen.failed} failed")], seconds


def costs(plan, oks, keyring, fresh, load_seconds):
    """What one operation costs at this size, in microseconds, by name: for the curves of growth."""
    lookup = wrk(oks.url(), plan.seconds, 16, "lookup.lua", arguments=(keyring.list, BY_FINGERPRINT, GET + "0x"))
    index = wrk(oks.url(), plan.seconds, 16, "lookup.lua", arguments=(keyring.list, BY_EMAIL, INDEX))
    upload = wrk(oks.url(), plan.seconds, 16, "upload.lua", arguments=(fresh.upload_bodies(plan.scratch / "bodies"),))
    out = Path(tempfile.mkdtemp(prefix="archives", dir=plan.scratch))
    began = time.monotonic()
    oks.run("oks-backup", "full", "--compress", "zstd", "--out", out)
    full = time.monotonic() - began
    shutil.rmtree(out)
    return {
        "lookup by fingerprint": 1e6 / lookup.per_second,
        "index by e-mail": 1e6 / index.per_second,
        "upload": 1e6 / upload.per_second,
        "load --trusted, per certificate": 1e6 * load_seconds / keyring.count,
        "full archive, per certificate": 1e6 * full / keyring.count}
