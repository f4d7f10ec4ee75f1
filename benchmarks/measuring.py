"""What all benchmarks share: a folder to work in, runs of a command with what they cost, figures, sizes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Sizes:
    """How much of everything."""

    def __init__(self, *, small: bool) -> None:
        self.runs = 1 if small else 15
        #: of what takes long: the best of these
        self.tries = 1 if small else 2
        self.deployments = 5 if small else 1_000
        self.pods = 20 if small else 10_000
        self.objects = 20 if small else 10_000
        self.hours = 5 if small else 720
        #: Pods in the state in which things are to cost what they cost in one with ``few``
        self.few, self.many = (10, 100) if small else (100, 100_000)
        self.documents = 50 if small else 10_000


class Cost:
    """What a run of a command cost: CPU and wall seconds, and its peak of memory in MiB."""

    __slots__ = ("cpu", "memory", "wall")

    def __init__(self, cpu: float, wall: float, memory: float) -> None:
        self.cpu = cpu
        self.wall = wall
        self.memory = memory


class Figure:
    """One line of the table. ``unit`` is ms or s (CPU), MiB, us/document or documents/s."""

    __slots__ = ("more", "name", "part", "unit", "value")

    def __init__(self, name: str, value: float, unit: str, more: str = "") -> None:
        self.name = name
        self.value = value
        self.unit = unit
        self.more = more
        self.part = ""

    def told(self) -> dict[str, object]:
        """For JSON."""
        return {"value": round(self.value, 4), "unit": self.unit}

    def line(self, unit: dict[str, float], recorded: dict) -> str:
        """For people, with the ratio to ``python -c pass`` and to what was recorded, on the scale of each machine."""
        text = f"{self.value:,.2f}" if self.value < 100 else f"{self.value:,.0f}"
        to_pass = f"{self.value / 1000 / unit['pass']:.2f}" if self.unit == "ms" else ""
        old = (recorded.get("figures") or {}).get(f"{self.part}: {self.name}")
        ratio = ""
        if old and old["unit"] == self.unit and old["value"]:
            ratio = f"{self.value / self._scale(unit) / (old['value'] / self._scale(recorded['unit'])):.2f}"
        return f"{self.part + ': ' + self.name:56}{text + ' ' + self.unit:>14}  {to_pass:>7}  {ratio:>10}  {self.more}".rstrip()

    def _scale(self, unit: dict[str, float]) -> float:
        """What a machine's speed makes of a figure of this unit."""
        scales = {"ms": unit["pass"], "s": unit["python"], "us/document": unit["python"], "documents/s": 1 / unit["python"]}
        return scales.get(self.unit, 1.0)


class Sandbox:
    """A folder of its own for states, manifests and HOME, and minikctl run in it."""

    def __init__(self, kubectl: str | None = None) -> None:
        self.kubectl = kubectl or shutil.which("kubectl")
        #: how fast the machine is; see ``machine``
        self.unit: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Make the folder."""
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name
        self.environ = {
            **os.environ, "HOME": self.folder, "MINIKCTL_STATE": self.path("state.db"),
            "PYTHONPATH": os.pathsep.join([ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        for name in ("PYTHONDONTWRITEBYTECODE", "KUBECONFIG", "MINIKCTL_NOW", "MINIKCTL_SEED"):
            self.environ.pop(name, None)
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._folder.cleanup()

    def path(self, name: str) -> str:
        """A path in the folder."""
        return os.path.join(self.folder, name)

    def write(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def fresh(self, name: str = "state.db", nodes: int = 3) -> None:
        """Make a new state, which is used from now on."""
        path = self.path(name)
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(path + ending):
                os.unlink(path + ending)
        self.environ["MINIKCTL_STATE"] = path
        self.minikctl("init", "--nodes", str(nodes))

    def minikctl(self, *words: str) -> Cost:
        """Run a command line; raises where it fails."""
        return self.run([sys.executable, "-m", "minikctl", *words])

    def run(self, words: list[str]) -> Cost:
        """Run a program with its output thrown away; raises where it fails."""
        begin = time.perf_counter()
        child = subprocess.Popen(words, env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}")
        kilobytes = used.ru_maxrss if sys.platform != "darwin" else used.ru_maxrss / 1024
        return Cost(used.ru_utime + used.ru_stime, wall, kilobytes / 1024)

    def parts(self, *words: str) -> dict[str, float]:
        """Run a command line in a process that measures its parts; CPU seconds by name."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.parts", *words], env=self.environ, cwd=self.folder, check=True,
            capture_output=True, text=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


def shortest(sandbox: Sandbox, commands: Iterable[tuple[str, list[str]]], runs: int) -> dict[str, float]:
    """The fewest CPU seconds of each command; they take turns, so that a busy moment of the machine hits all alike."""
    commands = list(commands)
    times: dict[str, list[float]] = {name: [] for name, _ in commands}
    for _ in range(runs):
        for name, words in commands:
            times[name].append(sandbox.run(words).cpu)
    return {name: min(each) for name, each in times.items()}


def best(work: Callable[[], object], runs: int) -> float:
    """The shortest CPU time of ``runs`` runs in this process, in seconds."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def machine(sandbox: Sandbox, sizes: Sizes) -> dict[str, float]:
    """Find out and keep how fast the machine is: CPU seconds of ``python -c pass`` and of a fixed piece of pure Python."""
    words = [sys.executable, "-c", "pass"]
    passing = min(sandbox.run(words).cpu for _ in range(sizes.runs + 1))
    thing = {"a": [{"b": number, "c": str(number)} for number in range(50)]}

    def python() -> None:
        for _ in range(400):
            found = json.loads(json.dumps(thing))
            sorted(each["c"] for each in found["a"])

    sandbox.unit = {"pass": passing, "python": best(python, sizes.runs)}
    return sandbox.unit
