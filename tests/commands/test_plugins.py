"""Plugins: which program is found for which words, what it gets, and what ``plugin list`` says of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from minikctl.commands._plugins import find
from minikctl.errors import PlainError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()

    def add(*names, mode=0o755, into=folder):
        into.mkdir(exist_ok=True)
        for name in names:
            (into / name).write_text('#!/bin/sh\necho "$0" "$@" "$FROM"\nexit 7\n')
            (into / name).chmod(mode)

    add.path = folder
    return add


@pytest.mark.parametrize(("words", "name", "rest"), [
    ("foo", "minikctl-foo", ""),
    ("foo bar-baz x --y", "kubectl-foo-bar_baz", "x --y"),
    ("foo --a bar-baz", "minikctl-foo", "--a bar-baz"),
    ("foo -n x", "minikctl-foo", "-n x"),
    ("other a b", "kubectl-other", "a b"),
    ("absent", None, None),
    ("../foo", None, None),
])
def test_the_longest_name_is_found(folder, words, name, rest):
    folder("kubectl-foo", "minikctl-foo", "kubectl-foo-bar_baz", "kubectl-other")
    folder("kubectl-absent", mode=0o644)
    found = find(words.split(), {"PATH": f"/nowhere::{folder.path}"})
    assert found == (None if name is None else (str(folder.path / name), rest.split()))


def test_flags_come_after_the_name(folder):
    with pytest.raises(PlainError, match=r"^Error: flags cannot be placed before plugin name: -n$"):
        find(["-n", "x", "foo"], {"PATH": str(folder.path)})


@pytest.mark.parametrize(("words", "code", "out", "err"), [
    ("foo bar", 7, "kubectl-foo bar here\n", ""),
    ("create thing a", 7, "kubectl-create-thing a here\n", ""),
    ("create nosuch", 1, "", "error: Unexpected args: [nosuch]\nSee 'minikctl create -h' for help and examples\n"),
    ("get --foo", 1, "", "error: unknown flag: --foo\nSee 'minikctl get --help' for usage.\n"),
    ("rollout foo", 1, "", "error: unknown command \"foo\"\nSee 'minikctl rollout -h' for help and examples\n"),
    ("--no-reconcile foo", 1, "", "Error: flags cannot be placed before plugin name: --no-reconcile\n"),
])
def test_a_plugin_takes_the_place_of_the_process(folder, tmp_path, words, code, out, err):
    folder("kubectl-foo", "kubectl-create-thing", "kubectl-get", "kubectl-rollout-foo")
    done = subprocess.run(
        [sys.executable, "-m", "minikctl", *words.split()], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{folder.path}:/usr/bin:/bin", "FROM": "here", "MINIKCTL_STATE": str(tmp_path / "state.db")},
    )
    assert (done.returncode, done.stdout.replace(f"{folder.path}/", ""), done.stderr) == (code, out, err)


def test_list(folder, cluster, tmp_path):
    folder("kubectl-foo", "minikctl-foo", "kubectl-create-thing", "something")
    folder("kubectl-weak", mode=0o644)
    second = tmp_path / "second"
    folder("kubectl-foo", into=second)
    result = cluster("plugin", "list", PATH=f"{folder.path}:{tmp_path}/none:{folder.path}:{second}", MINIKCTL_PROGRAM="kubectl")
    names = ["kubectl-create-thing", "kubectl-foo", "kubectl-weak", "minikctl-foo"]
    paths = [*(str(folder.path / name) for name in names), str(second / "kubectl-foo")]
    assert result.out == "The following compatible plugins are available:\n\n" + "".join(f"{path}\n" for path in paths)
    assert result.err == (
        '  - warning: kubectl-create-thing overwrites existing command: "kubectl create"\n'
        f"  - warning: {folder.path}/kubectl-weak identified as a kubectl plugin, but it is not executable\n"
        f'Unable to read directory "{tmp_path}/none" from your PATH: open {tmp_path}/none: no such file or directory. Skipping...\n'
        f"  - warning: {second}/kubectl-foo is overshadowed by a similarly named plugin: {folder.path}/kubectl-foo\n"
        "error: 3 plugin warnings were found\n"
    )
    assert result.code == 1


def test_list_of_names_and_of_nothing(folder, cluster):
    folder("minikctl-foo")
    assert cluster.ok("plugin", "list", "--name-only", PATH=str(folder.path)).splitlines()[2:] == ["minikctl-foo"]
    result = cluster("plugin", "list", PATH="")
    assert (result.code, result.out, result.err) == (1, "", "error: unable to find any minikctl plugins in your PATH\n")
