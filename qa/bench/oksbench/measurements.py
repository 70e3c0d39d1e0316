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
    """How often and how long: `rounds` runs of `seconds` each, scratch files in `scratch`, certificates in `keyrings`."""

    def __init__(self, scratch, keyrings, rounds, seconds, seed):
        self.scratch = scratch
        self.keyrings = keyrings
        self.rounds = rounds
        self.seconds = seconds
        self.seed = seed


def bare_rates(plan, keyring):
    """What the machine can do at most, as a dictionary; see BareRates.java."""
    command = java("oks.bench.BareRates", keyring.list, keyring.file, plan.scratch)
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def lookups(plan, oks, keyring):
    """Lookups at random beside nginx and a plain handler, and the index by e-mail; gives results.

    Each is asked for the same random terms by the same script, because making them costs wrk a good part of the machine;
    nginx also with one and the same request.
    """
    fingerprint = keyring.list.read_text(encoding="ascii").split(" ", 1)[0]
    with urllib.request.urlopen(oks.url(GET + "0x" + fingerprint)) as answer:
        body = answer.read()
    results = []
    ask(plan, oks.url(), keyring, BY_FINGERPRINT, GET + "0x", 64)  # not measured: the compiler's turn
    ask(plan, oks.url(), keyring, BY_EMAIL, INDEX, 64)
    with peers.nginx(plan.scratch) as nginx, peers.plain_handler(plan.scratch, body) as plain:
        for connections in (16, 64):
            cpu = _cpu(oks)
            runs = side_by_side(
                plan.rounds,
                oks=lambda: ask(plan, oks.url(), keyring, BY_FINGERPRINT, GET + "0x", connections),
                index=lambda: ask(plan, oks.url(), keyring, BY_EMAIL, INDEX, connections),
                nginx=lambda: ask(plan, nginx.url(), keyring, BY_FINGERPRINT, peers.FILE + "?search=0x", connections),
                fixed=lambda: wrk(nginx.url(), plan.seconds, connections),
                plain=lambda: ask(plan, plain.url(), keyring, BY_FINGERPRINT, peers.FILE + "?search=0x", connections))
            rates = {name: [run.per_second for run in runs[name]] for name in runs}
            failed = sum(run.failed for name in runs for run in runs[name])
            answered = sum(run.requests for run in runs["oks"] + runs["index"])
            note = f"{1e6 * (_cpu(oks) - cpu) / answered:.0f} µs of CPU per request; {failed} failed"
            at = f"{connections} connections"
            results += [
                Result(f"lookup by fingerprint, {at}", median(rates["oks"]), "/s", rates["oks"],
                       "nginx, static 1 KiB", median(rates["nginx"]), 0.4, note=note),
                Result(f"lookup beside one request again and again, {at}", median(rates["oks"]), "/s", rates["oks"],
                       "nginx, static 1 KiB, the same request always", median(rates["fixed"])),
                Result(f"lookup beside the framework alone, {at}", median(rates["oks"]), "/s", rates["oks"],
                       "plain Vert.x handler, same bytes", median(rates["plain"])),
                Result(f"index by e-mail, {at}", median(rates["index"]), "/s", rates["index"],
                       "lookup by fingerprint", median(rates["oks"]), 0.5)]
    return results + [_half_load(plan, oks, keyring, results[-4].value)]


def ask(plan, url, keyring, column, path, connections, delay=0):
    """Asks a server for the terms of a keyring at random, for as long as a run takes."""
    return wrk(url, plan.seconds, connections, "lookup.lua", arguments=(keyring.list, column, path, delay))


def _half_load(plan, oks, keyring, per_second):
    """The slowest of 100 answers when half of the highest rate is asked for."""
    connections = 64
    delay = max(1, round(1000 * connections / (per_second / 2)))
    runs = [ask(plan, oks.url(), keyring, BY_FINGERPRINT, GET + "0x", connections, delay) for _ in range(plan.rounds)]
    asked = median([run.per_second for run in runs])
    return Result("lookup at half load, p99", median([run.p99_ms for run in runs]), "ms",
                  [run.p99_ms for run in runs], target=10, smaller_is_better=True, note=f"{asked:,.0f} lookups/s")


def _cpu(oks):
    return oks.oksd.cpu_seconds() + oks.http.cpu_seconds()


def uploads(plan, oks, fresh, bare):
    """Durable uploads of new certificates through HKP, each acknowledged when it is on disk; gives results."""
    rates, shares = [], []
    for keyring in fresh:
        bodies = _bodies(plan, keyring)
        before, cpu = oks.status()["certificates"], _cpu(oks)
        run = _upload(plan, oks, bodies)
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
            rates.append(keyring.count / oks.load(keyring))
    return [Result("oksctl load, verified", median(rates), "/s", rates,
                   "parse and verify on all cores", bare["verified_per_second"], 0.8)]


