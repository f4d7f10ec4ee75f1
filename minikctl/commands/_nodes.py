"""What ``cordon``, ``uncordon`` and ``drain`` share (upstream: kubectl ``cmd/drain`` and ``pkg/drain/cordon.go``)."""

from __future__ import annotations

from minikctl.commands._manifests import NAME_RESOURCES
from minikctl.commands._resources import ResourceQuery
from minikctl.commands._shared import DryRunOptions, SelectorOptions
from minikctl.errors import MinikctlError, StatusError, UsageError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

NODES = "nodes"
#: what stands behind each line of a dry run
SUFFIXES = {"": "", "client": " (dry run)", "server": " (server dry run)"}


class NodeOptions(SelectorOptions, DryRunOptions):
    """Flags of every verb for nodes."""


def find_nodes(session: Session, options: NodeOptions, verb: str) -> list[Target]:
    """The nodes that names or a selector mean. Raises MinikctlError for the first that is not there."""
    usage = f"See '{session.program} {verb} -h' for help and examples"
    if not options.args and "selector" not in options.given:
        raise UsageError(f"USAGE: {verb} NODE [flags]\n{usage}")
    if options.args and options.selector:
        raise UsageError(f"error: cannot specify both a node name and a --selector option\n{usage}")
    if options.selector:
        found = ResourceQuery(session, [NODES], selector=options.selector).find()
    elif options.args:
        words = [word if "/" in word else f"{NODES}/{word}" for word in options.args]
        found = ResourceQuery(session, words).find()
    else:
        raise UsageError(NAME_RESOURCES)
    if found.errors:
        raise found.errors[0]
    for target in found.targets:
        if target.info.resource != NODES:
            version = target.info.api_version if target.info.group else f"/{target.info.version}"
            shown = quote(f"{version}, Resource={target.info.plural}")
            raise MinikctlError(f"error: expected resource of type node, got {shown}")
    return found.targets


def set_schedulable(session: Session, nodes: list[Target], dry_run: str, *, cordon: bool) -> None:
    """Let no new Pods come to nodes, or let them come again; a node that is so already is said to be.

    Upstream: ``RunCordonOrUncordon``, which goes on after an error.
    """
    verb = "cordon" if cordon else "uncordon"

    def change(obj: Obj) -> Obj:
        spec = {key: value for key, value in (obj.get("spec") or {}).items() if key != "unschedulable"}
        return {**obj, "spec": {**spec, "unschedulable": True} if cordon else spec}

    with session.change(dry_run=bool(dry_run)) as api:
        for target in nodes:
            is_cordoned = bool(((target.obj or {}).get("spec") or {}).get("unschedulable"))
            done = f"{verb}ed"
            if is_cordoned == cordon:
                done = f"already {done}"
            elif dry_run != "client":
                try:
                    with api.store.savepoint():
                        api.patch(NODES, "", target.name, change)
                except StatusError as error:
                    session.complain(f"error: unable to {verb} node {quote(target.name)}: {error}")
                    continue
            session.print(f"{target.display} {done}{SUFFIXES[dry_run]}")
        session.show_warnings()
