"""``fault pod``: a Pod's containers crash or run out of memory, its probes fail, or its node evicts it."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._pods import find_container, find_pod
from minikctl.commands.fault._making import ForOptions, TimesOptions, chosen, end, make
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

WORDS = {"crash": "Crash", "oom": "OOMKill", "unready": "Unready", "ready": "", "evict": "Evict"}


class FaultPodOptions(ForOptions, TimesOptions):
    """Flags of ``fault pod``."""

    container: str = flag("container", "c", help="The container; absent: all of the Pod's.")
    code: int = flag("code", kind="int32", default=1, help="The exit code of a crash.")


def run(options: FaultPodOptions, session: Session) -> None:
    """Make the fault, or let the Pod be ready again (``ready``)."""
    if len(options.args) != 2:
        raise UsageError("fault pod takes a Pod and crash, oom, unready, ready or evict")
    fault = chosen(options.args[1], WORDS, "a Pod")
    pod = find_pod(session, options.args[0])
    meta = pod["metadata"]
    target: Obj = {"name": meta["name"], "namespace": meta["namespace"], "fault": fault}
    if options.container:
        target["container"] = find_container(session, pod, options.container)["name"]
    if "code" in options.given:
        if fault != "Crash":
            raise UsageError("--code is for crash: what else ends a container has its own code")
        if not 0 <= options.code <= 255:
            raise UsageError(f"--code must be between 0 and 255, not {options.code}")
        target["exitCode"] = options.code
    if not fault:
        end(session, lambda each: _makes_unready(each, target), f"pod/{meta['name']} has no fault that makes it unready")
        return
    name = f"pod-{meta['namespace']}-{meta['name']}-{options.args[1]}"
    make(session, name, {"pod": target}, options, options.times, counted="times" in options.given)


def _makes_unready(fault: Obj, target: Obj) -> bool:
    part = fault["spec"].get("pod") or {}
    place = part.get("namespace") or "default", part.get("name"), part.get("fault")
    return place == (target["namespace"], target["name"], "Unready")


COMMAND = Command(
    usage="fault pod (NAME | TYPE/NAME) crash|oom|unready|ready|evict [-c CONTAINER]",
    summary="Crash a Pod, make it unready, or evict it",
    description="crash, oom and evict happen once, unless --times or --for says more; unready lasts until ready or clear.",
    examples=(
        ("Crash a container once", "fault pod web-0 crash -c app --code 3"),
        ("Out of memory, three times", "fault pod web-0 oom --times 3"),
        ("No traffic for the first Pod of a Deployment", "fault pod deployment/web unready"),
    ),
    options=FaultPodOptions,
    run=run,
)
