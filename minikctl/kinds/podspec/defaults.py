"""What the API server fills into a pod spec and a pod template.

Upstream: ``pkg/apis/core/v1/defaults.go`` with the calls that ``zz_generated.defaults.go`` makes, and the conversion to
the internal types and back (``serviceAccount`` beside ``serviceAccountName``, quantities in their canonical form).

Everything here changes its argument in place, may run any number of times over the same spec with the same outcome, and
takes only what has been decoded: lists are lists, structs are dicts, and what ``omitempty`` leaves out is not there.
"""

from __future__ import annotations

from minikctl.kinds.podspec.images import pull_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Obj = dict[str, Any]

#: 0644, as the volumes of Secrets, ConfigMaps and the downward API are written by default
DEFAULT_FILE_MODE = 420
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")

#: memory of ``canonical_quantity``: few different quantities stand in many objects
_quantities: dict[Any, str] = {}


def default_pod_template(template: Obj) -> None:
    """Fill in a pod template (of a Deployment, a Job ...): its metadata, its spec."""
    template.setdefault("metadata", {})
    spec = template.get("spec")
    if spec is None:
        spec = template["spec"] = {}
    default_pod_spec(spec)


def default_pod(spec: Obj) -> None:
    """Fill in the spec of a Pod itself: what holds for every pod spec, and what is only for Pods.

    Upstream: ``SetDefaults_Pod``: requests follow limits, ``enableServiceLinks``, host ports on the host's network.
    """
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            resources = container.get("resources")
            if resources and resources.get("limits"):
                _default_requests(resources)
    if spec.get("resources"):
        from minikctl.kinds.podspec.resources import default_pod_level_resources

        default_pod_level_resources(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    if spec.get("hostNetwork"):
        for field in ("containers", "initContainers"):
            for container in spec.get(field) or ():
                _default_host_ports(container)
    default_pod_spec(spec)


def _default_requests(resources: Obj) -> None:
    requests = resources.get("requests")
    if requests is None:
        requests = resources["requests"] = {}
    for name, limit in resources["limits"].items():
        requests.setdefault(name, limit)


def _default_host_ports(container: Obj) -> None:
    for port in container.get("ports") or ():
        if not port.get("hostPort") and port.get("containerPort"):
            port["hostPort"] = port["containerPort"]


#: what every pod spec has
_SPEC_DEFAULTS: tuple[tuple[str, Any], ...] = (
    ("dnsPolicy", "ClusterFirst"),
    ("restartPolicy", "Always"),
    ("terminationGracePeriodSeconds", 30),
    ("schedulerName", "default-scheduler"),
)
#: what every container has
_CONTAINER_DEFAULTS = (
    ("terminationMessagePath", "/dev/termination-log"),
    ("terminationMessagePolicy", "File"),
)
#: what every probe has
_PROBE_DEFAULTS = (
    ("timeoutSeconds", 1),
    ("periodSeconds", 10),
    ("successThreshold", 1),
    ("failureThreshold", 3),
)


def default_pod_spec(spec: Obj) -> None:
    """Fill in a pod spec, wherever it stands. Upstream: ``SetDefaults_PodSpec`` and all that hangs below it."""
    for field, value in _SPEC_DEFAULTS:
        if field not in spec:
            spec[field] = value
    if "securityContext" not in spec:
        spec["securityContext"] = {}
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    for volume in spec.get("volumes", ()):
        _default_volume(volume)
    for field in _CONTAINER_LISTS:
        for container in spec.get(field, ()):
            default_container(container)
    if "overhead" in spec:
        default_resource_list(spec["overhead"])
    if "resources" in spec:
        _default_resources(spec["resources"])


def default_container(container: Obj) -> None:
    """Fill in a container of any list. Upstream: ``SetDefaults_Container`` and what hangs below it."""
    if "imagePullPolicy" not in container:
        container["imagePullPolicy"] = pull_policy(container.get("image", ""))
    for field, value in _CONTAINER_DEFAULTS:
        if field not in container:
            container[field] = value
    resources = container.get("resources")
    if resources is None:
        container["resources"] = {}
    elif resources:
        _default_resources(resources)
    for field, default in _INSIDE_CONTAINER:
        if field in container:
            default(container[field])


def _default_ports(ports: list[Obj]) -> None:
    for port in ports:
        if "protocol" not in port:
            port["protocol"] = "TCP"


def _default_env(variables: list[Obj]) -> None:
    for variable in variables:
        if "valueFrom" in variable:
            _default_env_source(variable["valueFrom"])


def _default_lifecycle(lifecycle: Obj) -> None:
    for field in ("postStart", "preStop"):
        if "httpGet" in lifecycle.get(field, ()):
            _default_http_get(lifecycle[field]["httpGet"])


def default_resource_list(resources: Obj) -> None:
    """Bring quantities by resource name into the form that the API returns: at most milli-units, rounded up.

    Upstream: ``SetDefaults_ResourceList``. What is no quantity stays as it is: validation has its words for it.
    """
    for name, value in resources.items():
        resources[name] = canonical_quantity(value)


def canonical_quantity(value: Any) -> Any:
    """Return a quantity as the API returns it (``1000m`` is ``1``, ``1024Mi`` is ``1Gi``, 0.5 is ``500m``).

    ``value`` may be a string or a number; anything that is no quantity comes back unchanged.
    """
    if value.__class__ not in (str, int, float):
        return value
    known = _quantities.get(value)
    if known is not None:
        return known
    from minikctl.lib.quantity import MILLI, QuantityError, parse_quantity

    try:
        text = str(parse_quantity(value).round_up(MILLI))
    except QuantityError:
        return value
    if len(_quantities) > 10_000:
        _quantities.clear()
    _quantities[value] = text
    return text


def _default_resources(resources: Obj) -> None:
    for field in ("limits", "requests"):
        if field in resources:
            default_resource_list(resources[field])


def _default_env_source(source: Obj) -> None:
    if "fieldRef" in source:
        source["fieldRef"].setdefault("apiVersion", "v1")
    elif "resourceFieldRef" in source:
        _default_divisor(source["resourceFieldRef"])
    elif "fileKeyRef" in source:
        source["fileKeyRef"].setdefault("optional", False)


def _default_divisor(selector: Obj) -> None:
    # A Quantity is a struct, not a pointer: its zero value is written.
    selector["divisor"] = _plain_quantity(selector.get("divisor", "0"))


def _default_probe(probe: Obj) -> None:
    """Upstream: ``SetDefaults_Probe``, ``SetDefaults_HTTPGetAction``, the default of ``GRPCAction.service``."""
    if "httpGet" in probe:
        _default_http_get(probe["httpGet"])
    elif "grpc" in probe:
        probe["grpc"].setdefault("service", "")
    for field, value in _PROBE_DEFAULTS:
        if field not in probe:
            probe[field] = value


def _default_http_get(action: Obj) -> None:
    if not action.get("path"):
        action["path"] = "/"
    if "scheme" not in action:
        action["scheme"] = "HTTP"


# ---------------------------------------------------------------------------------------------------------------------
# Volumes
# ---------------------------------------------------------------------------------------------------------------------

#: sources whose fields have fixed defaults
_SOURCE_DEFAULTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "hostPath": (("type", ""),),
    "secret": (("defaultMode", DEFAULT_FILE_MODE),),
    "configMap": (("defaultMode", DEFAULT_FILE_MODE),),
    "downwardAPI": (("defaultMode", DEFAULT_FILE_MODE),),
    "projected": (("defaultMode", DEFAULT_FILE_MODE),),
    "iscsi": (("iscsiInterface", "default"),),
    "rbd": (("pool", "rbd"), ("user", "admin"), ("keyring", "/etc/ceph/keyring")),
    "azureDisk": (("cachingMode", "ReadWrite"), ("fsType", "ext4"), ("readOnly", False), ("kind", "Shared")),
    "scaleIO": (("storageMode", "ThinProvisioned"), ("fsType", "xfs")),
}


