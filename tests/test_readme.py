"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from minikctl.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def console_lines():
    """(command line, what it prints) of every console block."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def test_the_tour(cluster, monkeypatch):
    monkeypatch.chdir(ROOT)
    for command, printed in console_lines():
        program, *words = shlex.split(command)
        assert program == "minikctl"
        result = cluster(*words)
        assert (result.code, result.out) == (0, printed), command


def test_the_two_commands_are_there():
    for name in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[:2]:
        path = ROOT / name.strip()
        assert path.is_file()
        assert path.stat().st_mode & 0o111, f"{path} can be run"


@pytest.mark.parametrize("name", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("ref", COMMANDS, ids=lambda ref: " ".join(ref.words))
def test_every_verb_has_help(ref, cluster):
    result = cluster(*ref.words, "--help", COLUMNS="100")
    assert result.code == 0
    assert ref.summary in result.out
    assert "Examples" in result.out
