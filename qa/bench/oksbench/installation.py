"""An installation of OKS in a scratch directory: its programs, started and stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent.parent
BUILT = ROOT / "packaging" / "target" / "oks"
LONGEST_START = 300  # seconds


class BenchmarkError(Exception):
    """What a benchmark needs is missing or did not work; the text says what and what to do."""


def build_if_missing():
    """Builds OKS and the bench module, once."""
    if BUILT.is_dir() and (BENCH / "target" / "class-path").is_file():
        return
    print("building OKS (once, some minutes on a fresh machine)", flush=True)
    subprocess.run(["./mvnw", "-B", "-q", "-DskipTests", "package"], cwd=ROOT, check=True)


def java(main_class, *arguments, heap="1g"):
    """The command line of a class of the bench module."""
    libraries = (BENCH / "target" / "class-path").read_text(encoding="utf-8").strip()
    class_path = f"{BENCH / 'target' / 'classes'}:{libraries}"
    home = os.environ.get("JAVA_HOME")
    program = f"{home}/bin/java" if home else "java"
    native = BUILT / "lib" / "native" / os.uname().machine
    return [program, f"-Xmx{heap}", "--enable-native-access=ALL-UNNAMED", f"-Doks.native={native}",
            "-cp", class_path, main_class, *map(str, arguments)]


def free_port():
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """A program that runs until it is told to stop, and says in its log that it is ready."""

    def __init__(self, command, log, ready, environment=None):
        self.log = Path(log)
        began = time.monotonic()
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
        self._wait_for(ready, began)
        self.start_seconds = time.monotonic() - began

    def _wait_for(self, ready, began):
        while ready not in self.log.read_text(encoding="utf-8", errors="replace"):
            if self.process.poll() is not None or time.monotonic() - began > LONGEST_START:
                self.kill()
                raise BenchmarkError(f"{self.process.args[0]} did not become ready:\n{self.log.read_text()}")
            time.sleep(0.005)

    def cpu_seconds(self):
        """Processor time used so far by all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self):
        """The most memory that was resident at once (VmHWM of proc(5)), in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise BenchmarkError("proc(5) does not say VmHWM")

    def stop(self):
        """Ends it in the ordinary way and waits."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(LONGEST_START)

    def kill(self):
        """Ends it as a crash would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class Installation:
    """A copy of the distribution with a database of its own; leaving the context stops and removes it."""

    def __init__(self, scratch, name, oksd_conf="", http_conf=""):
        self.prefix = Path(scratch) / name
        shutil.copytree(BUILT, self.prefix)
        self.port = free_port()
        log = '[log]\nsyslog = false\nlevel = "info"\n'
        self._write("etc/oksd.conf", f'[database]\nname = "bench"\n[process]\nallow_root = true\n{oksd_conf}{log}')
        self._write("etc/oks-http.conf", f"[listen]\nport = {self.port}\n[process]\nallow_root = true\n{http_conf}{log}")
        self.oksd = self.http = None

    def _write(self, name, text):
        (self.prefix / name).write_text(text, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for daemon in (self.http, self.oksd):
            if daemon:
                daemon.kill()
        shutil.rmtree(self.prefix)

    def start(self, with_http=True):
        """Starts oksd, and oks-http in front of it."""
        self.oksd = Daemon([self.prefix / "bin/oksd"], self.prefix / "oksd.log", "ready: database")
        if with_http:
            self.start_http()

    def start_http(self):
        """Starts oks-http in front of an oksd that runs."""
        self.http = Daemon([self.prefix / "bin/oks-http"], self.prefix / "http.log", "ready: address")

    def stop(self):
        """Stops both in the ordinary way."""
        for daemon in (self.http, self.oksd):
            if daemon:
                daemon.stop()

    def run(self, program, *arguments):
        """Runs one of the programs; gives its standard output as the object that --json prints."""
        command = [self.prefix / "bin" / program, *map(str, arguments), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchmarkError(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout.strip().splitlines()[-1])

    def status(self):
        """What `oksctl status` says."""
        return self.run("oksctl", "status")

    def load(self, keyring, *options):
        """Loads a keyring; gives the seconds it took."""
        began = time.monotonic()
        self.run("oksctl", "load", *options, *keyring.files)
        return time.monotonic() - began

    def url(self, path=""):
        """The address of oks-http."""
        return f"http://127.0.0.1:{self.port}{path}"

    def answers(self):
        """Whether oks-http answers lookups now."""
        try:
            with urllib.request.urlopen(self.url("/pks/lookup?op=stats&options=mr"), timeout=LONGEST_START):
                return True
        except urllib.error.HTTPError:
            return False

    def store_bytes(self):
        """What the store takes on disk, recovery files apart."""
        return sum(file.stat().st_size for file in (self.prefix / "var/db/store").rglob("*") if file.is_file())
