"""The house rules that tools can check: lint, types, import contracts, and that every module stands in its list."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from minikctl import kinds
from minikctl.commands import COMMANDS, FAMILIES
from minikctl.controllers import CONTROLLERS, load

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "minikctl"


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["mypy"], ["importlinter.cli", "lint"]],
    ids=["lint", "types", "import contracts"],
)
def test_tool_finds_nothing(command):
    module, *rest = command
    code = (
        "from importlinter.cli import lint_imports_command as run; run()" if module.startswith("importlinter") else None
    )
    words = [sys.executable, "-c", code] if code else [sys.executable, "-m", module, *rest]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_names_of_test_files_are_unique():
    """They are imported by their bare names, those that others import from as well."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py")]
    assert sorted(names) == sorted(set(names))


def _modules(folder):
    """The names of the modules and packages in a folder of the package, without private ones."""
    found = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return {name for name in found if not name.startswith("_")}


def _verb_modules(folder, prefix=""):
    """The modules of verbs in a folder and in the packages in it, as ``create/secret/generic``."""
    for name in _modules(folder):
        if (folder / name).is_dir():
            yield from _verb_modules(folder / name, f"{prefix}{name}/")
        else:
            yield prefix + name


def test_every_verb_is_listed():
    listed = {ref.module for ref in COMMANDS}
    there = {module.replace("/", ".") for module in _verb_modules(PACKAGE / "commands")}
    assert there == listed


@pytest.mark.parametrize("ref", COMMANDS, ids=lambda ref: " ".join(ref.words))
def test_verb_says_the_same_of_itself_as_the_list(ref):
    command = ref.load()
    assert command.summary == ref.summary
    assert command.usage.startswith(" ".join(ref.words))
    assert command.examples, "every verb has an example"
    assert len(ref.words) == 1 or " ".join(ref.words[:-1]) in FAMILIES


def test_every_controller_is_listed_with_what_it_watches():
    for name, watches in CONTROLLERS:
        controller = load(name)
        assert controller.name == name
        assert tuple(controller.watches) == watches, name
    with_controller = {
        name
        for name in _modules(PACKAGE / "controllers")
        if hasattr(importlib.import_module(f"minikctl.controllers.{name}"), "CONTROLLER")
    }
    assert with_controller == {name for name, _ in CONTROLLERS}


def test_every_module_of_a_kind_is_listed():
    listed = {info.module for info in kinds.all_kinds()} | {"scale"}  # a Scale is shown, never stored
    there = {
        name
        for name in _modules(PACKAGE / "kinds") - {"base"}
        if hasattr(importlib.import_module(f"minikctl.kinds.{name}"), "KIND")
    }
    assert there == listed - {"base"}


@pytest.mark.parametrize("info", list(kinds.all_kinds()), ids=lambda info: info.resource)
def test_every_kind_has_a_schema_and_a_sample(info):
    folder = f"{info.group or 'core'}_{info.version}"
    assert (ROOT / "schemas" / folder / f"{info.kind.lower()}.json").is_file()
    if "create" not in info.verbs:
        return
    if "get" not in info.verbs:
        return  # it is answered and never kept
    samples = "\n".join(path.read_text() for path in (ROOT / "samples").rglob("*.yaml"))
    assert f"apiVersion: {info.api_version}\nkind: {info.kind}\n" in samples, f"no sample of {info.kind}"


def test_no_verb_and_no_printer_asks_for_a_kind_by_name():
    for folder in ("commands", "printing"):
        for path in (PACKAGE / folder).rglob("*.py"):
            text = path.read_text()
            found = re.search(r"""(\.kind|\["kind"\]) (==|!=|in) [("']+[A-Z]""", text)
            assert not found, f"{path} tests a kind by name ({found[0]}): kinds offer capabilities"


@pytest.mark.parametrize("name", ["CHANGELOG.md", "docs/differences.md"])
def test_nothing_is_said_twice(name):
    """Branches that touch one line leave both versions of it behind where they are merged by union."""
    entries = [line[:32] for line in (ROOT / name).read_text().splitlines() if line.startswith("- ")]
    assert [entry for entry in entries if entries.count(entry) > 1] == []
