"""Node (v1): a machine that runs Pods.

Upstream: ``SetDefaults_NodeStatus``, ``pkg/registry/core/node/strategy.go``, ``printNode`` in
``pkg/printers/internalversion/printers.go``. Rules and ``describe`` stand in the modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

ROLE_LABEL_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"
#: fields of status.nodeInfo that are written even when they are empty
_NODE_INFO = (
    "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion",
    "machineID", "operatingSystem", "osImage", "systemUUID",
)


class NodeKind(Kind):
    """The hooks of Nodes."""

    columns = (
        Column("NAME"), Column("STATUS"), Column("ROLES"), Column("AGE"), Column("VERSION"),
        Column("INTERNAL-IP", wide=True), Column("EXTERNAL-IP", wide=True), Column("OS-IMAGE", wide=True),
        Column("KERNEL-VERSION", wide=True), Column("CONTAINER-RUNTIME", wide=True),
    )
    has_status = True
    rules_are_whole = True
    field_labels = ("spec.unschedulable",)

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: the first of podCIDRs is podCIDR too; what can be allocated is what there is."""
        spec = obj.setdefault("spec", {})
        for field in ("unschedulable", "taints", "podCIDRs", "podCIDR", "providerID"):
            if field in spec and not spec[field]:
                del spec[field]
        if "podCIDRs" in spec:
            spec["podCIDR"] = spec["podCIDRs"][0]
        elif "podCIDR" in spec:
            spec["podCIDRs"] = [spec["podCIDR"]]
        status = obj.setdefault("status", {})
        if status.get("capacity") and not status.get("allocatable"):
            status["allocatable"] = dict(status["capacity"])
        status.setdefault("daemonEndpoints", {"kubeletEndpoint": {"Port": 0}})
        info = status.setdefault("nodeInfo", {})
        for field in _NODE_INFO:
            info.setdefault(field, "")

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: a kubelet registers its Node with a status, so it is kept."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.node.validation import validate_node

        return validate_node(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``."""
        from minikctl.kinds.node.validation import validate_node_update

        return validate_node_update(obj, old)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``: fields that nothing looks at any more, networks that are written oddly."""
        from minikctl.lib.addresses import cidr_warning

        spec = obj["spec"]
        warnings = []
        if spec.get("configSource") is not None:
            warnings.append("spec.configSource: the feature is no longer supported")
        if spec.get("externalID"):
            warnings.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
        for index, cidr in enumerate(spec.get("podCIDRs") or ()):
            message = cidr_warning(cidr)
            if message:
                warnings.append(f"spec.podCIDRs[{index}]: {message}")
        return warnings

    def field_value(self, obj: Obj, label: str) -> str:
        """See ``Kind.field_value``: a Node that is not cordoned does not say so."""
        return super().field_value(obj, label) or ("false" if label == "spec.unschedulable" else "")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, status = obj["metadata"], obj.get("status") or {}
        info = status.get("nodeInfo") or {}
        return (
            metadata["name"], node_status(obj), ",".join(find_node_roles(obj)) or "<none>",
            age(metadata.get("creationTimestamp"), now), info.get("kubeletVersion", ""),
            _address(status, "InternalIP"), _address(status, "ExternalIP"),
            *(info.get(field) or "<unknown>" for field in ("osImage", "kernelVersion", "containerRuntimeVersion")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.node.describe import describe_node

        describe_node(out, obj, read)


def node_status(node: Obj) -> str:
    """Return the cell STATUS: ``Ready``, ``NotReady``, with ``,SchedulingDisabled`` for a cordoned Node.

    A Node that is not heard of any more is ``NotReady``; ``Unknown`` is one that has no such condition at all.
    """
    status = "Unknown"
    for condition in (node.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Ready":
            status = "Ready" if condition["status"] == "True" else "NotReady"
    return f"{status},SchedulingDisabled" if (node.get("spec") or {}).get("unschedulable") else status


def find_node_roles(node: Obj) -> list[str]:
    """Return the roles that a Node's labels give it, sorted (upstream: ``findNodeRoles``)."""
    roles = set()
    for key, value in (node["metadata"].get("labels") or {}).items():
        if key.startswith(ROLE_LABEL_PREFIX):
            role = key.removeprefix(ROLE_LABEL_PREFIX)
            if role:
                roles.add(role)
        elif key == ROLE_LABEL and value:
            roles.add(value)
    return sorted(roles)


def _address(status: Obj, kind: str) -> str:
    """The first address of a type, ``<none>`` without one."""
    for address in status.get("addresses") or ():
        if address["type"] == kind:
            found: str = address["address"]
            return found
    return "<none>"


KIND = NodeKind
