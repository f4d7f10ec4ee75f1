"""What an autoscaler scales: the scale of any object that has one (upstream: client-go ``scale``, the REST mapper)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.lib.fieldpath import get_path, set_path
from minikctl.lib.labels import SelectorError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Kind
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

#: how registries call what is not found when its scale is asked for; the others use their resource's name
_NOT_FOUND = {
    "deployments.apps": "deployments/scale.apps", "replicasets.apps": "replicasets/scale.apps",
    "replicationcontrollers": "replicationcontrollers/scale.autoscaling",
}


class ScaleError(Exception):
    """The scale cannot be had; the message is upstream's."""


class Scale:
    """The scale of an object: ``spec_replicas``, ``status_replicas`` and ``selector``, a text that may be empty."""

    __slots__ = ("_obj", "_path", "selector", "spec_replicas", "status_replicas")

    def __init__(self, obj: Obj, kind: Kind) -> None:
        paths = kind.scale_paths()
        if paths is None:
            raise ScaleError("the server could not find the requested resource")
        replicas = get_path(obj, paths[0])
        if replicas is None and kind.info.custom:
            raise ScaleError(f'Internal error occurred: the spec replicas field ".{paths[0]}" does not exist')
        self._obj = obj
        self._path = paths[0]
        self.spec_replicas = int(replicas or 0)
        self.status_replicas = int(get_path(obj, paths[1]) or 0)
        self.selector = kind.scale_selector(obj)

    def store(self, context: Context, replicas: int) -> None:
        """Let the object have ``replicas``. Raises errors of the API."""
        set_path(self._obj, self._path, replicas)
        context.update_scale(self._obj)


def get_scale(context: Context, hpa: Obj) -> Scale:
    """The scale of an autoscaler's target. Raises ScaleError."""
    target, namespace = hpa["spec"]["scaleTargetRef"], hpa["metadata"]["namespace"]
    info = _mapping(target)
    if info is None:
        group = _group(target)
        raise ScaleError(f'no matches for kind "{target["kind"]}" in group "{group}"')
    kind = kinds.load(info)
    if not info.namespaced or (kind.scale_paths() is None):
        raise ScaleError("the server could not find the requested resource")
    obj = context.get(info.resource, namespace, target["name"])
    if obj is None:
        raise ScaleError(f'{_NOT_FOUND.get(info.resource, info.resource)} "{target["name"]}" not found')
    return Scale(obj, kind)


def selector_of(context: Context, hpa: Obj) -> Selector | None:
    """The selector of the Pods that an autoscaler's target has; None where it cannot be had."""
    try:
        text = get_scale(context, hpa).selector
        return parse(text) if text else None
    except (ScaleError, SelectorError):
        return None


def scale_facts(resource: str, obj: Obj | None) -> tuple[Any, ...] | None:
    """What of an object its autoscaler looks at."""
    if obj is None:
        return None
    try:
        scale = Scale(obj, kinds.load(kinds.info_for(resource)))
    except ScaleError:
        return ()
    return scale.spec_replicas, scale.status_replicas, scale.selector


def _group(target: Obj) -> str:
    return str(target.get("apiVersion") or "").rpartition("/")[0]


def _mapping(target: Obj) -> KindInfo | None:
    """The kind that a reference means: by its group, whatever the version."""
    info = kinds.info_for_object(target.get("apiVersion") or "v1", target["kind"])
    if info is not None:
        return info
    group = _group(target)
    return next((each for each in kinds.KINDS if each.kind == target["kind"] and each.group == group and not each.hub), None)
