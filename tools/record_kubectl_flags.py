"""Write down which verbs and flags a kubectl has: ``tests/commands/kubectl_flags.yaml``, which a test holds minikctl's against.

    python tools/record_kubectl_flags.py KUBECTL > tests/commands/kubectl_flags.yaml

Names, shorthands and defaults are those of ``--help``. Types are not told there, so they are asked for: the parser says what
is wrong with a value before anything is run, and behind each value stands a flag that there is not, so that nothing is run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

NOWHERE = "--no-such-flag"
#: `    -n, --namespace='':`, in the lists of flags
FLAG = re.compile(r"^    (?:-(?P<short>.), )?--(?P<name>[a-z0-9-]+)=(?P<default>.*):$")
#: `  status      Show the status ...`, in the lists of commands
COMMAND = re.compile(r"^  (?P<name>[a-z-]+) +\S")
#: what such a list stands under
HEADING = re.compile(r"\S.*Commands.*:$")
#: `One of: (json, yaml)`, in the words about a flag
CHOICES = re.compile(r"One of:? \(([^()]*)\)")


class Kubectl:
    """The program that is asked, in an empty folder and without a configuration."""

    def __init__(self, path: str, home: str) -> None:
        self.path = path
        self.home = home

    def ask(self, *words: str) -> str:
        """What it prints, on either stream."""
        environ = {"PATH": "/nowhere", "HOME": self.home, "KUBECONFIG": "/dev/null"}
        done = subprocess.run(
            [self.path, *words], cwd=self.home, env=environ, capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout + done.stderr

    def error(self, verb: str, *words: str) -> str:
        """What is wrong with a command line: the part about the first word of it that is."""
        return self.ask(*verb.split(), *words, NOWHERE).partition("\nSee ")[0].removeprefix("error: ").strip()

    def commands(self, words: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Each verb with its help, depth first in the order of the help. Families without flags are none."""
        text = self.ask(*words, "--help")
        found: list[tuple[str, str]] = []
        listing = False
        for line in text.splitlines():
            match = COMMAND.match(line)
            if match and listing:
                found += self.commands((*words, match["name"]))
            elif line and not line.startswith(" "):
                listing = HEADING.match(line) is not None
        verb = [(" ".join(words), text)] if words and ("\nOptions:\n" in text or not found) else []
        return verb + found

    def flags(self, verb: str, text: str) -> dict[str, dict[str, object]]:
        """The flags in a help's list, by name."""
        found: dict[str, dict[str, object]] = {}
        for name, short, default, words in _listed(text):
            kind = self.kind(verb, name)
            flag: dict[str, object] = {"short": short} if short else {}
            flag["type"] = kind
            flag["default"] = default.replace(self.home, "~")
            if kind != "bool" and self.error(verb, f"--{name}", f"{NOWHERE}-1").endswith(f"flag: {NOWHERE}-1"):
                flag["bare"] = True  # without a value it means something
            choices = CHOICES.search(words)
            if choices:
                flag["choices"] = re.split(r"\|\s*|,\s*", choices[1])
            found[name] = flag
        return found

    def kind(self, verb: str, name: str) -> str:
        """The type of a flag, by what its parser says to values that only some types take."""
        answer = self.error(verb, f"--{name}=x")
        for word, kind in (("ParseBool", "bool"), ("invalid duration", "duration"), ("must be formatted as", "map"),
                           ("malformed pair", "pairs"), ("flag: parse error", "duration"), ("syntax error", "vmodule")):
            if word in answer:
                return kind
        if "ParseInt" in answer:
            return "int32" if "out of range" in self.error(verb, f"--{name}=2147483648") else "int"
        return "strings" if "parse error on line 1" in self.error(verb, f'--{name}="x') else "text"


def _listed(text: str) -> list[tuple[str, str, str, str]]:
    """(name, shorthand, default, words) of each flag in a help's list."""
    found: list[tuple[str, str, str, str]] = []
    for line in text.splitlines():
        match = FLAG.match(line)
        if match:
            found.append((match["name"], match["short"] or "", match["default"], ""))
        elif line.startswith("\t") and found:
            found[-1] = (*found[-1][:3], line.strip())
    return found


def main(path: str) -> None:
    """Ask a kubectl, and print what it said."""
    import yaml

    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(os.cpu_count()) as pool:
        kubectl = Kubectl(path, home)
        version = re.search(r"Client Version: (\S+)", kubectl.ask("version", "--client"))
        commands = kubectl.commands()
        futures = {verb: pool.submit(kubectl.flags, verb, text) for verb, text in commands}
        everywhere = kubectl.flags("version", kubectl.ask("options"))
        content = {
            "version": version[1] if version else "",
            "global": everywhere,
            "verbs": {verb: future.result() for verb, future in futures.items()},
        }
    for flags in (content["global"], *content["verbs"].values()):
        for flag in flags.values():
            # `[]` is all that --help tells of lists: whether commas part a value is what the types tell.
            if flag["type"] == "text":
                flag["type"] = "array" if str(flag["default"]).startswith("[") else "str"
    print(f"# Written by tools/record_kubectl_flags.py: what kubectl {content['version']} has.")
    print(yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=140), end="")


if __name__ == "__main__":
    main(sys.argv[1])
