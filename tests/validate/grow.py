"""Grows the table of wrong manifests: small slips in right ones, each with where it must be seen.

Usage: python tests/validate/grow.py > tests/validate/wrong.tsv

What is expected follows from the slip alone; nothing here asks minikctl. A row is a base, the line that is changed, what
it is changed into (\\n for line ends, "" for a line that goes), the place and rule that must come of it, and what must
be suggested. The rows in ``wrong_by_hand.tsv`` are of the same form and were thought of one by one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BASES = Path(__file__).parent / "bases"
#: keys in these are users' words, not fields
MAPS = {"labels", "annotations", "matchLabels", "data", "stringData", "binaryData", "requests", "limits", "nodeSelector"}
LINE = re.compile(r"(?P<indent> *)(?P<dash>- )?(?P<key>[A-Za-z]+):(?: (?P<value>.*))?$")
#: fields of a kind of value, whatever object they stand in
ENUMS = {
    "imagePullPolicy", "restartPolicy", "dnsPolicy", "protocol", "concurrencyPolicy", "completionMode",
    "podManagementPolicy", "sessionAffinity", "externalTrafficPolicy", "pathType", "volumeMode",
    "unhealthyPodEvictionPolicy",
}
PORTS = {"containerPort", "nodePort"}

Row = tuple[str, int, str, str, str]


class Line:
    def __init__(self, number: int, text: str, parents: list[str]) -> None:
        match = LINE.match(text)
        assert match
        self.number = number
        self.text = text
        self.indent = len(match["indent"])
        self.dash = bool(match["dash"])
        self.key, self.value = match["key"], match["value"] or ""
        self.column = self.indent + 2 * self.dash + 1
        self.value_column = self.column + len(self.key) + 2
        self.parents = parents
        in_selector = parents[-1:] == ["selector"] and "matchLabels" not in text
        self.is_field = not in_selector and not (parents and parents[-1] in MAPS)

    def with_key(self, key: str) -> str:
        return self.text.replace(f"{self.key}:", f"{key}:", 1)

    def with_value(self, value: str) -> str:
        return self.text[: self.value_column - 1] + value


def lines_of(text: str) -> Iterator[Line]:
    open_keys: list[tuple[int, str]] = []
    block = -1
    for number, line in enumerate(text.splitlines(), 1):
        match = LINE.match(line)
        depth = len(line) - len(line.lstrip())
        if block >= 0 and depth > block:
            continue
        block = -1
        if not match:
            continue
        column = len(match["indent"]) + (2 if match["dash"] else 0)
        while open_keys and open_keys[-1][0] >= column:
            open_keys.pop()
        yield Line(number, line, [key for _, key in open_keys])
        open_keys.append((column, match["key"]))
        if (match["value"] or "") == "|":
            block = column


def rows(base: str, text: str) -> Iterator[Row]:
    is_service = "kind: Service\n" in text
    for line in lines_of(text):
        field = line.is_field and not (is_service and line.parents[-1:] == ["selector"])
        in_top = not line.parents and line.key in {"apiVersion", "kind", "metadata"}
        if field and not in_top and len(line.key) >= 5:
            yield from misspelt(base, line)
        if field and line.value and not in_top:
            yield from wrong_types(base, line)
            yield from wrong_values(base, line)
        if line.value and line.value != "|" and not line.dash:
            twice = f"{line.text}\\n{line.text}"
            yield base, line.number, twice, f"{line.number + 1}:{line.column} duplicate-key", ""
        if line.parents in (["data"], ["metadata", "labels"], ["stringData"]) and line.value[:1] not in {'"', "|"} and base != "secret":
            yield from unquoted(base, line)


def misspelt(base: str, line: Line) -> Iterator[Row]:
    place = f"{line.number}:{line.column} unknown-field"
    letter = 1 + line.number % (len(line.key) - 2)
    slips = {
        "dropped": line.key[:letter] + line.key[letter + 1 :],
        "doubled": line.key[:letter] + line.key[letter] + line.key[letter:],
        "swapped": line.key[:letter] + line.key[letter + 1] + line.key[letter] + line.key[letter + 2 :],
        "lower": line.key.lower(),
    }
    kinds = list(slips)
    wrong = slips[kinds[line.number % 4]]
    if wrong == line.key:
        wrong = slips["dropped"]
    if wrong != line.key:
        yield base, line.number, line.with_key(wrong), place, f"did you mean {line.key}?"


def wrong_types(base: str, line: Line) -> Iterator[Row]:
    place = f"{line.number}:{line.value_column} wrong-type"
    if line.value.isdigit() and line.key not in {"port", "targetPort", "maxSurge", "maxUnavailable", "minAvailable"}:
        if line.number % 2:
            yield base, line.number, line.with_value("many"), place, ""
        else:
            yield base, line.number, line.with_value(f'"{line.value}"'), place, f"write {line.value}, without quotes"
    elif line.value in {"true", "false"}:
        yield base, line.number, line.with_value(f'"{line.value}"'), place, f"write {line.value}, without quotes"
    elif line.key in {"image", "workingDir", "storageClassName", "ingressClassName", "value"}:
        wrong = ("1.10", "on", "8080", "yes")[line.number % 4]
        yield base, line.number, line.with_value(wrong), place, f'write "{wrong}": without quotes it is '


def wrong_values(base: str, line: Line) -> Iterator[Row]:
    place = f"{line.number}:{line.value_column}"
    if line.key in ENUMS:
        rule = "invalid-value" if line.key == "podManagementPolicy" else "unsupported-value"
        if line.key != "restartPolicy":  # which has two rules that are broken then
            yield base, line.number, line.with_value("Whatever"), f"{place} {rule}", ""
            yield base, line.number, line.with_value(line.value.lower()), f"{place} {rule}", f"did you mean {line.value}?"
    elif line.key in PORTS:
        yield base, line.number, line.with_value("99999"), f"{place} invalid-value", ""
    elif line.value.isdigit() and line.key in {
        "replicas", "minReadySeconds", "revisionHistoryLimit", "periodSeconds", "failureThreshold", "backoffLimit",
        "completions", "parallelism", "ttlSecondsAfterFinished", "startingDeadlineSeconds", "initialDelaySeconds",
        "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
    }:
        yield base, line.number, line.with_value("-1"), f"{place} invalid-value", ""
    elif line.key in {"cpu", "memory", "storage", "sizeLimit"}:
        yield base, line.number, line.with_value("5 GB"), f"{place} wrong-format", ""
    elif line.key == "name" and line.parents == ["metadata"] and base not in {"job", "role", "rolebinding"}:
        yield base, line.number, line.with_value("Not_A_Name"), f"{place} invalid-value", ""


def unquoted(base: str, line: Line) -> Iterator[Row]:
    wrong = ("on", "1.10", "no", "7")[line.number % 4]
    yield (
        base, line.number, line.with_value(wrong), f"{line.number}:{line.value_column} wrong-type",
        f'write "{wrong}": without quotes it is ',
    )


def main() -> None:
    for path in sorted(BASES.glob("*.yaml")):
        for row in rows(path.stem, path.read_text()):
            sys.stdout.write("\t".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main()
