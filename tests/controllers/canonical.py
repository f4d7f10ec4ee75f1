"""What a cluster is like, names and whatever else is drawn aside: for comparing clusters that came to be in other ways."""

import re

from minikctl.kinds import all_kinds

#: what is drawn, counted or stamped, wherever it stands
DRAWN = frozenset({
    "uid", "resourceVersion", "generation", "observedGeneration", "managedFields", "nodeName", "podIP", "podIPs", "hostIP",
    "hostIPs", "clusterIP", "clusterIPs", "nodePort", "containerID", "generateName",
    "batch.kubernetes.io/controller-uid", "controller-uid", "endpoints.kubernetes.io/last-change-trigger-time",
})
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
LEFT_OUT = ("events", "events.events.k8s.io", "nodes")


def canonical(api):
    """A sorted list of texts, one an object; two clusters are alike when their lists are equal."""
    return sorted(
        repr((info.resource, _plain(obj))) for info in all_kinds() if info.resource not in LEFT_OUT
        for obj in api.list(info.resource)
    )


def differences(one, other):
    """What only one of two clusters has, marked with - (one) and + (other)."""
    return [f"- {text}" for text in one if text not in other] + [f"+ {text}" for text in other if text not in one]


def _plain(obj):
    meta = obj["metadata"]
    owners = [each for each in meta.get("ownerReferences") or () if each.get("controller")]
    drawn = "generateName" in meta
    found = _cleaned(obj)
    if not found["metadata"].get("annotations"):
        found["metadata"].pop("annotations", None)
    if drawn:
        found["metadata"]["name"] = f"{meta['generateName']}* of {[owner['name'] for owner in owners]}"
    if obj["kind"] == "EndpointSlice":
        found["endpoints"] = sorted(repr(each.get("conditions")) for each in obj.get("endpoints") or ())
    if obj["kind"] == "Endpoints":
        found["subsets"] = [
            (len(each.get("addresses") or ()), len(each.get("notReadyAddresses") or ()), _cleaned(each.get("ports")))
            for each in obj.get("subsets") or ()
        ]
    if obj["kind"] == "Pod":
        found["spec"].pop("hostname", None)
        found["spec"]["volumes"] = len(obj["spec"].get("volumes") or ())
        for container in found["spec"]["containers"]:
            container.pop("volumeMounts", None)
    return found


def _cleaned(value):
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in sorted(value.items()) if key not in DRAWN and not _is_time(each)}
    if isinstance(value, list):
        cleaned = [_cleaned(each) for each in value]
        typed = value and all(isinstance(each, dict) and "type" in each for each in value)
        return sorted(cleaned, key=repr) if typed else cleaned
    return value


def _is_time(value):
    return isinstance(value, str) and bool(TIME.match(value))
