"""A Pod by the words of a command line: NAME, pod/NAME, or a workload whose first Pod is meant (deployment/web)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import MinikctlError, NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def find_pod(session: Session, word: str, namespace: str = "") -> Obj:
    """The Pod that ``word`` means; of a workload's, a ready one before others. Raises NotFound and MinikctlError."""
    from minikctl.commands._resources import kind_for

    namespace = namespace or session.namespace
    kind, slash, name = word.partition("/")
    info = kind_for(kind) if slash else kinds.info_for("pods")
    obj = session.api.get(info.resource, namespace if info.namespaced else "", name if slash else word)
    if obj is None:
        raise NotFound(info.resource, name if slash else word)
    if info.resource == "pods":
        return obj
    selector = kinds.load(info).selector(obj)
    if selector is None:
        raise MinikctlError(f"{word} has no Pods")
    from minikctl.kinds.podspec.status import is_pod_ready
    from minikctl.lib import labels

    pods = session.api.list("pods", namespace, selector=labels.from_label_selector(selector))
    if not pods:
        raise MinikctlError(f"{word} has no Pods now")
    return min(pods, key=lambda pod: (not is_pod_ready(pod), pod["metadata"]["name"]))


def container_names(pod: Obj) -> str:
    """``a, b, setup (init), debugger (ephem)`` (upstream: ``podcmd.AllContainerNames``)."""
    spec = pod["spec"]
    return ", ".join(
        each["name"] + kind
        for field, kind in (("containers", ""), ("initContainers", " (init)"), ("ephemeralContainers", " (ephem)"))
        for each in spec.get(field) or ()
    )


def find_container(session: Session, pod: Obj, name: str) -> Obj:
    """The container called ``name``; without a name the default one, which is said where there are several.

    Raises MinikctlError in kubectl's words. Upstream: ``podcmd.FindOrDefaultContainerByName``.
    """
    spec = pod["spec"]
    containers = spec["containers"]
    everything = [*containers, *(spec.get("initContainers") or ()), *(spec.get("ephemeralContainers") or ())]
    if name:
        found: Obj | None = next((each for each in everything if each["name"] == name), None)
        if found is None:
            names = container_names(pod)
            raise MinikctlError(f"container {name} is not valid for pod {pod['metadata']['name']} out of: {names}")
        return found
    wanted = (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container")
    for each in containers:
        if each["name"] == wanted:
            return dict(each)
    first: Obj = containers[0]
    if len(everything) > 1:
        session.complain(f'Defaulted container "{first["name"]}" out of: {container_names(pod)}')
    return first
