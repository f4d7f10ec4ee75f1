"""``state info``: what is in the state file, in figures."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands.state._files import human_size, no_arguments
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session


class InfoOptions(Options):
    """Flags of ``state info``."""

    output: str = flag("output", "o", group="Output", choices=("json",), help="json: for a script.")


def run(options: InfoOptions, session: Session) -> None:
    """Print the figures."""
    from minikctl.store.inspecting import inspect

    no_arguments(options, "state info")
    if options.output not in ("", "json"):
        raise UsageError(f"--output must be json, not {options.output}")
    path = session.state_path
    figures = {"path": path, **inspect(path, session.lock_timeout())}
    if options.output:
        from minikctl.printing.jsonout import dump

        session.print(dump(figures, keep_order=True))
    else:
        session.write(_page(figures, session.env.wall_clock()))


def _page(figures: dict[str, Any], wall_clock: float) -> str:
    """The figures for people."""
    from minikctl.lib.times import format_time
    from minikctl.printing.describing import DescribeWriter

    journal, timers = figures["journal"], figures["timers"]
    size = human_size(figures["bytes"] + figures["walBytes"])
    free = f" ({human_size(figures['freeBytes'])} of it free)" if figures["freeBytes"] else ""
    written = f"{journal['writes']}"
    if journal["since"] is not None:
        written += f" (from {journal['oldest']} on, of {format_time(journal['since'])})"
    due = f" (the next at {format_time(timers['next'])})" if timers["count"] else ""
    unread = max(figures["controllers"].values(), default=figures["revision"])
    page = DescribeWriter()
    page.write(0, f"State:\t{figures['path']}\n")
    page.write(0, f"Version:\t{figures['version']}\n")
    page.write(0, f"Size:\t{size}{free}\n")
    page.write(0, f"Time:\t{_time(figures, wall_clock)}\n")
    page.write(0, f"Revision:\t{figures['revision']}\n")
    page.write(0, f"Journal:\t{written}\n")
    page.write(0, f"Unread:\t{unread} (by the controller that is farthest behind)\n")
    page.write(0, f"Timers:\t{timers['count']}{due}\n")
    page.write(0, f"Objects:\t{sum(figures['objects'].values())}\n")
    for resource, count in figures["objects"].items():
        page.write(1, f"{resource}:\t{count}\n")
    return page.render()


def _time(figures: dict[str, Any], wall_clock: float) -> str:
    """The time in the state, and how it stands to the machine's clock."""
    from minikctl.lib.duration import human_duration
    from minikctl.lib.times import format_time

    offset, now = figures["clockOffset"], wall_clock + figures["clockOffset"]
    shown = format_time(max(now, figures["lastTime"]))
    if offset:
        shown += f", {human_duration(offset)} ahead of the clock"
    if now < figures["lastTime"] - 1:
        behind = human_duration(figures["lastTime"] - now)
        shown += f" (the clock went back: time stands still for another {behind}, unless it is advanced)"
    return shown


COMMAND = Command(
    usage="state info",
    summary="Show what is in the state file, in figures",
    description="Objects of each kind, writes in the journal, simulated time, timers, and what controllers have not read yet.",
    examples=(("What is in the state", "state info"), ("The newest resourceVersion, for a script", "state info -o json")),
    options=InfoOptions,
    run=run,
)
