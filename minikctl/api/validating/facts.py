"""What others must know of an object to be checked against it: its name, its Pods' labels and ports, what it refers to.

Facts are small: they travel from worker processes, and those of ten thousand objects fit in memory where the objects
would not need to.
"""

from __future__ import annotations

from minikctl import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from minikctl.api.schemas import Schema
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

PODS = "pods"
CONFIG_MAPS, SECRETS, CLAIMS = "configmaps", "secrets", "persistentvolumeclaims"
SERVICES, SERVICE_ACCOUNTS = "services", "serviceaccounts"
_RBAC = "rbac.authorization.k8s.io"
ROLES, CLUSTER_ROLES = f"roles.{_RBAC}", f"clusterroles.{_RBAC}"

#: what is said of a thing that is not there, by its resource
MISSING = {
    CONFIG_MAPS: "missing-configmap", SECRETS: "missing-secret", CLAIMS: "missing-claim", SERVICES: "missing-service",
    SERVICE_ACCOUNTS: "missing-serviceaccount", ROLES: "missing-role", CLUSTER_ROLES: "missing-role",
}


class Reference:
    """A field that names another object: ``path`` is the field, ``keys`` are (path, key) that the other must have.

    ``namespace`` "" is the object's own; ``port`` is the number or name of a port that a Service must have, or None;
    ``elsewhere``: where the files have none of the kind at all, it is made elsewhere.
    """

    __slots__ = ("elsewhere", "keys", "name", "namespace", "path", "port", "resource", "rule")

    def __init__(
        self, resource: str, name: str, path: str, *, keys: Iterable[tuple[str, str]] = (), rule: str = "",
        namespace: str = "", port: tuple[str, int | str] | None = None, elsewhere: bool = False,
    ) -> None:
        self.resource = resource
        self.name = name
        self.path = path
        self.keys = list(keys)
        self.rule = rule or MISSING[resource]
        self.namespace = namespace
        self.port = port
        self.elsewhere = elsewhere


class Selection:
    """A field that selects Pods: ``selector`` is a label selector, ``ports`` are (path, name) that a Pod must name."""

    __slots__ = ("path", "ports", "rule", "selector")

    def __init__(self, rule: str, selector: Obj, path: str, ports: Iterable[tuple[str, str]] = ()) -> None:
        self.rule = rule
        self.selector = selector
        self.path = path
        self.ports = list(ports)


class Facts:
    """One object: where it stands (source, line of its document, index in a List), and what is known of it.

    ``pods`` are (labels, names of ports) of the Pods that it is or makes; ``has`` are the keys of a ConfigMap or Secret
    and the ports of a Service, or None.
    """

    __slots__ = (
        "display", "has", "item", "line", "name", "namespace", "number", "pods", "references", "resource", "selections",
        "source",
        "stored",
    )

    def __init__(self, resource: str, namespace: str, name: str) -> None:
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.display = ""
        self.source = ""
        self.line = 0
        #: which of the documents of its file it is
        self.number = 0
        self.item: int | None = None
        #: it is no manifest: nobody is told what is wrong with it
        self.stored = False
        self.pods: list[tuple[Obj, frozenset[str]]] = []
        self.has: frozenset[int | str] | None = None
        self.references: list[Reference] = []
        self.selections: list[Selection] = []


def collect(obj: Obj, info: KindInfo, schema: Schema | None, namespace: str) -> Facts:
    """Take down what is known of an object that fits its schema. ``namespace`` is that of objects that name none."""
    meta = obj.get("metadata") or {}
    facts = Facts(info.resource, (meta.get("namespace") or namespace) if info.namespaced else "", meta.get("name") or "")
    if schema is None or schema.custom:
        return facts
    path = template_path(schema)
    if path is not None:
        template: Any = obj
        for step in path:
            template = template.get(step) or {}
        _collect_pods(facts, template, "".join(f"{step}." for step in path))
    special = _SPECIAL.get(info.resource)
    if special is not None:
        special(facts, obj)
    return facts


# ---------------------------------------------------------------------------------------------------------------------
# Pods and what makes them
# ---------------------------------------------------------------------------------------------------------------------

