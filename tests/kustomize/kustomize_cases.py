"""The recorded kustomizations in ``cases/``: files that go in, and what ``kubectl kustomize`` made of them.

A file of cases is read by people first. A case begins with ``#### what it is about | FOLDER FLAGS``; ``@ PATH`` begins a file
that goes in, ``@@ code``, ``@@ out`` and ``@@ err`` what came out. ``{root}`` stands for the folder that the files are in.
"""

from __future__ import annotations

import re
from pathlib import Path

CASES = Path(__file__).parent / "cases"
#: the head that kubectl's log gives a message, and the address of a generator that it prints
_LOG_HEAD = re.compile(r"I\d{4} [\d:.]+ +\d+ log\.go:\d+\] ")
_ADDRESS = re.compile(r"generator (?:&\{0x[0-9a-f]+ <nil>\}|\w+Generator)")


class Case:
    def __init__(self, text):
        head, _, body = text.partition("\n")
        self.name, _, words = (part.strip() for part in head.partition("|"))
        self.words = words.split()
        self.folder = self.words.pop(0) if self.words and not self.words[0].startswith("-") else "."
        self.files = {}
        self.expected = {"code": "0", "out": "", "err": ""}
        for part in re.split(r"^(?=@@? )", body, flags=re.MULTILINE):
            mark, _, content = part.partition("\n")
            if mark.startswith("@@ "):
                name, _, word = mark[3:].partition(" ")
                self.expected[name] = word or content
            elif mark.startswith("@ "):
                self.files[mark[2:]] = content

    def write(self, root):
        """Put the files that go in into a folder."""
        for name, content in self.files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def text(self):
        """The case as it stands in a file of cases."""
        words = " ".join(([self.folder] if self.folder != "." else []) + self.words)
        parts = [f"#### {self.name}{f' | {words}' if words else ''}\n"]
        parts += [f"@ {name}\n{content}" for name, content in self.files.items()]
        parts.append(f"@@ code {self.expected['code']}\n")
        parts += [f"@@ {name}\n{self.expected[name]}" for name in ("out", "err") if self.expected[name]]
        return "".join(part if part.endswith("\n") else part + "\n" for part in parts)


def cases(path):
    return [Case(text) for text in re.split(r"^#### ", path.read_text(), flags=re.MULTILINE)[1:]]


def all_cases():
    return [(path, case) for path in sorted(CASES.glob("*.txt")) for case in cases(path)]


def readable(text, root):
    """What was printed, without what differs from run to run."""
    text = _ADDRESS.sub("generator {generator}", _LOG_HEAD.sub("", text.replace(str(root), "{root}")))
    return text.rstrip("\n") + "\n" if text else ""
