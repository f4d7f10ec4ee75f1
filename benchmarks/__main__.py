"""Measure how fast minikctl is, and print it beside what else there is to compare with.

    python -m benchmarks                            everything: about a quarter of an hour
    python -m benchmarks start bulk                 some parts of it (start, bulk, growth, validate)
    python -m benchmarks --small                    tiny sizes, to see that it works
    python -m benchmarks --json out.json            write the figures to a file as well
    python -m benchmarks --kubectl PATH             the real kubectl to compare with (default: the one in PATH, if any)
    python -m benchmarks --record "what machine"    keep the figures in benchmarks/recorded.json

Times are CPU times (user and system), so that what else the machine does matters less: of what is short the shortest of
many runs that take turns. Beside each figure stands the ratio to what was recorded: both are divided by what
``python -c pass`` (short ones) or a fixed piece of pure Python (long ones) took on the same machine at that time, so that a
faster machine changes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module

from benchmarks.measuring import Sandbox, Sizes, machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from benchmarks.measuring import Figure

PARTS = ("start", "bulk", "growth", "validate")
RECORDED = os.path.join(os.path.dirname(__file__), "recorded.json")


def main(argv: list[str] | None = None) -> int:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--small", action="store_true", help="tiny sizes")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--kubectl", metavar="PATH", help="the real kubectl")
    parser.add_argument("--record", metavar="MACHINE", help="keep the figures, with what the machine is in words")
    options = parser.parse_args(argv)
    wrong = [part for part in options.parts if part not in PARTS]
    if wrong:
        parser.error(f"no such part: {wrong[0]} (there are {', '.join(PARTS)})")
    sizes = Sizes(small=options.small)
    recorded = _read(RECORDED)
    found: dict[str, Figure] = {}
    with Sandbox(options.kubectl) as sandbox:
        unit = machine(sandbox, sizes)
        _print_head(unit, recorded)
        for part in options.parts or PARTS:
            for figure in import_module(f"benchmarks.{part}").measure(sandbox, sizes):
                figure.part = part
                found[f"{part}: {figure.name}"] = figure
                print(figure.line(unit, recorded), flush=True)
    told = {"machine": options.record or "", "unit": unit, "figures": {name: each.told() for name, each in found.items()}}
    if options.json:
        _write(options.json, told)
    if options.record:
        kept = recorded.get("figures", {}) if recorded.get("machine") == options.record else {}
        _write(RECORDED, {**told, "figures": {**kept, **told["figures"]}})
    return 0


def _print_head(unit: dict[str, float], recorded: dict) -> None:
    print(f"python -c pass: {unit['pass'] * 1000:.1f} ms; the fixed piece of Python: {unit['python'] * 1000:.1f} ms")
    if recorded:
        print(f"recorded on: {recorded['machine']}")
    print(f"{'':56}{'':>14}  {'x pass':>7}  {'x recorded':>10}")


def _read(path: str) -> dict:
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _write(path: str, told: dict) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    sys.exit(main())
