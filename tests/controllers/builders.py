"""Objects for tests of controllers, as they would be stored."""


def template(image="app:1", labels=None):
    return {
        "metadata": {"labels": dict(labels or {"app": "web"})},
        "spec": {"containers": [{"name": "app", "image": image}]},
    }


def deployment(name="web", replicas=4, *, strategy=None, surge=1, unavailable=0, image="app:1", **spec):
    """A Deployment of ``app: NAME``; ``strategy`` "Recreate", else a rolling update."""
    labels = {"app": name}
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {"type": strategy} if strategy else rolling,
            "template": template(image, labels),
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            **spec,
        },
    }


def replica_set(name="solo", replicas=2, labels=None, **spec):
    labels = labels or {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": "default", "labels": dict(labels)},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": dict(labels)}, "template": template(labels=labels),
            **spec,
        },
    }


def pod(name, labels=None, *, owner=None, phase="Running", ready=True, node="node-1", **metadata):
    obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": dict(labels or {}), **metadata},
        "spec": {"nodeName": node, "containers": [{"name": "app", "image": "app:1"}]},
        "status": {"phase": phase, "conditions": [{"type": "Ready", "status": str(ready)}]},
    }
    if owner is not None:
        obj["metadata"]["ownerReferences"] = [reference(owner)]
    return obj


def config_map(name, *owners, namespace="default", **metadata):
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace, **metadata}}
    if owners:
        obj["metadata"]["ownerReferences"] = list(owners)
    return obj


def reference(owner, **fields):
    """An ownerReference to ``owner`` as a controller writes it."""
    return {
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True, **fields,
    }
