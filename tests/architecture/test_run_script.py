"""`./run` on machines made of stubs: what it installs, what it prints, how it heals. No package is ever fetched here.

A stub Python answers the script's few questions and writes down how it was called; the environment variables MISSING
(packages whose libraries are absent), COMPLETE (0: the venv module is absent) and BROKEN (1: pip fails) set the scene.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.sources import ROOT

_TOOLS = "sh dirname readlink cat cksum head sed uname mkdir rm ls flock printf chmod cp".split()

_PYTHON = """#!/bin/sh
case "$*" in
    *ensurepip*) echo "1 ${COMPLETE:-1} 3.11" ;;
    *ctypes*) [ -z "${MISSING-}" ] || echo "$MISSING" ;;
    "-m venv "*)
        echo "venv" >> "$CALLS"
        mkdir -p "$3/bin"; : > "$3/pyvenv.cfg"
        cp "$0" "$3/bin/python"; cp "$(dirname "$0")/bursar" "$3/bin/bursar" ;;
    "-m pip install"* | "-m pip check"*) echo "pip $*" >> "$CALLS"; exit "${BROKEN:-0}" ;;
    "-m pytest"*) echo "$*" ;;
esac
"""


class Machine:
    """A clone in a folder of its own and a PATH that holds nothing but what is put there."""

    def __init__(self, folder: Path) -> None:
        self.clone, self._bin, self._calls = folder / "clone with space", folder / "bin", folder / "calls"
        self.clone.mkdir()
        self._bin.mkdir()
        for name in ("run", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(ROOT / name, self.clone / name)
        for tool in _TOOLS:
            if found := shutil.which(tool):
                (self._bin / tool).symlink_to(found)
        self.put("python3", _PYTHON)
        self.put("bursar", '#!/bin/sh\necho "bursar $* ${QT_QPA_PLATFORM-}"\n')
        self.put("id", "#!/bin/sh\necho 1000\n")
        self.put("initdb", "#!/bin/sh\n")

    def put(self, name: str, text: str) -> None:
        program = self._bin / name
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)

    def remove(self, name: str) -> None:
        (self._bin / name).unlink()

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": str(self._bin), "CALLS": str(self._calls), **environment}
        self._calls.unlink(missing_ok=True)
        return subprocess.run(
            [self.clone / "run", *arguments], env=given, cwd=self.clone.parent, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=60,
        )

    @property
    def calls(self) -> list[str]:
        """What the stub Python was asked to do in the last run."""
        return self._calls.read_text(encoding="utf-8").splitlines() if self._calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def supported() -> None:
    text = Path("/etc/os-release").read_text(encoding="utf-8") if os.path.exists("/etc/os-release") else ""  # noqa: PTH110
    known = [("debian", "12"), ("debian", "13"), ("ubuntu", "24.04")]
    if not any(f"ID={name}\n" in text and f'VERSION_ID="{version}"\n' in text for name, version in known):
        pytest.skip("package names are those of Debian 12 and 13 and Ubuntu 24.04")


def test_help_and_unknown_words(machine: Machine) -> None:
    told = machine.run("help")
    assert told.returncode == 0
    assert "./run test" in told.stdout
    refused = machine.run("tests")
    assert refused.returncode == 2
    assert '"tests"' in refused.stderr
    assert machine.calls == []


def test_first_start_sets_up_and_the_second_only_starts(machine: Machine) -> None:
    first = machine.run("bursar", "scan", "--json")
    assert (first.returncode, first.stdout) == (0, "bursar scan --json \n")
    assert machine.calls[0] == "venv"
    assert "--require-hashes" in machine.calls[1]
    assert machine.calls[1].endswith("/requirements.lock")
    # A whole lock is installed, never resolved: a release younger than it must not stop a first start.
    assert "--no-deps" in machine.calls[1]
    assert "--no-deps" in machine.calls[2]
    assert machine.calls[3].startswith("pip -m pip check")
    second = machine.run("bursar", "scan")
    assert (second.returncode, second.stdout, second.stderr) == (0, "bursar scan \n", "")
    assert machine.calls == []


def test_development_environment_serves_the_program(machine: Machine) -> None:
    tested = machine.run("test", "-x")
    assert tested.stdout == "-m pytest -n 2 --dist loadfile --no-loadscope-reorder -x\n"
    assert machine.calls[1].endswith("/requirements-dev.lock")
    machine.run("bursar", "scan")
    assert machine.calls == []


def test_changed_lock_is_installed_over_the_old_environment(machine: Machine) -> None:
    machine.run("bursar")
    (machine.clone / "requirements.lock").write_text("changed", encoding="utf-8")
    machine.run("bursar")
    assert [call.split()[3] for call in machine.calls] == ["install", "install", "check"]


def test_interrupted_installation_is_begun_anew(machine: Machine) -> None:
    broken = machine.run("bursar", BROKEN="1")
    assert broken.returncode == 1
    assert "next start" in broken.stderr
    assert broken.stdout == ""
    healed = machine.run("bursar", "scan")
    assert healed.stdout == "bursar scan \n"
    assert machine.calls[0] == "venv"


def test_moved_folder_is_set_up_anew(machine: Machine) -> None:
    machine.run("bursar")
    machine.clone = machine.clone.rename(machine.clone.with_name("elsewhere"))
    machine.run("test")
    assert machine.calls[0] == "venv"


def test_window_needs_a_display(machine: Machine) -> None:
    shown = machine.run(DISPLAY=":0")
    assert shown.stdout == "bursar --demo \n"
    headless = machine.run()
    assert headless.stdout == "bursar tour offscreen\n"
    assert "no display" in headless.stderr


@pytest.mark.usefixtures("supported")
def test_ordinary_user_is_told_the_line(machine: Machine) -> None:
    refused = machine.run("bursar", MISSING="libegl1", COMPLETE="0")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].strip() == (
        "apt-get update && apt-get install -y --no-install-recommends python3-venv libegl1"
    )
    assert not (machine.clone / ".venv").exists()


@pytest.mark.usefixtures("supported")
def test_sudo_is_used_where_it_asks_nothing(machine: Machine) -> None:
    machine.put("sudo", '#!/bin/sh\n[ "$2" = true ] || { shift 4; echo "sudo $*" >> "$CALLS"; }\n')
    started = machine.run("bursar", MISSING="libegl1")
    assert machine.calls[0] == "sudo install libegl1"
    assert "through sudo: libegl1" in started.stderr


@pytest.mark.usefixtures("supported")
def test_sudo_that_asks_is_left_alone_without_a_terminal(machine: Machine) -> None:
    machine.put("sudo", '#!/bin/sh\n[ "$1" != -n ] || exit 1\necho "sudo $*" >> "$CALLS"\n')
    refused = machine.run("bursar", MISSING="libegl1")
    assert refused.returncode == 1
    assert machine.calls == []


@pytest.mark.usefixtures("supported")
def test_tests_of_an_ordinary_user_do_without_the_postgresql_package(machine: Machine) -> None:
    machine.remove("initdb")
    tested = machine.run("test", PG_BIN="")
    assert tested.returncode == 0
    assert tested.stdout == "-m pytest -n 2 --dist loadfile --no-loadscope-reorder\n"


@pytest.mark.usefixtures("supported")
def test_wrong_python_is_named(machine: Machine) -> None:
    machine.put("python3", "#!/bin/sh\necho '0 1 3.10'\n")
    refused = machine.run("bursar")
    assert refused.returncode == 1
    assert "3.10" in refused.stderr
    assert "Python 3.11" in refused.stderr