_TEMPLATE_PATHS = (("spec", "template"), ("template",), ("spec", "jobTemplate", "spec", "template"))


def template_path(schema: Schema) -> tuple[str, ...] | None:
    """Where the objects of a kind have their Pod template; () for Pods themselves, None for kinds without one."""
    found: tuple[str, ...] | None = schema.compiled.get("template path", _NOT_LOOKED)
    if found is _NOT_LOOKED:
        found = next((path for path in _TEMPLATE_PATHS if _title(schema, path) == "PodTemplateSpec"), None)
        if schema.title == "Pod":
            found = ()
        schema.compiled["template path"] = found
    return found


_NOT_LOOKED: Any = object()


def _title(schema: Schema, path: tuple[str, ...]) -> str:
    node: Schema | None = schema
    for step in path:
        node = node.field(step) if node is not None and node.has_fields else None
    return node.title if node is not None else ""


def _collect_pods(facts: Facts, template: Obj, prefix: str) -> None:
    labels = (template.get("metadata") or {}).get("labels") or {}
    spec = template.get("spec") or {}
    prefix += "spec."
    ports: set[str] = set()
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            ports.update([port["name"] for port in container.get("ports") or () if port.get("name")])
            if container.get("env") or container.get("envFrom"):
                facts.references += _environment(container, f"{prefix}{field}[{index}].")
    facts.pods.append((labels, frozenset(ports)))
    for index, volume in enumerate(spec.get("volumes") or ()):
        facts.references += _volume(volume, f"{prefix}volumes[{index}].")
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if secret.get("name"):
            facts.references.append(Reference(SECRETS, secret["name"], f"{prefix}imagePullSecrets[{index}].name"))
    for field in ("serviceAccountName", "serviceAccount"):
        if spec.get(field):
            facts.references.append(Reference(SERVICE_ACCOUNTS, spec[field], prefix + field))
            break


def _environment(container: Obj, prefix: str) -> Iterator[Reference]:
    for index, variable in enumerate(container.get("env") or ()):
        source = variable.get("valueFrom")
        if not source:
            continue
        for field, resource in (("configMapKeyRef", CONFIG_MAPS), ("secretKeyRef", SECRETS)):
            where = source.get(field)
            if where and where.get("name") and not where.get("optional"):
                path = f"{prefix}env[{index}].valueFrom.{field}."
                keys = [(f"{path}key", where["key"])] if where.get("key") else ()
                yield Reference(resource, where["name"], f"{path}name", keys=keys)
    for index, source in enumerate(container.get("envFrom") or ()):
        for field, resource in (("configMapRef", CONFIG_MAPS), ("secretRef", SECRETS)):
            where = source.get(field)
            if where and where.get("name") and not where.get("optional"):
                yield Reference(resource, where["name"], f"{prefix}envFrom[{index}].{field}.name")


def _volume(volume: Obj, prefix: str) -> Iterator[Reference]:
    yield from _files(volume, prefix, "secretName")
    for index, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
        yield from _files(source, f"{prefix}projected.sources[{index}].", "name")
    claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
    if claim:
        yield Reference(CLAIMS, claim, f"{prefix}persistentVolumeClaim.claimName")


def _files(source: Obj, prefix: str, secret_field: str) -> Iterator[Reference]:
    for field, resource, name in (("configMap", CONFIG_MAPS, "name"), ("secret", SECRETS, secret_field)):
        where = source.get(field)
        if where and where.get(name) and not where.get("optional"):
            keys = [
                (f"{prefix}{field}.items[{index}].key", item["key"])
                for index, item in enumerate(where.get("items") or ()) if item.get("key")
            ]
            yield Reference(resource, where[name], f"{prefix}{field}.{name}", keys=keys)


# ---------------------------------------------------------------------------------------------------------------------
# Single kinds
# ---------------------------------------------------------------------------------------------------------------------


def _keyed_data(facts: Facts, obj: Obj) -> None:
    facts.has = frozenset(key for field in ("data", "binaryData", "stringData") for key in obj.get(field) or ())


