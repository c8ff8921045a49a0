"""One archive is enough: in a network namespace with nothing but loopback the program installs, runs, takes a newer
version, and returns to the old one when the newer does not work.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import bases
from tests.databases import ROOT

PORT = "8000"  # in a namespace of its own nobody else has it
pytestmark = pytest.mark.xdist_group("bundle")


def _why_not() -> str:
    if os.geteuid() != 0:
        return "a network namespace needs root"
    if not all(map(shutil.which, ("unshare", "nsenter", "ip", "setpriv"))):
        return "no unshare, nsenter, ip or setpriv on this machine"
    done = subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return "this machine gives no network namespace" if done.returncode else ""


@dataclass(frozen=True)
class Machine:
    """A machine without network: a namespace, and the folders the program is put into."""

    namespace: int
    folder: Path
    unpacked: Path

    def run(self, *command: str | Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            self.inside(*command), cwd="/", env={"PATH": os.environ["PATH"], "LANG": "C", "PORT": PORT},
            capture_output=True, text=True, encoding="utf-8", check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def inside(self, *command: str | Path) -> list[str]:
        return ["nsenter", "-t", str(self.namespace), "-n", *map(str, command)]

    def install(self, *, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return self.run(
            "sh", self.unpacked / "install.sh", "--prefix", self.folder / "opt", "--home", self.folder / "home",
            "--config", self.folder / "etc", "--no-systemd", check=check,
        )

    def installed(self) -> None:
        """Install unless a test before has done so: each worker of the run has a machine of its own."""
        if not (self.folder / "opt" / "current").exists():
            self.install()

    @property
    def otklik(self) -> Path:
        return self.folder / "opt" / "bin" / "otklik"

    @property
    def version(self) -> str:
        return os.readlink(self.folder / "opt" / "current")

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """The program running."""
        with subprocess.Popen(
            self.inside(self.otklik, "up", "--no-demo"), cwd="/", env={"PATH": os.environ["PATH"], "PORT": PORT},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        ) as program:
            assert program.stdout is not None
            printed = []
            try:
                for line in program.stdout:
                    printed.append(line)
                    if "Отклик работает" in line:
                        break
                else:
                    raise AssertionError("".join(printed))
                yield
            finally:
                program.send_signal(signal.SIGTERM)
                program.communicate(timeout=60)

    def page(self, path: str) -> str:
        """What a browser on that machine gets."""
        fetch = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{PORT}{path}').read().decode())"
        return self.run(self.folder / "opt" / "current" / "bin" / "python", "-c", fetch).stdout

    def seal(self) -> None:
        """Write the check sums anew, as the maker of another version does."""
        files = sorted(p.relative_to(self.unpacked) for p in self.unpacked.rglob("*")
                       if p.is_file() and p.name != "SHA256SUMS")
        sums = subprocess.run(["sha256sum", *map(str, files)], cwd=self.unpacked, capture_output=True, check=True)
        (self.unpacked / "SHA256SUMS").write_bytes(sums.stdout)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if reason := _why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="otklik-", dir="/tmp", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)  # the account of the program passes through
        built = subprocess.run(
            ["sh", "scripts/bundle.sh", folder / "dist"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if built.returncode and "Could not find a version" in built.stderr + built.stdout:
            pytest.skip("no index of packages within reach to build the archive from")
        assert built.returncode == 0, built.stderr
        archive = Path(built.stdout.strip().splitlines()[-1])
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        with subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up && echo up && exec sleep 3600"],
                              stdout=subprocess.PIPE) as namespace:  # fmt: skip
            assert namespace.stdout is not None and namespace.stdout.readline() == b"up\n"
            # What the running program would make for itself at each start (`test_up.py` is a start without it).
            bases.lay(Path(os.environ["OTKLIK_TEST_BASE"]), folder / "home")
            try:
                yield Machine(namespace.pid, folder, folder / archive.stem)
            finally:
                namespace.kill()


def test_it_installs_runs_and_is_found_healthy_without_any_network(machine):
    assert machine.run("ip", "route").stdout == ""
    assert (machine.unpacked / "nginx.conf").is_file()
    machine.install()
    first = machine.version
    with machine.up():
        page = machine.page("/")
        assert "Отклик" in page
        style = next(part.split('"')[0] for part in page.split('href="')[1:] if ".css" in part.split('"')[0])
        assert "{" in machine.page(style)
        said = json.loads(machine.run(machine.otklik, "doctor", "--json").stdout)
        assert said["ok"], said["findings"]
    again = machine.install()
    assert "уже стоит" in again.stdout and machine.version == first
    owners = {path.owner() for path in (machine.folder / "home").rglob("*")}
    assert owners == {"otklik"}


def test_a_damaged_archive_is_refused_before_anything_is_touched(machine):
    page = machine.unpacked / "docs" / "README.md"
    kept = page.read_bytes()
    page.write_bytes(kept + b"?")
    try:
        done = machine.install(check=False)
        assert done.returncode == 1 and "README.md" in done.stdout + done.stderr
    finally:
        page.write_bytes(kept)


def test_a_newer_version_comes_beside_the_old_one_after_a_copy(machine):
    machine.installed()
    before, keys = machine.version, (machine.folder / "home" / "secrets" / "contacts").read_text()
    (machine.unpacked / "docs" / "newer.md").write_text("Новое\n")
    machine.seal()
    machine.install()
    assert machine.version != before
    copies = list((machine.folder / "home" / "backups").glob("before-*.tar"))
    assert len(copies) == 1 and copies[0].stat().st_mode & 0o077 == 0
    assert (machine.folder / "home" / "secrets" / "contacts").read_text() == keys
    with machine.up():
        assert "Отклик" in machine.page("/")


def test_a_version_whose_tables_fail_is_left_and_the_data_come_back(machine):
    machine.installed()
    before = machine.version
    wheel = next((machine.unpacked / "wheels").glob("otklik-*.whl"))
    kept = wheel.read_bytes()
    try:
        _spoil(wheel)
        machine.seal()
        done = machine.install(check=False)
    finally:
        wheel.write_bytes(kept)
        machine.seal()
    assert done.returncode == 1 and "данные прежние" in done.stderr, done.stdout + done.stderr
    assert machine.version == before
    assert json.loads(machine.run(machine.otklik, "doctor", "--json").stdout)["ok"]
    with machine.up():
        assert "Отклик" in machine.page("/")


def test_it_does_not_replace_a_program_that_somebody_runs_by_hand(machine):
    machine.installed()
    before = machine.version
    (machine.unpacked / "docs" / "newest.md").write_text(f"Новейшее {time.time()}\n")
    machine.seal()
    with machine.up():
        done = machine.install(check=False)
        assert done.returncode == 1 and "остановите" in done.stderr
        assert machine.version == before and "Отклик" in machine.page("/")


def _spoil(wheel: Path) -> None:
    """A version whose loading of reference data fails after its migrations."""
    old = wheel.rename(wheel.with_suffix(".old"))
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(wheel, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "otklik/operations/reference.py":
                content = content.replace(b"def load_all() -> Loaded:", b"def load_all():\n    1 / 0\n\ndef _unused():")
            target.writestr(entry, content)
    old.unlink()
