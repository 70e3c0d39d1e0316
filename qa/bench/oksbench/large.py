"""Lookups of large real certificates, beside what armoring the same bytes costs alone, and beside a file as large."""

import re
import subprocess
import urllib.request
from pathlib import Path

from . import peers
from .certificates import Keyring
from .installation import BENCH, BenchmarkError, Installation, java
from .load import wrk
from .results import Result, median, side_by_side

KEYRING = Path("/usr/share/keyrings/debian-keyring.gpg")  # of the Debian package debian-keyring
ARMORED = 1.355  # base64 in lines of 64 characters
GET = "/pks/lookup?op=get&options=mr&search=0x"


def lookups(plan):
    """Lookups of the certificates of debian-keyring at random, in a database of their own; gives results, none without the package."""
    if not KEYRING.exists():
        return []
    named = Path(plan.scratch) / "large.list"
    subprocess.run(java("oks.bench.LargeCertificates", KEYRING, named), check=True)
    keyring = Keyring((KEYRING,), named, len(named.read_text(encoding="ascii").splitlines()))
    with Installation(plan.scratch, "large") as oks:
        oks.start()
        oks.load(keyring)
        _warm_up(plan, oks, keyring)
        sizes = [int(line.split()[2]) for line in named.read_text(encoding="ascii").splitlines()]
        average = round(sum(sizes) / len(sizes))
        with peers.nginx(plan.scratch, round(average * ARMORED)) as nginx:
            runs = side_by_side(
                plan.rounds,
                oks=lambda: _ask(oks.url(), keyring, GET, plan.seconds),
                nginx=lambda: _ask(nginx.url(), keyring, peers.FILE + "?search=0x", plan.seconds),
                armor=lambda: _armor(plan.seconds))
    rates = [run.per_second for run in runs["oks"]]
    note = f"{average / 1024:.0f} KiB on average, {sum(run.failed for run in runs['oks'])} failed"
    return [Result("lookup of large real certificates, 16 connections", median(rates), "/s", rates,
                   "armoring the same on all cores", median(runs["armor"]), 0.5, note=note),
            Result("lookup of large real certificates beside a file as large", median(rates), "/s", rates,
                   "nginx, static", median([run.per_second for run in runs["nginx"]]))]


def _warm_up(plan, oks, keyring):
    with urllib.request.urlopen(oks.url(GET + keyring.list.read_text(encoding="ascii").split(" ", 1)[0])) as answer:
        answer.read()
    _ask(oks.url(), keyring, GET, max(3, plan.seconds))


def _ask(url, keyring, path, seconds):
    return wrk(url, seconds, 16, "lookup.lua", arguments=(keyring.list, 1, path, 0))


def _armor(seconds):
    """Armors a second, on all cores, as JMH measures it."""
    done = subprocess.run([BENCH / "jmh", "LargeCertificates", "-t", "max", "-wi", "1", "-w", "2", "-i", "1", "-r", str(seconds)],
                          capture_output=True, text=True, check=False)
    rate = re.search(r"LargeCertificates\.armor\s.*?thrpt\s+(?:\d+\s+)?([\d.]+)", done.stdout)
    if not rate:
        raise BenchmarkError(f"JMH did not say how fast armoring is:\n{done.stdout}{done.stderr}")
    return float(rate.group(1))
