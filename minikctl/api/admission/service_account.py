"""Pods get a ServiceAccount and its token volume (upstream: ``plugin/pkg/admission/serviceaccount``)."""

from __future__ import annotations

from minikctl.errors import Forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.admission import Request

    Obj = dict[str, Any]

#: what the name of the token's volume begins with
VOLUME_PREFIX = "kube-api-access-"
#: where containers find the token
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


def admit(request: Request) -> None:
    """Set spec.serviceAccountName and mount the API token. Raises Forbidden when the account is not there."""
    pod = request.obj
    if "kubernetes.io/config.mirror" in (pod["metadata"].get("annotations") or {}):
        return
    spec: Obj = pod.setdefault("spec", {})
    name = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = request.api.get("serviceaccounts", request.namespace, name)
    if account is None:
        raise Forbidden(
            "pods", request.name,
            f'error looking up service account {request.namespace}/{name}: serviceaccount "{name}" not found',
        )
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = account["imagePullSecrets"]
    mounted = spec.get("automountServiceAccountToken")
    if mounted is None:
        mounted = account.get("automountServiceAccountToken", True)
    if mounted:
        _mount_token(spec, request)


def _mount_token(spec: Obj, request: Request) -> None:
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    lacking = [
        container for container in containers
        if isinstance(container, dict)
        and not any(mount.get("mountPath") == MOUNT_PATH for mount in container.get("volumeMounts") or ())
    ]
    volumes: list[Obj] = spec.setdefault("volumes", [])
    name = next((v["name"] for v in volumes if v.get("name", "").startswith(VOLUME_PREFIX)), "")
    if not lacking:
        if not volumes:
            del spec["volumes"]
        return
    if not name:
        name = f"{VOLUME_PREFIX}{request.api.random_suffix()}"
        volumes.append(_token_volume(name))
    for container in lacking:
        container.setdefault("volumeMounts", []).append({"name": name, "readOnly": True, "mountPath": MOUNT_PATH})


def _token_volume(name: str) -> Obj:
    return {
        "name": name,
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [
                    {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
                ]}},
            ],
            "defaultMode": 420,
        },
    }
