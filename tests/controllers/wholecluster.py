"""A real API over a real state file with all controllers, the scheduler and the simulated kubelet: for stories."""

from running import Running


class WholeCluster(Running):
    """Three nodes; time moves only by ``advance``."""

    def __init__(self, folder):
        super().__init__(folder)
        self.settle()

    def apply(self, *objects):
        """Create objects as a client does, let the first pass follow, and return the last one as it then is."""
        for obj in objects:
            stored = self.api.create(obj, client=True)
        self.run_pass()
        return self.again(stored)

    def again(self, obj):
        """The object as it is now, or None."""
        meta = obj["metadata"]
        now = self.api.get(self.api.kind_of(obj).info.resource, meta.get("namespace", ""), meta["name"])
        return now if now and now["metadata"]["uid"] == meta["uid"] else None

    def change(self, resource, name, change, namespace="default"):
        """Let ``change`` alter the object in place, and store it as a client does."""

        def changed(obj):
            change(obj)
            return obj

        return self.api.patch(resource, namespace, name, changed)[0]

    def behave(self, name, *, images=("*",), **spec):
        """Store a ContainerBehavior."""
        self.api.create({
            "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": name},
            "spec": {"images": list(images), **spec},
        }, client=True)

    def get(self, resource, name, namespace="default"):
        return self.api.get(resource, namespace, name)

    def pods(self, **labels):
        """The Pods of the namespace default, those that are going left out."""
        return [
            pod for pod in self.api.list("pods", "default")
            if "deletionTimestamp" not in pod["metadata"]
            and labels.items() <= (pod["metadata"].get("labels") or {}).items()
        ]

    def names(self, resource):
        return [obj["metadata"]["name"] for obj in self.api.list(resource, "default")]

    def messages(self, name):
        """(reason, message) of the events about objects of this name, in order."""
        return [(event["reason"], event["message"]) for event in self.events_about(name)]


def set_image(image):
    """A change for ``WholeCluster.change``: the first container of the template runs ``image``."""

    def change(obj):
        obj["spec"]["template"]["spec"]["containers"][0]["image"] = image

    return change


def set_field(**fields):
    """A change for ``WholeCluster.change``: fields of the spec."""

    def change(obj):
        obj["spec"].update(fields)

    return change
