"""Load from wrk, and what it reports."""

import re
import subprocess
from dataclasses import dataclass

from .installation import BENCH, BenchmarkError

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(frozen=True)
class Load:
    """What a run of wrk saw: answers per second, latencies in milliseconds, answers that were not 2xx or 3xx."""

    per_second: float
    median_ms: float
    p99_ms: float
    longest_ms: float
    requests: int
    failed: int


def wrk(url, seconds, connections, script=None, threads=1, arguments=()):
    """Runs wrk(1) against an address over keep-alive connections."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    if script:
        command += ["-s", str(BENCH / "wrk" / script)]
    command.append(url)
    if arguments:
        command += ["--", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return read(done.stdout)


def read(report):
    """Reads the report that wrk prints."""
    failed = _number(r"Non-2xx or 3xx responses: (\d+)", report, 0)
    for kind in re.findall(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report):
        failed += sum(map(int, kind))
    return Load(
        _number(r"Requests/sec:\s+([\d.]+)", report),
        _latency("50%", report),
        _latency("99%", report),
        _latency(r"Latency\s+\S+\s+\S+", report),
        int(_number(r"(\d+) requests in", report)),
        int(failed))


def _number(pattern, report, otherwise=None):
    found = re.search(pattern, report)
    if not found and otherwise is None:
        raise BenchmarkError(f"wrk did not say {pattern}:\n{report}")
    return float(found.group(1)) if found else otherwise


def _latency(percentile, report):
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s|m)\b", report)
    return float(found.group(1)) * UNITS[found.group(2)] if found else float("nan")
