"""What the tests share: a command line that runs in this process, on a state file of its own."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3

import hypothesis
import pytest

from minikctl.cli import main
from minikctl.env import Env

# How long something takes is no matter of tests: the machine may be busy.
hypothesis.settings.register_profile(
    "minikctl", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("minikctl")


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def __repr__(self) -> str:
        return f"Result(code={self.code}, out={self.out!r}, err={self.err!r})"


class Cluster:
    """``cluster("get", "pods")`` runs a command line on the test's state file and gives code, out and err."""

    def __init__(self, folder: os.PathLike[str]) -> None:
        self.folder = folder
        self.state = os.path.join(folder, "state.db")
        self.environ = {
            "HOME": str(folder),
            "MINIKCTL_STATE": self.state,
            "MINIKCTL_SEED": "1",
            "MINIKCTL_NOW": "2026-01-02T03:04:05Z",
        }

    def __call__(self, *argv: str, stdin: str = "", **environ: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        code = main(list(argv), Env(io.StringIO(stdin), out, err, {**self.environ, **environ}))
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *argv: str, stdin: str = "", **environ: str) -> str:
        """Run a command line that has to succeed; gives its standard output."""
        result = self(*argv, stdin=stdin, **environ)
        assert result.code == 0, result
        return result.out

    def revision(self) -> int:
        """The newest revision of the state."""
        with contextlib.closing(sqlite3.connect(self.state)) as connection:
            return connection.execute("SELECT revision FROM state").fetchone()[0]

    def settle(self) -> None:
        self.ok("reconcile", "--until-stable", "--quiet")


@pytest.fixture
def cluster(tmp_path: os.PathLike[str]) -> Cluster:
    return Cluster(tmp_path)
