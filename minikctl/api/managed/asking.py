"""What a client has asked for of a new object: the object without what the API server puts into it on the way.

The account of managedFields is kept before admission and the kinds' strategies see an object; the journal has it as it is
after them. What they set can be told from what a client would write, but for one who writes the very same.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: what the API server gives each Pod that tolerates nothing else (admission ``DefaultTolerationSeconds``)
_TOLERATIONS = tuple(
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
)
_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - no secret, a path


def asked_for(resource: str, obj: Obj) -> Obj:
    """A new object of a resource without what admission and the strategies have put into it; ``obj`` stays as it is."""
    make = _ASKED.get(resource)
    return obj if make is None else make(obj)


def _service(obj: Obj) -> Obj:
    spec = {
        name: value for name, value in obj["spec"].items()
        if name not in ("clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort")
        and not (name == "clusterIP" and value != "None")
    }
    if "ports" in spec:
        spec["ports"] = [{name: value for name, value in port.items() if name != "nodePort"} for port in spec["ports"]]
    return {**obj, "spec": spec}


def _pod(obj: Obj) -> Obj:
    spec = dict(obj["spec"])
    for name in ("priority", "preemptionPolicy"):
        spec.pop(name, None)
    if spec.get("serviceAccountName") == "default":
        spec.pop("serviceAccountName")
        spec.pop("serviceAccount", None)
    tolerations = [each for each in spec.pop("tolerations", ()) if each not in _TOLERATIONS]
    if tolerations:
        spec["tolerations"] = tolerations
    volumes = [each for each in spec.pop("volumes", ()) if not each["name"].startswith("kube-api-access-")]
    if volumes:
        spec["volumes"] = volumes
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = [_container(each) for each in spec[field]]
    return {**obj, "spec": spec}


def _container(container: Obj) -> Obj:
    mounts = container.get("volumeMounts")
    if not mounts:
        return container
    kept = [each for each in mounts if each.get("mountPath") != _TOKEN_PATH]
    bare = {name: value for name, value in container.items() if name != "volumeMounts"}
    return {**bare, "volumeMounts": kept} if kept else bare


def _job(obj: Obj) -> Obj:
    """Without the selector that is made, and the labels that go with it (upstream: ``generateSelector``)."""
    spec = dict(obj["spec"])
    if spec.get("manualSelector"):
        return obj
    spec.pop("selector", None)
    template = spec.get("template") or {}
    meta = dict(template.get("metadata") or {})
    labels = {name: value for name, value in (meta.pop("labels", None) or {}).items() if name not in _JOB_LABELS}
    if labels:
        meta["labels"] = labels
    spec["template"] = {**template, "metadata": meta}
    return {**obj, "spec": spec}


_JOB_LABELS = {
    f"{prefix}{name}" for prefix in ("", "batch.kubernetes.io/") for name in ("controller-uid", "job-name")
}


def _namespace(obj: Obj) -> Obj:
    spec = {name: value for name, value in (obj.get("spec") or {}).items() if name != "finalizers"}
    return {**obj, "spec": spec}


def _volume(obj: Obj) -> Obj:
    """Without the finalizer that keeps what is in use (admission ``StorageObjectInUseProtection``)."""
    meta = dict(obj["metadata"])
    kept = [each for each in meta.pop("finalizers", ()) if each not in _PROTECTION]
    if kept:
        meta["finalizers"] = kept
    return {**obj, "metadata": meta}


_PROTECTION = ("kubernetes.io/pvc-protection", "kubernetes.io/pv-protection")


def _signing_request(obj: Obj) -> Obj:
    spec = {name: value for name, value in obj["spec"].items() if name not in ("username", "uid", "groups", "extra")}
    return {**obj, "spec": spec}


_ASKED = {
    "services": _service, "pods": _pod, "jobs.batch": _job, "namespaces": _namespace, "persistentvolumeclaims": _volume,
    "persistentvolumes": _volume, "certificatesigningrequests.certificates.k8s.io": _signing_request,
}
