"""Makes two outputs comparable: what a cluster draws at random or reads off its clock becomes a placeholder."""

from __future__ import annotations

import re

LETTERS = "bcdfghjklmnpqrstvwxz2456789"

_RULES = [
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<time>"),
        (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "<time>"),
        (r'(resourceVersion"?: )"?\d+"?', r"\1<rv>"),
        (r"\b10\.96\.\d+\.\d+\b", "<cluster-ip>"),
        (r"\b10\.244\.\d+\.\d+\b", "<pod-ip>"),
        (r"\b3[0-2]\d\d\d(?=/(TCP|UDP)|\b$)", "<node-port>"),
        (r'(nodePort"?: )3[0-2]\d\d\d', r"\1<node-port>"),
        (rf"(kube-api-access-)[{LETTERS}]{{5}}", r"\1<id>"),
        (rf"(pod-template-hash[=:\"]+ ?\"?)[{LETTERS}]{{6,10}}", r"\1<hash>"),
        (rf"(controller-revision-hash[=:\"]+ ?\"?)([a-z0-9-]+-)?[{LETTERS}]{{6,10}}", r"\1<hash>"),
        (rf"-[{LETTERS}]{{6,10}}-[{LETTERS}]{{5}}\b", "-<hash>-<id>"),
        (rf"-[{LETTERS}]{{8,10}}(?![\w.])", "-<hash>"),
        (rf"(?<=[a-z0-9])-[{LETTERS}]{{5}}(?![\w.-])", "-<id>"),
        (r"(?<![\w.:/-])\d+(\.\d+)?(ms|s|m|h|d|y)(\d+(s|m|h|d))?(?![\w./])", "<age>"),
        (r"\(x\d+ over <age>\)", ""),
        (r"\bnode-[123]\b(?=[ /]|$)", "<node>"),
        (r"172\.18\.0\.\d", "<host-ip>"),
        (r"v1\.3\d\.\d+", "<version>"),
        (r'"nodeName":"node-[123]"', '"nodeName":"<node>"'),
        (r"/tmp/(LIVE|MERGED)-\d+", r"/tmp/\1-<id>"),
    )
]


def normalize(text: str) -> str:
    """``text`` with random and clock-bound parts replaced, and column padding collapsed."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    lines = []
    for line in text.replace("\t", "    ").splitlines():
        indent = line[: len(line) - len(line.lstrip(" "))]
        lines.append(indent + re.sub(r" {2,}", "  ", line[len(indent) :]).rstrip())
    return "\n".join(_sorted_runs(lines)).strip("\n")


def _sorted_runs(lines: list[str]) -> list[str]:
    """Sort neighbouring lines that begin with the same generated name: their order hangs on what was drawn."""
    out: list[str] = []
    run: list[str] = []
    for line in lines:
        head = line.split(" ")[0]
        if run and ("<id>" not in head or head != run[0].split(" ")[0]):
            out += sorted(run)
            run = []
        run.append(line)
    return out + sorted(run)
