"""What a Pod refers to and cannot start without: ConfigMaps and Secrets, mounted or in the environment.

A volume that cannot be mounted holds up the whole Pod (FailedMount), a variable that cannot be set its container
(CreateContainerConfigError). Both go on when what is missing comes. Upstream: ``pkg/volume/{configmap,secret,projected}``
and ``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go``.
"""

from __future__ import annotations

from minikctl.kinds.pod.sums import held_up_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

CONFIG_MAPS, SECRETS = "configmaps", "secrets"
CONFIG_ERROR = "CreateContainerConfigError"
_WORDS = {CONFIG_MAPS: ("configmap", "ConfigMap"), SECRETS: ("secret", "Secret")}
_CACHE = "references"


def forget(context: Context) -> None:
    """What was looked up in this pass has changed."""
    context.scratch.pop(_CACHE, None)


def waiting_pods(context: Context, namespace: str) -> Iterable[str]:
    """The keys of the Pods of a namespace that are on a node and have not started."""
    known: dict[str, list[str]] = context.scratch.setdefault("starting", {})
    if namespace not in known:
        names = sorted(name for found in context.sums(held_up_in(namespace)).values() for name in found)
        known[namespace] = [f"{namespace}/{name}" for name in names]
    return known[namespace]


def mount_problems(context: Context, pod: Obj) -> list[str]:
    """Why volumes cannot be mounted, a message for each such volume, in the order of the volumes."""
    problems = []
    for volume in pod["spec"].get("volumes") or ():
        found = [
            problem for resource, name, source in _mounted(volume)
            if (problem := _mount_problem(context, pod, resource, name, source))
        ]
        if found:
            words = found[0] if len(found) == 1 else f"[{', '.join(dict.fromkeys(found))}]"
            problems.append(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {words}')
    return problems


def _mounted(volume: Obj) -> Iterator[tuple[str, str, Obj]]:
    """(resource, name, source) of what a volume is made of."""
    if volume.get("configMap") is not None:
        yield CONFIG_MAPS, volume["configMap"].get("name", ""), volume["configMap"]
    if volume.get("secret") is not None:
        yield SECRETS, volume["secret"].get("secretName", ""), volume["secret"]
    for source in (volume.get("projected") or {}).get("sources") or ():
        for field, resource in (("configMap", CONFIG_MAPS), ("secret", SECRETS)):
            if source.get(field) is not None:
                yield resource, source[field].get("name", ""), source[field]


def _mount_problem(context: Context, pod: Obj, resource: str, name: str, source: Obj) -> str:
    if source.get("optional"):
        return ""
    keys = _keys(context, resource, pod["metadata"]["namespace"], name)
    if keys is None:
        return f'{_WORDS[resource][0]} "{name}" not found'
    missing = next((each["key"] for each in source.get("items") or () if each["key"] not in keys), None)
    if missing is None:
        return ""
    words = "configmap references non-existent config key" if resource == CONFIG_MAPS else "references non-existent secret key"
    return f"{words}: {missing}"


def config_problem(context: Context, pod: Obj, container: Obj) -> str:
    """Why the container's environment cannot be made; "" where it can."""
    for resource, source, key in _variables(container):
        if source.get("optional"):
            continue
        name, namespace = source.get("name", ""), pod["metadata"]["namespace"]
        keys = _keys(context, resource, namespace, name)
        if keys is None:
            return f'{_WORDS[resource][0]} "{name}" not found'
        if key is not None and key not in keys:
            return f"couldn't find key {key} in {_WORDS[resource][1]} {namespace}/{name}"
    return ""


def _variables(container: Obj) -> Iterator[tuple[str, Obj, str | None]]:
    """(resource, source, key) of what the environment is made of; key None: all of them."""
    for entry in container.get("envFrom") or ():
        for field, resource in (("configMapRef", CONFIG_MAPS), ("secretRef", SECRETS)):
            if entry.get(field) is not None:
                yield resource, entry[field], None
    for entry in container.get("env") or ():
        source = entry.get("valueFrom") or {}
        for field, resource in (("configMapKeyRef", CONFIG_MAPS), ("secretKeyRef", SECRETS)):
            if source.get(field) is not None:
                yield resource, source[field], source[field].get("key", "")


def _keys(context: Context, resource: str, namespace: str, name: str) -> frozenset[str] | None:
    """The keys of a ConfigMap or Secret (read once a pass); None where it is not there."""
    known: dict[tuple[str, str, str], frozenset[str] | None] = context.scratch.setdefault(_CACHE, {})
    which = (resource, namespace, name)
    if which not in known:
        obj = context.get(*which)
        known[which] = None if obj is None else frozenset(obj.get("data") or ()) | frozenset(obj.get("binaryData") or ())
    return known[which]