def trusted_loads(keyring, loads, bare):
    """`oksctl load --trusted`, of which each of `loads` took in an equal part one after the other; gives results."""
    count = f"{keyring.count:,} certificates in {len(loads)} parts"
    return [
        Result(f"oksctl load --trusted, {count}", median(loads), "/s", loads, target=20_000),
        Result("oksctl load --trusted, the last part", loads[-1], "/s", [], "the first part", loads[0],
               note="1: as fast as when the database was empty"),
        Result("oksctl load --trusted beside bare puts", median(loads), "/s", loads,
               "RocksDB's own puts of the same bytes", bare["puts_per_second"])]


def starts(plan, oks, keyring):
    """The time to be ready after a clean stop, and after kill -9 with changes that were not flushed; gives results."""
    clean = [_restarted(oks) for _ in range(plan.rounds)]
    results = [Result("start after a clean stop", median(clean), "s", clean, target=2, smaller_is_better=True)]
    oks.load(keyring, "--trusted")
    status = oks.status()
    unflushed = status["applied_lsn"] - status["flushed_lsn"]
    oks.oksd.kill()
    oks.start(with_http=False)
    bound = 2 + unflushed / 50_000
    return results + [Result(f"start after kill -9, {unflushed:,} changes not flushed", oks.oksd.start_seconds, "s",
                             target=round(bound, 1), smaller_is_better=True)]


def disk(oks, keyring):
    """What the store takes on disk with these certificates in it; gives results."""
    oks.run("oksctl", "dump")
    return [Result("store on disk", oks.store_bytes() / 2**20, "MiB", [], "MiB of certificates", keyring.bytes() / 2**20,
                   1.6, smaller_is_better=True)]


def memory(oks):
    """The most memory of both programs since they were started; gives results."""
    return [
        Result("oksd, most memory", oks.oksd.peak_mib(), "MiB", target=700, smaller_is_better=True),
        Result("oks-http, most memory", oks.http.peak_mib(), "MiB", target=350, smaller_is_better=True)]


def full_under_load(plan, oks, fresh):
    """Hot archives while uploads run, with a fresh keyring for each round: what the uploads notice; gives results."""
    seen = []
    for keyring in fresh:
        bodies = _bodies(plan, keyring)
        with ThreadPoolExecutor(1) as beside:
            load = beside.submit(_upload, plan, oks, bodies)
            time.sleep(plan.seconds / 4)  # until it runs at full rate
            _full_seconds(plan, oks)
            seen.append(load.result())
    waits = [run.longest_ms for run in seen]
    note = f"median upload {median([run.median_ms for run in seen]):.0f} ms, {sum(run.failed for run in seen)} failed"
    return [
        Result("longest wait of an upload during a hot full archive, of all runs", max(waits), "ms", waits, target=100,
               smaller_is_better=True, note=note),
        Result("longest wait of an upload during a hot full archive, median run", median(waits), "ms", waits, target=30,
               smaller_is_better=True)]


def costs(plan, oks, keyring, fresh):
    """What one operation costs at this size, in microseconds, by name: for the curves of growth.

    `fresh` are keyrings of certificates that nobody uploaded before, one for each round.
    """
    fresh = iter(fresh)
    runs = side_by_side(
        plan.rounds,
        lookup=lambda: 1e6 / ask(plan, oks.url(), keyring, BY_FINGERPRINT, GET + "0x", 16).per_second,
        index=lambda: 1e6 / ask(plan, oks.url(), keyring, BY_EMAIL, INDEX, 16).per_second,
        upload=lambda: 1e6 / _upload(plan, oks, _bodies(plan, next(fresh))).per_second,
        full=lambda: 1e6 * _full_seconds(plan, oks) / keyring.count)
    runs["start"] = [1e6 * _restarted(oks) for _ in range(plan.rounds)]  # not in turn: what starts anew has yet to warm up
    names = {"lookup": "lookup by fingerprint", "index": "index by e-mail", "upload": "upload",
             "full": "full archive, per certificate", "start": "start after a clean stop"}
    return {names[name]: median(figures) for name, figures in runs.items()}


def _upload(plan, oks, bodies):
    return wrk(oks.url(), plan.seconds, 16, "upload.lua", arguments=(bodies,))


def _bodies(plan, keyring):
    return keyring.upload_bodies(plan.scratch / "bodies")


def _full_seconds(plan, oks):
    out = Path(tempfile.mkdtemp(prefix="archives", dir=plan.scratch))
    began = time.monotonic()
    oks.run("oks-backup", "full", "--compress", "zstd", "--out", out)
    seconds = time.monotonic() - began
    shutil.rmtree(out)
    return seconds


def _restarted(oks):
    oks.oksd.stop()
    oks.start(with_http=False)
    while not oks.answers():
        time.sleep(0.01)  # until oks-http has found it again
    return oks.oksd.start_seconds
