"""What ``--prune`` would take away: objects that ``apply`` made once and that the files do not name any more.

Upstream: kubectl ``pkg/util/prune``, ``cmd/diff/prune.go``. The warning that kubectl logs each time is printed as one.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

#: the kinds that are looked at without --prune-allowlist: those in namespaces, then the others
NAMESPACED = (
    ("v1", "ConfigMap"), ("v1", "Endpoints"), ("v1", "PersistentVolumeClaim"), ("v1", "Pod"),
    ("v1", "ReplicationController"), ("v1", "Secret"), ("v1", "Service"), ("batch/v1", "Job"), ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"), ("apps/v1", "DaemonSet"), ("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
)
NOT_NAMESPACED = (("v1", "Namespace"), ("v1", "PersistentVolume"))

DEPRECATED = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace "
    "flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the "
    "--prune-allowlist flag."
)


def allowed_kinds(words: Sequence[str]) -> list[KindInfo]:
    """The kinds of ``--prune-allowlist`` (``core/v1/ConfigMap``), or the usual ones. Raises MinikctlError."""
    if not words:
        found = (kinds.info_for_object(*each) for each in (*NAMESPACED, *NOT_NAMESPACED))
        return [info for info in found if info is not None]
    return [_allowed(word) for word in words]


def _allowed(word: str) -> KindInfo:
    parts = word.split("/")
    if len(parts) != 3:
        raise MinikctlError(f"invalid GroupVersionKind format: {word}, please follow <group/version/kind>")
    group, version, kind = parts
    api_version = version if group == "core" else f"{group}/{version}"
    info = kinds.info_for_object(api_version, kind)
    if info is None:
        raise MinikctlError(f'no matches for kind "{kind}" in version "{api_version}"')
    return info


class Pruner:
    """Notes which objects were met (``visit``), and finds those that nobody met (``pruned``)."""

    def __init__(self, session: Session, allowlist: Sequence[str], selector: str) -> None:
        """Raises MinikctlError for an allowlist that names no kinds."""
        self.session = session
        self.infos = allowed_kinds(allowlist)
        if not allowlist:
            session.warn(DEPRECATED)
        self.selector = selector
        self.uids: set[str] = set()
        self.namespaces: list[str] = []

    def visit(self, target: Target, live: Obj | None) -> None:
        """An object that a file names: it stays, and others of its namespace are looked at."""
        if target.info.namespaced and target.namespace not in self.namespaces:
            self.namespaces.append(target.namespace)
        if live is not None:
            self.uids.add(live["metadata"]["uid"])

    def pruned(self) -> Iterator[tuple[KindInfo, Obj]]:
        """Yield what was applied once and was not met: kind by kind in each namespace, then the rest."""
        from minikctl.api.patches.lastapplied import ANNOTATION
        from minikctl.commands._resources import list_objects

        namespaced = [(info, name) for name in self.namespaces for info in self.infos if info.namespaced]
        for info, namespace in (*namespaced, *((info, None) for info in self.infos if not info.namespaced)):
            warning = kinds.load(info).request_warning
            if warning:
                self.session.warn(warning, received=True)
            for obj in list_objects(self.session, info, namespace, self.selector):
                meta = obj["metadata"]
                if ANNOTATION in (meta.get("annotations") or {}) and meta["uid"] not in self.uids:
                    yield info, obj
