"""A kustomization from its folder to objects, as ``kubectl kustomize`` builds it. Upstream: ``krusty.Kustomizer``."""

from __future__ import annotations

from minikctl.kustomize import openapi
from minikctl.kustomize.fieldpaths import FieldSpec
from minikctl.kustomize.ids import Gvk, ResId
from minikctl.kustomize.loading import Loader
from minikctl.kustomize.nodes import KustomizeError, plain
from minikctl.kustomize.ordering import ordered
from minikctl.kustomize.target import Target
from minikctl.kustomize.transformers import set_entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.resource import Resource

    Obj = dict[str, Any]

#: the version whose behaviour this is
VERSION = "v5.8.1"
_MANAGED_BY = {"app.kubernetes.io/managed-by": f"kustomize-{VERSION}"}


class Result:
    """What was built: ``objects`` in the order in which they are printed, ``warnings`` on the way.

    ``has_order``: the kustomization says itself how they are to be sorted.
    """

    __slots__ = ("has_order", "objects", "warnings")

    def __init__(self) -> None:
        self.objects: list[Obj] = []
        self.warnings: list[str] = []
        self.has_order = False


def build(folder: str, result: Result, *, restricted: bool = True) -> None:
    """Build the kustomization in ``folder`` into ``result``.

    ``restricted``: files must lie in or below the folders of their kustomizations. Raises KustomizeError in kustomize's
    words; the warnings up to then are in ``result``.
    """
    warnings = result.warnings
    openapi.reset()
    target = Target(Loader.at(folder, restricted=restricted), warnings)
    resources = target.build()
    resources.resources = ordered(resources.resources, target.kustomization.fields.get("sortOptions"))
    wanted = target.kustomization.list_of("buildMetadata")
    if "managedByLabel" in wanted:
        set_entries(resources, _MANAGED_BY, [FieldSpec("metadata/labels", Gvk(), create=True)])
    for resource in resources.resources:
        resource.finish(
            origin="originAnnotations" in wanted, transformations="transformerAnnotations" in wanted
        )
    result.objects = [_finished(resource) for resource in resources.resources]
    result.has_order = target.kustomization.fields.get("sortOptions") is not None


def file_names(objects: list[Obj]) -> list[str]:
    """The names of the files that objects are written to, each to its own (upstream: ``WriteIndividualFiles``)."""
    places = []
    for obj in objects:
        meta = obj.get("metadata") or {}
        places.append(ResId(Gvk.of(obj["apiVersion"], obj["kind"]), meta.get("name") or "", meta.get("namespace") or ""))
    several = len({each.effective_namespace for each in places if not each.gvk.cluster_scoped}) > 1
    names = []
    for each in places:
        parts = [each.gvk.group, each.gvk.version, each.gvk.kind, each.name]
        if several and not each.gvk.cluster_scoped:
            parts.insert(0, each.effective_namespace)
        names.append("_".join(filter(None, parts)).lower() + ".yaml")
    return names


def _finished(resource: Resource) -> Obj:
    """The object as JSON has it. Raises KustomizeError for one that JSON cannot have."""
    try:
        found: Obj = plain(resource.node)
    except KustomizeError as error:
        raise KustomizeError(f"map[string]interface {{}}(nil): {error}") from error
    return found
