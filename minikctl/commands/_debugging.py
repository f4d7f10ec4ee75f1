"""What ``debug`` makes: ephemeral containers, copies of Pods and Pods on nodes, by the profile that is asked for.

Upstream: kubectl ``cmd/debug`` (``debug.go``, ``profiles.go``).
"""

from __future__ import annotations

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from minikctl.commands.debug import DebugOptions

    Obj = dict[str, Any]

EPHEMERAL, COPY, NODE = "ephemeral", "copy", "node"
LISTS = ("containers", "initContainers", "ephemeralContainers")
PROFILES = ("legacy", "general", "baseline", "restricted", "netadmin", "sysadmin")


class Maker:
    """Makes what the options ask for. ``suffix`` draws five letters, ``say`` prints a line."""

    def __init__(
        self, options: DebugOptions, command: list[str], custom: Obj | None, suffix: Callable[[], str],
        say: Callable[[str], None],
    ) -> None:
        self.options = options
        self.command = command
        self.custom = custom
        self.suffix = suffix
        self.say = say

    def with_ephemeral_container(self, pod: Obj) -> tuple[Obj, Obj]:
        """A copy of the Pod with one container more, and that container."""
        from copy import deepcopy

        pod = deepcopy(pod)
        container = self._new_container(self._container_name(pod))
        if self.options.target:
            container["targetContainerName"] = self.options.target
        containers = pod["spec"].setdefault("ephemeralContainers", [])
        containers.append(container)
        self._apply_profile(pod, container, EPHEMERAL)
        containers[-1] = self._customized(container)
        return pod, containers[-1]

    def copy_of(self, pod: Obj) -> tuple[Obj, Obj | None]:
        """A new Pod like another one, and the container in it that was added or changed."""
        from copy import deepcopy

        options, meta = self.options, pod["metadata"]
        kept = {field: deepcopy(meta[field]) for field in ("annotations", "labels") if meta.get(field)}
        copied: Obj = {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": options.copy_to, "namespace": meta["namespace"], **kept}, "spec": deepcopy(pod["spec"]),
        }
        spec = copied["spec"]
        spec.pop("ephemeralContainers", None)
        if "share-processes" in options.given:
            spec["shareProcessNamespace"] = options.share_processes
        if not options.same_node:
            spec.pop("nodeName", None)
        images = dict(pair.split("=", 1) for pair in options.set_image)
        for container in spec["containers"]:
            container["image"] = images.get(container["name"]) or images.get("*") or container["image"]
        container = next((each for each in _containers(copied) if each["name"] == options.container), None)
        if container is None:
            if not options.image:
                if images:
                    return copied, None
                raise MinikctlError("you must specify image when creating new container")
            container = {"name": options.container or self._container_name(copied), "terminationMessagePolicy": "File"}
            spec["containers"].append(container)
        self._set_up(container)
        self._apply_profile(copied, container, COPY)
        for field in LISTS:
            spec[field] = [self._customized(each) if each is container else each for each in spec.get(field) or ()]
        container = next(each for each in _containers(copied) if each["name"] == container["name"])
        return {**copied, "spec": {field: value for field, value in spec.items() if value or field not in LISTS}}, container

    def _set_up(self, container: Obj) -> None:
        """What the options say of a container of a copy."""
        options = self.options
        if self.command:
            if options.arguments_only:
                container["args"] = self.command
            else:
                container["command"] = self.command
                container.pop("args", None)
        given = {"env": _variables(options.env), "image": options.image, "imagePullPolicy": options.image_pull_policy}
        container.update({field: value for field, value in given.items() if value})
        for field, value in (("stdin", options.stdin), ("tty", options.tty)):
            container.pop(field, None)
            if value:
                container[field] = True

    def node_pod(self, node: Obj, namespace: str) -> Obj:
        """A Pod on a node, in its namespaces and with its file system at /host."""
        container = self._new_container(self.options.container or "debugger")
        node_name = node["metadata"]["name"]
        name = f"node-debugger-{node_name}-{self.suffix()}"
        if not self.options.quiet:
            self.say(f"Creating debugging pod {name} with container {container['name']} on node {node_name}.")
        pod: Obj = {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": namespace, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
            },
            "spec": {
                "containers": [container], "nodeName": node_name, "restartPolicy": "Never",
                "tolerations": [{"operator": "Exists"}],
            },
        }
        self._apply_profile(pod, container, NODE)
        pod["spec"]["containers"] = [self._customized(container)]
        return pod

    def _new_container(self, name: str) -> Obj:
        options = self.options
        container: Obj = {
            "name": name, "image": options.image, "terminationMessagePolicy": "File", "env": _variables(options.env),
            "imagePullPolicy": options.image_pull_policy, "stdin": options.stdin, "tty": options.tty,
            "args" if options.arguments_only else "command": self.command,
        }
        return {field: value for field, value in container.items() if value}

    def _container_name(self, pod: Obj) -> str:
        if self.options.container:
            return self.options.container
        taken = {container["name"] for container in _containers(pod)}
        name = f"debugger-{self.suffix()}"
        while name in taken:
            name = f"debugger-{self.suffix()}"
        if not self.options.quiet:
            self.say(f"Defaulting debug container name to {name}.")
        return name

    def _customized(self, container: Obj) -> Obj:
        """The container with what the file of ``--custom`` has, merged as the API merges containers."""
        if self.custom is None:
            return container
        from minikctl.api import patches
        from minikctl.lib.gojson import compact

        whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}
        patch = {"spec": {"containers": [{**self.custom, "name": container["name"]}]}}
        merged = patches.from_text(compact(patch), patches.STRATEGIC, "v1", "Pod").apply_locally(whole)
        found: Obj = merged["spec"]["containers"][0]
        return found

    # -- profiles ---------------------------------------------------------------------------------------------------

    def _apply_profile(self, pod: Obj, container: Obj, style: str) -> None:
        """Give container and Pod what the profile grants and denies."""
        profile, spec = self.options.profile, pod["spec"]
        if profile in ("baseline", "restricted") or (profile, style) == ("general", NODE):
            container.pop("securityContext", None)
        if profile == "restricted":
            context = container.setdefault("securityContext", {})
            context.update(
                allowPrivilegeEscalation=False, capabilities={"drop": ["ALL"]}, runAsNonRoot=True,
                seccompProfile={"type": "RuntimeDefault"},
            )
        elif profile == "sysadmin":
            container.setdefault("securityContext", {})["privileged"] = True
        elif profile == "netadmin":
            _add_capabilities(container, "NET_ADMIN", "NET_RAW")
        elif profile == "general" and style != NODE:
            _add_capabilities(container, "SYS_PTRACE")
        if style == NODE:
            if profile in ("legacy", "general", "sysadmin"):
                spec["volumes"] = [*spec.get("volumes", ()), {"name": "host-root", "hostPath": {"path": "/"}}]
                container.setdefault("volumeMounts", []).append({"mountPath": "/host", "name": "host-root"})
            if profile in ("legacy", "general", "netadmin", "sysadmin"):
                spec.update(hostNetwork=True, hostPID=True, hostIPC=True)
        elif style == COPY:
            self._strip(pod)

    def _strip(self, pod: Obj) -> None:
        """Take from a copy what is not to be kept, so that no controller, Service or probe takes it for the Pod itself."""
        options, spec = self.options, pod["spec"]
        if options.profile == "legacy":
            pod["metadata"].pop("labels", None)
            return
        for field, keep in (("labels", options.keep_labels), ("annotations", options.keep_annotations)):
            if not keep:
                pod["metadata"].pop(field, None)
        probes = {
            "livenessProbe": options.keep_liveness, "readinessProbe": options.keep_readiness,
            "startupProbe": options.keep_startup,
        }
        for container in spec["containers"]:
            for field, keep in probes.items():
                if not keep:
                    container.pop(field, None)
        if not options.keep_init_containers:
            spec.pop("initContainers", None)
        spec.setdefault("shareProcessNamespace", True)


def needs_warning(container: Obj | None, pod: Obj) -> bool:
    """Whether the profile grants what a Pod that runs as another user than root cannot use (``displayWarning``)."""
    if container is None or not (pod["spec"].get("securityContext") or {}).get("runAsUser"):
        return False
    context = container.get("securityContext") or {}
    if context.get("runAsUser") == 0:
        return False
    return bool(context.get("privileged") or (context.get("capabilities") or {}).get("add"))


def _containers(pod: Obj) -> Iterator[Obj]:
    for field in LISTS:
        yield from pod["spec"].get(field) or ()


def _add_capabilities(container: Obj, *names: str) -> None:
    capabilities = container.setdefault("securityContext", {}).setdefault("capabilities", {})
    capabilities["add"] = [*(capabilities.get("add") or ()), *names]


def _variables(pairs: list[str]) -> list[Obj]:
    """``KEY=VALUE`` as variables of a container, each name once."""
    values = dict(pair.split("=", 1) for pair in pairs)
    return [{"name": name, "value": value} if value else {"name": name} for name, value in values.items()]
