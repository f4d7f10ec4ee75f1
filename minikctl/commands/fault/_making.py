"""What the verbs of ``fault`` share: options for how long, and making and ending Faults."""

from __future__ import annotations

import re

from minikctl.commands._options import Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

RESOURCE = "faults.minikctl.dev"


class ForOptions(Options):
    """--for."""

    duration: str = flag("for", help="How long the fault lasts, such as 5m; absent: until it is cleared.", shown="DURATION")


class TimesOptions(Options):
    """--times."""

    times: int = flag("times", kind="int32", help="How often the fault strikes before it is over.")


def chosen(word: str, choices: dict[str, str], what: str) -> str:
    """The fault that a word of the command line means. Raises UsageError."""
    if word not in choices:
        raise UsageError(f"{what} can be {', '.join(choices)}, not {word!r}")
    return choices[word]


def make(session: Session, name: str, target: Obj, options: ForOptions, times: int = 0, *, counted: bool = False) -> None:
    """Store a Fault and say so; one of the same name and target begins anew. ``counted``: --times was given."""
    spec: Obj = dict(target)
    if options.duration:
        from minikctl.lib.duration import parse_duration

        try:
            parse_duration(options.duration)
        except ValueError as error:
            raise UsageError(f"--for: {error}") from error
        spec["duration"] = options.duration
    if counted:
        if times < 1:
            raise UsageError(f"--times must be 1 or more, not {times}")
        spec["times"] = times
    with session.change() as api:
        free = _free_name(api, re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-."), target)
        fault = {"apiVersion": "minikctl.dev/v1alpha1", "kind": "Fault", "metadata": {"name": free}, "spec": spec}
        api.create(fault, client=True)
        session.print(f"fault.minikctl.dev/{free} created")


def _free_name(api: Api, name: str, target: Obj) -> str:
    """``name``, with a number where another fault has it; an old fault with the same target makes room."""
    number, free = 1, name
    while (old := api.get(RESOURCE, "", free)) is not None:
        if all(old["spec"].get(sort) == part for sort, part in target.items()):
            api.delete(RESOURCE, "", free)
            break
        number += 1
        free = f"{name}-{number}"
    return free


def end(session: Session, wanted: Callable[[Obj], bool], nothing: str) -> None:
    """Delete the Faults that are ``wanted`` and say so; ``nothing`` is said where there are none."""
    with session.change() as api:
        found = [fault for fault in api.list(RESOURCE) if wanted(fault)]
        for fault in found:
            name = fault["metadata"]["name"]
            api.delete(RESOURCE, "", name)
            session.print(f"fault.minikctl.dev/{name} deleted")
        if not found:
            session.print(nothing)
