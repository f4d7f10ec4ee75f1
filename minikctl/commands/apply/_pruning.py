"""``apply --prune``: what was applied once and is in no file any more goes (upstream: kubectl ``cmd/apply/prune.go``)."""

from __future__ import annotations

from minikctl.commands._printing import propagation
from minikctl.commands._pruning import Pruner
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands.apply._application import Application
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


def prune(run: Application) -> None:
    """Delete what client-side apply had made and the selector finds, but for what this run has applied."""
    session, options = run.session, run.options
    pruner = Pruner(session, options.prune_allowlist, options.selector)
    pruner.uids = run.uids
    namespaces = {session.namespace} if session.namespace_given else set()
    pruner.namespaces = sorted(run.namespaces | namespaces)
    for info, obj in pruner.pruned():
        try:
            delete(run, info, obj)
        except MinikctlError as error:
            scope = "namespaced" if info.namespaced else "nonNamespaced"
            version = info.api_version if info.group else f"/{info.version}"
            raise MinikctlError(f"error pruning {scope} object {version}, Kind={info.kind}: {error}") from error


def delete(run: Application, info: KindInfo, obj: Obj) -> None:
    """Delete one object, as --cascade and --grace-period say, and print that it was pruned."""
    meta = obj["metadata"]
    grace = run.options.grace_period
    if run.dry_run != "client":
        run.api.delete(
            info.resource, meta.get("namespace", ""), meta["name"], propagation=propagation(run.options.cascade),
            grace_period=grace if grace >= 0 else None, client=True,
        )
    run.printer.print(info, obj, "pruned")