def _service(facts: Facts, obj: Obj) -> None:
    spec = obj.get("spec") or {}
    ports = spec.get("ports") or ()
    facts.has = frozenset(port[field] for port in ports for field in ("name", "port") if port.get(field))
    labels = spec.get("selector")
    if labels and spec.get("type") != "ExternalName":
        named = [
            (f"spec.ports[{index}].targetPort", port["targetPort"])
            for index, port in enumerate(ports) if isinstance(port.get("targetPort"), str) and port["targetPort"]
        ]
        facts.selections.append(Selection("service-without-pods", {"matchLabels": labels}, "spec.selector", named))


def _budget(facts: Facts, obj: Obj) -> None:
    selector = (obj.get("spec") or {}).get("selector")
    if selector:
        facts.selections.append(Selection("budget-without-pods", selector, "spec.selector"))


def _autoscaler(facts: Facts, obj: Obj) -> None:
    target = (obj.get("spec") or {}).get("scaleTargetRef") or {}
    info = kinds.info_for_object(target.get("apiVersion") or "v1", target.get("kind") or "")
    if info is not None and target.get("name"):
        path = "spec.scaleTargetRef.name"
        facts.references.append(Reference(info.resource, target["name"], path, rule="missing-scale-target"))


def _stateful_set(facts: Facts, obj: Obj) -> None:
    spec = obj.get("spec") or {}
    if spec.get("serviceName"):
        facts.references.append(Reference(SERVICES, spec["serviceName"], "spec.serviceName", elsewhere=True))
    # The claims that it makes are there: data-web-0, data-web-1 ...
    claims = [(each.get("metadata") or {}).get("name") for each in spec.get("volumeClaimTemplates") or ()]
    facts.has = frozenset(f"{claim}-{facts.name}" for claim in claims if claim)


def _ingress(facts: Facts, obj: Obj) -> None:
    spec = obj.get("spec") or {}
    _backend(facts, spec.get("defaultBackend"), "spec.defaultBackend")
    for index, rule in enumerate(spec.get("rules") or ()):
        for number, path in enumerate((rule.get("http") or {}).get("paths") or ()):
            _backend(facts, path.get("backend"), f"spec.rules[{index}].http.paths[{number}].backend")
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    if any(key.startswith("cert-manager.io/") for key in annotations):
        return  # it makes the Secrets
    for index, tls in enumerate(spec.get("tls") or ()):
        if tls.get("secretName"):
            facts.references.append(Reference(SECRETS, tls["secretName"], f"spec.tls[{index}].secretName"))


def _backend(facts: Facts, backend: Obj | None, path: str) -> None:
    service = (backend or {}).get("service") or {}
    if service.get("name"):
        port = service.get("port") or {}
        wanted = port.get("name") or port.get("number")
        field = "name" if port.get("name") else "number"
        facts.references.append(Reference(
            SERVICES, service["name"], f"{path}.service.name", elsewhere=True,
            port=(f"{path}.service.port.{field}", wanted) if wanted else None,
        ))


def _binding(facts: Facts, obj: Obj) -> None:
    role = obj.get("roleRef") or {}
    resource = {"Role": ROLES, "ClusterRole": CLUSTER_ROLES}.get(role.get("kind") or "")
    if resource and role.get("name"):
        facts.references.append(Reference(resource, role["name"], "roleRef.name", elsewhere=True))
    for index, subject in enumerate(obj.get("subjects") or ()):
        if subject.get("kind") == "ServiceAccount" and subject.get("name"):
            facts.references.append(Reference(
                SERVICE_ACCOUNTS, subject["name"], f"subjects[{index}].name", elsewhere=True,
                namespace=subject.get("namespace") or facts.namespace,
            ))


_SPECIAL: dict[str, Callable[[Facts, Obj], None]] = {
    CONFIG_MAPS: _keyed_data,
    SECRETS: _keyed_data,
    SERVICES: _service,
    "poddisruptionbudgets.policy": _budget,
    "horizontalpodautoscalers.autoscaling": _autoscaler,
    "statefulsets.apps": _stateful_set,
    "ingresses.networking.k8s.io": _ingress,
    f"rolebindings.{_RBAC}": _binding,
    f"clusterrolebindings.{_RBAC}": _binding,
}
