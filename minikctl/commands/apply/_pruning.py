"""``apply --prune``: what was applied once and is in no file any more goes (upstream: kubectl ``cmd/apply/prune.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._printing import propagation
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.commands.apply._application import Application
    from minikctl.kinds import KindInfo
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

#: what is pruned without --prune-allowlist, in upstream's order
NAMESPACED = (
    "configmaps", "endpoints", "persistentvolumeclaims", "pods", "replicationcontrollers", "secrets", "services",
    "jobs.batch", "cronjobs.batch", "ingresses.networking.k8s.io", "daemonsets.apps", "deployments.apps",
    "replicasets.apps", "statefulsets.apps",
)
CLUSTER_SCOPED = ("namespaces", "persistentvolumes")

_DEPRECATED = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag "
    "in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the "
    "--prune-allowlist flag."
)


def allowed_kinds(texts: Iterable[str]) -> list[KindInfo]:
    """The kinds of ``--prune-allowlist``: ``core/v1/ConfigMap``. Raises MinikctlError (upstream: ``ParseResources``)."""
    found = []
    for text in texts:
        parts = text.split("/")
        if len(parts) != 3:
            raise MinikctlError(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
        group, version, kind = parts
        api_version = version if group in ("", "core") else f"{group}/{version}"
        info = kinds.info_for_object(api_version, kind)
        if info is None:
            raise MinikctlError(f'no matches for kind "{kind}" in version "{api_version}"')
        found.append(info)
    return found


def prune(run: Application, allowed: Sequence[KindInfo], selector: Selector | None) -> None:
    """Delete what the selector finds and client-side apply had made, but for what this run has applied."""
    session = run.session
    infos = list(allowed)
    if not infos:
        infos = [kinds.info_for(resource) for resource in (*NAMESPACED, *CLUSTER_SCOPED)]
        if session.namespace_given:
            log_warning(run, "prune.go:71", _DEPRECATED)
    namespaces = set(run.namespaces)
    if session.namespace_given:
        namespaces.add(session.namespace)
    for namespace in sorted(namespaces):
        for info in infos:
            if info.namespaced:
                _prune_kind(run, info, namespace, selector)
    for info in infos:
        if not info.namespaced:
            _prune_kind(run, info, "", selector)


def _prune_kind(run: Application, info: KindInfo, namespace: str, selector: Selector | None) -> None:
    from minikctl.api.patches import lastapplied

    for obj in run.api.list(info.resource, namespace or None, selector=selector):
        if lastapplied.get_annotation(obj) is None or obj["metadata"]["uid"] in run.uids:
            continue
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


def log_warning(run: Application, place: str, text: str) -> None:
    """What kubectl logs with klog: ``W1121 18:54:32.023162   30284 prune.go:71] ...``."""
    import os

    from minikctl.lib.times import format_micro_time

    now = format_micro_time(run.api.now())
    run.session.complain(f"W{now[5:7]}{now[8:10]} {now[11:26]} {os.getpid():7d} {place}] {text}")