def _default_volume(volume: Obj) -> None:
    """Upstream: ``SetDefaults_Volume`` and the defaults of each source."""
    if len(volume) == ("name" in volume):
        volume["emptyDir"] = {}
        return
    default_volume_source(volume)


def default_volume_source(volume: Obj) -> None:
    """Fill in what the sources of a volume leave out (also of a PersistentVolume's spec, which is one source)."""
    for source, fields in volume.items():
        for field, value in _SOURCE_DEFAULTS.get(source, ()):
            if field not in fields:
                fields[field] = value
        inside = _INSIDE_SOURCE.get(source)
        if inside is not None:
            inside(fields)


def _default_projected(source: Obj) -> None:
    for projection in source.get("sources", ()):
        if "serviceAccountToken" in projection:
            projection["serviceAccountToken"].setdefault("expirationSeconds", 3600)
        elif "downwardAPI" in projection:
            _default_downward_items(projection["downwardAPI"])
        elif "podCertificate" in projection:
            projection["podCertificate"].setdefault("maxExpirationSeconds", 86_400)


def _default_empty_dir(source: Obj) -> None:
    if "sizeLimit" in source:
        source["sizeLimit"] = _plain_quantity(source["sizeLimit"])


def _default_image(source: Obj) -> None:
    source.setdefault("pullPolicy", pull_policy(source.get("reference", "")))


def _default_ephemeral(source: Obj) -> None:
    template = source.get("volumeClaimTemplate")
    if template is not None:
        template.setdefault("metadata", {})
        claim = template.setdefault("spec", {})
        claim.setdefault("volumeMode", "Filesystem")
        _default_resources(claim.setdefault("resources", {}))


def _default_downward_items(source: Obj) -> None:
    for item in source.get("items", ()):
        if "fieldRef" in item:
            item["fieldRef"].setdefault("apiVersion", "v1")
        elif "resourceFieldRef" in item:
            _default_divisor(item["resourceFieldRef"])


def _plain_quantity(value: Any) -> Any:
    """The canonical form of a quantity that is in no ResourceList: nothing is rounded there to milli-units."""
    from minikctl.lib.quantity import QuantityError, canonical

    try:
        return canonical(value)
    except QuantityError:
        return value


#: sources with something to fill in further down
_INSIDE_SOURCE: dict[str, Callable[[Obj], None]] = {
    "projected": _default_projected,
    "downwardAPI": _default_downward_items,
    "emptyDir": _default_empty_dir,
    "image": _default_image,
    "ephemeral": _default_ephemeral,
}
#: fields of a container with something to fill in further down
_INSIDE_CONTAINER: tuple[tuple[str, Callable[[Any], None]], ...] = (
    ("ports", _default_ports),
    ("env", _default_env),
    ("livenessProbe", _default_probe),
    ("readinessProbe", _default_probe),
    ("startupProbe", _default_probe),
    ("lifecycle", _default_lifecycle),
)
