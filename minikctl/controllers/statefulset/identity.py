"""Who is who in a StatefulSet: the name, number, labels, host name and volumes of each Pod.

Pure functions over plain objects. Upstream: ``stateful_set_utils.go``.
"""

from __future__ import annotations

from minikctl.controllers.podcontrol import pod_from_template
from minikctl.kinds.revisions import POD_REVISION_LABEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
_MOST_ORDINAL = 2**31 - 1


def parent_and_ordinal(name: str) -> tuple[str, int]:
    """Return ("db", 2) of ``db-2``; an ordinal of -1 where the name has none (``getParentNameAndOrdinal``)."""
    parent, dash, digits = name.rpartition("-")
    if not dash or not (digits.isascii() and digits.isdigit()) or int(digits) > _MOST_ORDINAL:
        return "", -1
    return parent, int(digits)


def get_ordinal(pod: Obj) -> int:
    """Return the number in a Pod's name, -1 without one."""
    return parent_and_ordinal(pod["metadata"]["name"])[1]


def is_member_of(stateful_set: Obj, pod: Obj) -> bool:
    """Tell whether a Pod has a name that the set gives."""
    parent, ordinal = parent_and_ordinal(pod["metadata"]["name"])
    return ordinal >= 0 and parent == stateful_set["metadata"]["name"]


def start_ordinal(stateful_set: Obj) -> int:
    """Return the number of the first Pod."""
    start: int = (stateful_set["spec"].get("ordinals") or {}).get("start") or 0
    return start


def ordinals(stateful_set: Obj) -> range:
    """Return the numbers of all Pods that the set wants."""
    start = start_ordinal(stateful_set)
    return range(start, start + stateful_set["spec"].get("replicas", 1))


def claim_name(stateful_set: Obj, template: Obj, ordinal: int) -> str:
    """Return the name of the claim that comes from ``template`` (``getPersistentVolumeClaimName``)."""
    return f"{template['metadata'].get('name', '')}-{stateful_set['metadata']['name']}-{ordinal}"


def claims_of(stateful_set: Obj, ordinal: int) -> dict[str, Obj]:
    """Return the PersistentVolumeClaims of a Pod by the names of their templates (``getPersistentVolumeClaims``)."""
    spec, namespace = stateful_set["spec"], stateful_set["metadata"]["namespace"]
    claims = {}
    for template in spec.get("volumeClaimTemplates") or ():
        labels = {**(template["metadata"].get("labels") or {}), **(spec["selector"].get("matchLabels") or {})}
        metadata = {
            **template["metadata"], "name": claim_name(stateful_set, template, ordinal), "namespace": namespace,
            "labels": labels,
        }
        claims[template["metadata"].get("name", "")] = {
            **template, "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata,
        }
    return claims


def new_pod(stateful_set: Obj, ordinal: int, revision: str) -> Obj:
    """Return the Pod of number ``ordinal`` as the set has it, of the revision of this name (``newStatefulSetPod``)."""
    name = f"{stateful_set['metadata']['name']}-{ordinal}"
    pod = pod_from_template(stateful_set, stateful_set["spec"]["template"])
    metadata, spec = pod["metadata"], dict(pod["spec"])
    del metadata["generateName"]
    metadata["name"] = name
    metadata["labels"] = {
        **(metadata.get("labels") or {}), POD_NAME_LABEL: name, POD_INDEX_LABEL: str(ordinal),
        POD_REVISION_LABEL: revision,
    }
    spec["hostname"] = name
    if stateful_set["spec"].get("serviceName"):
        spec["subdomain"] = stateful_set["spec"]["serviceName"]
    claims = claims_of(stateful_set, ordinal)
    if claims:
        volumes = [
            {"name": volume, "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
            for volume, claim in claims.items()
        ]
        spec["volumes"] = volumes + [v for v in spec.get("volumes") or () if v["name"] not in claims]
    return {**pod, "spec": spec}


def identity_matches(pod: Obj) -> bool:
    """Tell whether a member's labels say who it is (upstream: ``identityMatches``)."""
    metadata = pod["metadata"]
    return bool((metadata.get("labels") or {}).get(POD_NAME_LABEL) == metadata["name"])


def update_identity(pod: Obj) -> None:
    """Let a member's labels say who it is; ``pod`` is changed (upstream: ``updateIdentity``)."""
    metadata = pod["metadata"]
    metadata["labels"] = {
        **(metadata.get("labels") or {}), POD_NAME_LABEL: metadata["name"], POD_INDEX_LABEL: str(get_ordinal(pod)),
    }


def pod_revision(pod: Obj) -> str:
    """Return the name of the revision that a Pod was made from, "" where it does not say."""
    revision: str = (pod["metadata"].get("labels") or {}).get(POD_REVISION_LABEL, "")
    return revision
