"""A reader over a list of objects, a writer that keeps its tabs, and small objects for the tests of kinds."""

from minikctl import kinds

NOW = 1_795_272_317.0  # 2026-11-21T14:45:17Z
BORN = "2026-11-21T14:45:17Z"


class FakeReader:
    """A ``kinds.base.Reader`` over plain objects."""

    def __init__(self, *objs, now=NOW):
        self.objs = list(objs)
        self._now = now

    def now(self):
        return self._now

    def get(self, resource, namespace, name):
        for obj in self.list(resource, namespace or None):
            if obj["metadata"]["name"] == name:
                return obj
        return None

    def list(self, resource, namespace=None, *, selector=None, owner=None, node=None):
        found = []
        for obj in self.objs:
            meta = obj["metadata"]
            if kinds.info_for_object(obj["apiVersion"], obj["kind"]).resource != resource:
                continue
            if namespace is not None and meta.get("namespace", "") != namespace:
                continue
            if selector is not None and not selector.matches(meta.get("labels") or {}):
                continue
            if owner is not None and owner not in [r["uid"] for r in meta.get("ownerReferences") or ()]:
                continue
            if node is not None and obj["spec"].get("nodeName") != node:
                continue
            found.append(obj)
        return sorted(found, key=lambda obj: (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))


class RawWriter:
    """A ``kinds.base.Writer`` whose tabs stay tabs; the events are one line."""

    def __init__(self):
        self.text = ""

    def write(self, level, text):
        self.text += "  " * level + text

    def events(self, obj):
        self.text += f"Events of {obj['metadata']['name']}\n"


def load(resource):
    return kinds.load(kinds.info_for(resource))


def described(obj, *others):
    """The text of ``describe`` with its tabs."""
    out = RawWriter()
    load(kinds.info_for_object(obj["apiVersion"], obj["kind"]).resource).describe(out, obj, FakeReader(obj, *others))
    return out.text


def template(image="nginx:1.16", **labels):
    return {
        "metadata": {"labels": labels or {"app": "web"}},
        "spec": {"containers": [{"name": "nginx", "image": image}]},
    }


def deployment(name="web", image="nginx:1.16", **spec):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "name": name, "namespace": "default", "uid": f"uid-{name}", "creationTimestamp": BORN, "generation": 1,
        },
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template(image), **spec},
    }


def replica_set(name, image, revision, *, owner="web", cause="", created=BORN, replicas=0, current=None):
    annotations = {"deployment.kubernetes.io/revision": str(revision), "deployment.kubernetes.io/desired-replicas": "3"}
    if cause:
        annotations["kubernetes.io/change-cause"] = cause
    labels = {"app": "web", "pod-template-hash": name}
    return {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {
            "name": f"{owner}-{name}", "namespace": "default", "uid": f"uid-{owner}-{name}", "labels": labels,
            "annotations": annotations, "creationTimestamp": created,
            "ownerReferences": [{"kind": "Deployment", "name": owner, "uid": f"uid-{owner}", "controller": True}],
        },
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template(image, **labels)},
        "status": {"replicas": replicas if current is None else current},
    }


def pod(name, owner, phase="Running", **spec):
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": "default", "labels": {"app": "web"}, "creationTimestamp": BORN,
            "ownerReferences": [{"kind": "ReplicaSet", "name": "x", "uid": owner, "controller": True}],
        },
        "spec": {"containers": [], **spec}, "status": {"phase": phase},
    }
