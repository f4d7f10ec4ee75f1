"""Services, Pods with addresses and nodes, as they would be stored: for tests of what leads to Services."""

TIME = "2026-06-01T12:00:00Z"


def service(name="web", selector=None, ports=None, **spec):
    labels = spec.pop("labels", None)
    annotations = spec.pop("annotations", None)
    obj = {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "creationTimestamp": TIME},
        "spec": {
            "type": "ClusterIP", "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"], "ipFamilies": ["IPv4"],
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}] if ports is None else ports, **spec,
        },
    }
    if labels:
        obj["metadata"]["labels"] = labels
    if annotations:
        obj["metadata"]["annotations"] = annotations
    wanted = {"app": "web"} if selector is None else selector
    if wanted:
        obj["spec"]["selector"] = wanted
    return obj


def pod(name, number, labels=None, *, ready=True, node="node-1", named="http", since=TIME, **spec):
    """A Pod with the address 10.244.0.NUMBER (none for 0) and a port 8080 of the name ``named``."""
    port = {"containerPort": 8080, "protocol": "TCP"}
    if named:
        port["name"] = named
    status = {
        "phase": "Running", "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": since}],
    }
    if number:
        status.update(podIP=f"10.244.0.{number}", podIPs=[{"ip": f"10.244.0.{number}"}])
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": "default", "uid": f"uid-{name}",
            "labels": {"app": "web"} if labels is None else labels,
        },
        "spec": {"nodeName": node, "containers": [{"name": "c", "image": "i", "ports": [port]}], **spec},
        "status": status,
    }


def node(name="node-1", zone=""):
    labels = {"topology.kubernetes.io/zone": zone} if zone else {}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
