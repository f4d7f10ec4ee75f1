"""Kinds whose objects are answered and not stored: reviews, and Bindings, which put a Pod on a node.

Upstream: ``pkg/registry/authorization``, ``pkg/registry/authentication`` and ``BindingREST`` of
``pkg/registry/core/pod/storage``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, Invalid, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


def create(api: Api, info: KindInfo, obj: Obj, user: User | None) -> Obj:
    """Answer ``obj``, which has been decoded; ``user`` None: the administrator asks. Raises as the API does."""
    if info.namespaced:
        obj["metadata"].setdefault("namespace", "default")
    else:
        obj["metadata"].pop("namespace", None)
    if info.kind == "Binding":
        return _bind(api, obj)
    from minikctl.api.rbac.reviews import answer
    from minikctl.api.rbac.user import administrator

    return answer(api, user or administrator(), info.kind, obj)


def _bind(api: Api, obj: Obj) -> Obj:
    """Put a Pod on a node, whatever the scheduler would say. Raises NotFound, Invalid, Conflict."""
    from minikctl.kinds.podspec.status import set_pod_condition

    meta, target = obj["metadata"], obj.get("target") or {}
    errors: list[FieldError] = []
    if target.get("kind", "") not in ("", "Node"):
        errors.append(FieldError(
            "Unsupported value", "target.kind", target["kind"], 'supported values: "Node", "<empty>"'
        ))
    if not target.get("name"):
        errors.append(required("target.name"))
    if errors:
        raise Invalid("Binding", meta.get("name", ""), errors)
    pod = api.must_get("pods", meta["namespace"], meta.get("name", ""))
    pod["spec"]["nodeName"] = target["name"] if not pod["spec"].get("nodeName") else pod["spec"]["nodeName"]
    condition = {"type": "PodScheduled", "status": "True"}
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    set_pod_condition(pod.setdefault("status", {}), condition, api.now())
    api.bind(pod)
    return {"apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Success", "code": 201}
