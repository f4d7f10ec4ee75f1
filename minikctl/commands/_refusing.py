"""Verbs that need what is not there (processes, files, ports): kubectl's checks of their words, then why they end here."""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def refusal(verb: str, why: str, instead: str) -> MinikctlError:
    """The error of a verb that cannot do its work: ``why``, and what helps ``instead``."""
    return MinikctlError(f"{verb} is not possible in a simulated cluster: {why}. {instead}")


def check_timeout(seconds: float) -> None:
    """``--pod-running-timeout``. Raises UsageError."""
    if seconds <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")


def find_pod(session: Session, words: Sequence[str], timeout: float, documents: list[Any] | None = None) -> Obj:
    """The Pod that POD, TYPE/NAME or TYPE NAME mean; of a workload or Service the first one.

    ``documents``: what ``-f`` has, instead of words. Raises NotFound and MinikctlError in kubectl's words. Upstream:
    ``AttachablePodForObject``.
    """
    from minikctl.commands._logs import pods_of
    from minikctl.commands._resources import ResourceQuery

    args = list(words) if len(words) == 2 or (words and "/" in words[0]) else ["pods", *words]
    found = ResourceQuery(session, args, documents=documents).find()
    session.end_with(found.errors)
    obj = found.targets[0].obj
    assert obj is not None
    info = found.targets[0].info
    if kinds.load(info).pod_template(obj) is obj:
        return obj
    return pods_of(session, obj, timeout, "cannot attach to")[0]


def check_container(session: Session, pod: Obj, name: str, what: str) -> None:
    """Whether there is such a container that one could ``what`` (``exec into``). Raises MinikctlError."""
    from minikctl.commands._pods import find_container

    phase = (pod.get("status") or {}).get("phase", "")
    if phase in ("Succeeded", "Failed"):
        raise MinikctlError(f"cannot {what} a container in a completed pod; current phase is {phase}")
    try:
        find_container(session, pod, name)
    except MinikctlError as error:
        if what == "attach":
            raise MinikctlError(f"cannot attach to the container: {error}") from error
        raise


def check_ports(pod: Obj, ports: Sequence[str]) -> None:
    """Whether ``[LOCAL:]REMOTE`` are ports. Raises MinikctlError (upstream: ``convertPodNamedPortToNumber``, ``parsePorts``)."""
    name = pod["metadata"]["name"]
    listed = [port for each in pod["spec"]["containers"] for port in each.get("ports") or ()]
    numbered = []
    for port in ports:
        words = port.split(":")
        local, remote = words if len(words) == 2 else (words[0], words[0])
        number: object = remote
        if not remote.removeprefix("-").isdigit():
            number = next((each["containerPort"] for each in listed if each.get("name") == remote), None)
            if number is None:
                raise MinikctlError(f"Pod '{name}' does not have a named port '{remote}'")
        numbered.append((str(number) if local == remote else local or "0", str(number)))
    for local, remote in numbered:
        _port("local", local)
        if _port("remote", remote) == 0:
            raise MinikctlError("remote port must be > 0")


def _port(which: str, text: str) -> int:
    """A port's number. Raises MinikctlError in Go's words (``ParseUint`` of 16 bits)."""
    problem = "" if text.isascii() and text.isdigit() else "invalid syntax"
    if not problem and int(text) > 0xFFFF:
        problem = "value out of range"
    if problem:
        raise MinikctlError(f"error parsing {which} port '{text}': strconv.ParseUint: parsing \"{text}\": {problem}")
    return int(text)
