"""Rows of ``top``: amounts as kubectl writes them, and its sorting (upstream: kubectl ``metricsutil``)."""

from __future__ import annotations

from minikctl.commands._options import Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds.pod.usage import Usage

MIB = 1 << 20


class TopOptions(Options):
    """Flags of both verbs."""

    selector: str = flag("selector", "l", group="Selection", help="Only those with these labels.")
    sort_by: str = flag("sort-by", group="Output", choices=("cpu", "memory"), help="cpu or memory: the most first.")
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")
    show_swap: bool = flag("show-swap", kind="bool", group="Output", help="Columns for swap, of which there is none.")
    use_protocol_buffers: bool = flag(
        "use-protocol-buffers", kind="bool", default=True, help="Nothing is sent: figures are the same either way."
    )


def check(options: TopOptions, session: Session, word: str) -> str:
    """The name that was given, "" for none. Raises UsageError."""
    if len(options.args) > 1:
        raise UsageError(
            f"{word} [NAME | -l label]\nSee '{session.program} top {word} -h' for help and examples"
        )
    if options.sort_by not in ("", "cpu", "memory"):
        raise UsageError("--sort-by accepts only cpu or memory")
    return options.args[0] if options.args else ""


def sort_usage(rows: list[Any], options: TopOptions, usage: Callable[[Any], Usage], name: Callable[[Any], Any]) -> None:
    """Sort as Go's ``sort.Sort`` leaves it: the most of CPU or memory first, else by name."""
    from minikctl.lib.gosort import go_sort

    which = ("cpu", "memory").index(options.sort_by) if options.sort_by else None

    def less(i: int, j: int) -> bool:
        if which is None:
            return bool(name(rows[i]) < name(rows[j]))
        return usage(rows[i])[which] > usage(rows[j])[which]

    def swap(i: int, j: int) -> None:
        rows[i], rows[j] = rows[j], rows[i]

    go_sort(len(rows), less, swap)


def amounts(usage: Usage) -> list[str]:
    """``250m`` and ``64Mi``."""
    return [f"{usage[0]}m", f"{usage[1] // MIB}Mi"]


def total(usages: Sequence[Usage]) -> Usage:
    """The sum of usages."""
    return sum(cpu for cpu, _ in usages), sum(memory for _, memory in usages)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as kubectl writes them: every cell ends with a tab, the last too, so that lines end with spaces."""
    from minikctl.printing.tabwriter import align

    text = "".join("".join(f"{cell}\t" for cell in row) + "\n" for row in rows)
    return align(text, min_width=6, padding=3)
