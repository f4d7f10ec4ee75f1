"""The kinds: which there are and what they are called.

``KINDS`` is the one list of them. A row has the names that the command line and the store need; what a kind does
(defaults, validation, columns, describe, capabilities) stands in the module that the row names and is imported when it
is first asked for, so that ``get pods`` does not pay for Deployments.

A *resource* is written everywhere as Kubernetes' own errors write it: the plural with its group, ``pods``,
``deployments.apps``, ``endpointslices.discovery.k8s.io``.

Kinds that users define (CustomResourceDefinitions) stand behind these: ``use_definitions`` says where they come from, and
it is asked for only when a name is none of ``KINDS``. A process serves one state at a time.
"""

from __future__ import annotations

from minikctl.kinds.info import KindInfo as KindInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from minikctl.kinds.base import Kind
    from minikctl.kinds.custom import Definitions

ALL = ("all",)
API_EXTENSIONS = ("api-extensions",)
#: what is answered and not stored
CREATE = ("create",)
#: stands among a controller's ``watches`` for every resource that is not built in
CUSTOM_RESOURCES = "(custom resources)"

_ADMISSION = "admissionregistration.k8s.io/v1"
_AUTHORIZATION = "authorization.k8s.io/v1"
_FLOWCONTROL = "flowcontrol.apiserver.k8s.io/v1"

KINDS: tuple[KindInfo, ...] = (
    # core
    KindInfo("v1", "Binding", "bindings", verbs=CREATE),
    KindInfo("v1", "ComponentStatus", "componentstatuses", namespaced=False, short=("cs",), verbs=("get", "list")),
    KindInfo("v1", "ConfigMap", "configmaps", short=("cm",), module="configmap"),
    KindInfo("v1", "Endpoints", "endpoints", short=("ep",), module="endpoints"),
    KindInfo("v1", "Event", "events", short=("ev",), module="event"),
    KindInfo("v1", "LimitRange", "limitranges", short=("limits",), module="limitrange"),
    KindInfo(
        "v1",
        "Namespace",
        "namespaces",
        namespaced=False,
        short=("ns",),
        module="namespace",
        verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    ),
    KindInfo("v1", "Node", "nodes", namespaced=False, short=("no",), module="node"),
    KindInfo("v1", "PersistentVolumeClaim", "persistentvolumeclaims", short=("pvc",), module="persistentvolumeclaim"),
    KindInfo(
        "v1", "PersistentVolume", "persistentvolumes", namespaced=False, short=("pv",), module="persistentvolume",
    ),
    KindInfo("v1", "Pod", "pods", short=("po",), categories=ALL, module="pod"),
    KindInfo("v1", "PodTemplate", "podtemplates", module="podtemplate"),
    KindInfo(
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        short=("rc",),
        categories=ALL,
        module="replicationcontroller",
    ),
    KindInfo("v1", "ResourceQuota", "resourcequotas", short=("quota",), module="resourcequota"),
    KindInfo("v1", "Secret", "secrets", module="secret"),
    KindInfo("v1", "ServiceAccount", "serviceaccounts", short=("sa",), module="serviceaccount"),
    KindInfo("v1", "Service", "services", short=("svc",), categories=ALL, module="service"),
    # admissionregistration.k8s.io
    KindInfo(
        _ADMISSION,
        "MutatingAdmissionPolicy",
        "mutatingadmissionpolicies",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="mutatingadmissionpolicy",
    ),
    KindInfo(
        _ADMISSION,
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="mutatingadmissionpolicybinding",
    ),
    KindInfo(
        _ADMISSION,
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="mutatingwebhookconfiguration",
    ),
    KindInfo(
        _ADMISSION,
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="validatingadmissionpolicy",
    ),
    KindInfo(
        _ADMISSION,
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="validatingadmissionpolicybinding",
    ),
    KindInfo(
        _ADMISSION,
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        namespaced=False,
        categories=API_EXTENSIONS,
        module="validatingwebhookconfiguration",
    ),
    # apiextensions.k8s.io
    KindInfo(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        namespaced=False,
        short=("crd", "crds"),
        categories=API_EXTENSIONS,
        module="customresourcedefinition",
    ),
    # apiregistration.k8s.io
    KindInfo(
        "apiregistration.k8s.io/v1", "APIService", "apiservices", namespaced=False, categories=API_EXTENSIONS,
        module="apiservice",
    ),
    # apps
    KindInfo("apps/v1", "ControllerRevision", "controllerrevisions", module="controllerrevision"),
    KindInfo("apps/v1", "DaemonSet", "daemonsets", short=("ds",), categories=ALL, module="daemonset"),
    KindInfo("apps/v1", "Deployment", "deployments", short=("deploy",), categories=ALL, module="deployment"),
    KindInfo("apps/v1", "ReplicaSet", "replicasets", short=("rs",), categories=ALL, module="replicaset"),
    KindInfo("apps/v1", "StatefulSet", "statefulsets", short=("sts",), categories=ALL, module="statefulset"),
    # authentication.k8s.io
    KindInfo("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", namespaced=False, verbs=CREATE),
    KindInfo("authentication.k8s.io/v1", "TokenReview", "tokenreviews", namespaced=False, verbs=CREATE),
    # authorization.k8s.io
    KindInfo(_AUTHORIZATION, "LocalSubjectAccessReview", "localsubjectaccessreviews", verbs=CREATE),
    KindInfo(_AUTHORIZATION, "SelfSubjectAccessReview", "selfsubjectaccessreviews", namespaced=False, verbs=CREATE),
    KindInfo(_AUTHORIZATION, "SelfSubjectRulesReview", "selfsubjectrulesreviews", namespaced=False, verbs=CREATE),
    KindInfo(_AUTHORIZATION, "SubjectAccessReview", "subjectaccessreviews", namespaced=False, verbs=CREATE),
    # autoscaling
    KindInfo(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        short=("hpa",),
        categories=ALL,
        module="horizontalpodautoscaler",
    ),
    # batch
    KindInfo(
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        short=("hpa",),
        module="olderautoscaler",
        hub="horizontalpodautoscalers.autoscaling",
    ),
    KindInfo("batch/v1", "CronJob", "cronjobs", short=("cj",), categories=ALL, module="cronjob"),
    KindInfo("batch/v1", "Job", "jobs", categories=ALL, module="job"),
    # certificates.k8s.io
    KindInfo(
        "certificates.k8s.io/v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        namespaced=False,
        short=("csr",),
        module="certificatesigningrequest",
    ),
    # coordination.k8s.io
    KindInfo("coordination.k8s.io/v1", "Lease", "leases", module="lease"),
    # discovery.k8s.io
    KindInfo("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", module="endpointslice"),
    # events.k8s.io
    KindInfo("events.k8s.io/v1", "Event", "events", short=("ev",), module="eventview", hub="events"),
    # flowcontrol.apiserver.k8s.io
    KindInfo(_FLOWCONTROL, "FlowSchema", "flowschemas", namespaced=False, module="flowschema"),
    KindInfo(
        _FLOWCONTROL, "PriorityLevelConfiguration", "prioritylevelconfigurations",
        namespaced=False, module="prioritylevelconfiguration",
    ),
    # networking.k8s.io
    KindInfo("networking.k8s.io/v1", "IngressClass", "ingressclasses", namespaced=False, module="ingressclass"),
    KindInfo("networking.k8s.io/v1", "Ingress", "ingresses", short=("ing",), module="ingress"),
    KindInfo("networking.k8s.io/v1", "IPAddress", "ipaddresses", namespaced=False, short=("ip",), module="ipaddress"),
    KindInfo("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", short=("netpol",), module="networkpolicy"),
    KindInfo("networking.k8s.io/v1", "ServiceCIDR", "servicecidrs", namespaced=False, module="servicecidr"),
    # node.k8s.io
    KindInfo("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", namespaced=False, module="runtimeclass"),
    # policy
    KindInfo("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", short=("pdb",), module="poddisruptionbudget"),
    # rbac.authorization.k8s.io
    KindInfo(
        "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings",
        namespaced=False, module="clusterrolebinding",
    ),
    KindInfo("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", namespaced=False, module="clusterrole"),
    KindInfo("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", module="rolebinding"),
    KindInfo("rbac.authorization.k8s.io/v1", "Role", "roles", module="role"),
    # resource.k8s.io
    KindInfo("resource.k8s.io/v1", "DeviceClass", "deviceclasses", namespaced=False),
    KindInfo("resource.k8s.io/v1", "ResourceClaim", "resourceclaims", module="resourceclaim"),
    KindInfo("resource.k8s.io/v1", "ResourceClaimTemplate", "resourceclaimtemplates"),
    KindInfo("resource.k8s.io/v1", "ResourceSlice", "resourceslices", namespaced=False, module="resourceslice"),
    # scheduling.k8s.io
    KindInfo(
        "scheduling.k8s.io/v1", "PriorityClass", "priorityclasses",
        namespaced=False, short=("pc",), module="priorityclass",
    ),
    # storage.k8s.io
    KindInfo("storage.k8s.io/v1", "CSIDriver", "csidrivers", namespaced=False, module="csidriver"),
    KindInfo("storage.k8s.io/v1", "CSINode", "csinodes", namespaced=False, module="csinode"),
    KindInfo("storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities", module="csistoragecapacity"),
    KindInfo(
        "storage.k8s.io/v1", "StorageClass", "storageclasses", namespaced=False, short=("sc",), module="storageclass",
    ),
    KindInfo(
        "storage.k8s.io/v1", "VolumeAttachment", "volumeattachments", namespaced=False, module="volumeattachment",
    ),
    KindInfo(
        "storage.k8s.io/v1", "VolumeAttributesClass", "volumeattributesclasses",
        namespaced=False, short=("vac",), module="volumeattributesclass",
    ),
    # minikctl's own
    KindInfo(
        "minikctl.dev/v1alpha1",
        "ContainerBehavior",
        "containerbehaviors",
        namespaced=False,
        module="containerbehavior",
    ),
    KindInfo("minikctl.dev/v1alpha1", "Fault", "faults", namespaced=False, module="fault"),
    KindInfo(
        "minikctl.dev/v1alpha1",
        "LoadBalancerPool",
        "loadbalancerpools",
        namespaced=False,
        short=("lbpool",),
        module="loadbalancerpool",
    ),
    KindInfo(
        "minikctl.dev/v1alpha1",
        "SimulatedMetrics",
        "simulatedmetrics",
        namespaced=False,
        module="simulatedmetrics",
    ),
)

#: resources that show the objects of another one, with the resource of these (upstream: one storage, several versions)
VIEWS = {info.resource: info.hub for info in KINDS if info.hub}

_by_resource = {info.resource: info for info in KINDS}
_by_gvk = {(info.api_version, info.kind): info for info in KINDS}
_loaded: dict[str, Kind] = {}
#: gives the kinds that the state defines; see ``use_definitions``
_source: list[Callable[[], Definitions | None]] = []


def use_definitions(source: Callable[[], Definitions | None] | None) -> None:
    """Say where custom kinds come from: ``source`` is called whenever a name is none of ``KINDS``. None: there are none."""
    _source[:] = [] if source is None else [source]


def definitions() -> Definitions | None:
    """The kinds that the state defines, None where it defines none."""
    return _source[0]() if _source else None


def is_built_in(resource: str) -> bool:
    """Whether a resource is one of ``KINDS``."""
    return resource in _by_resource


def built_in_kinds() -> Iterator[KindInfo]:
    """Every kind that is part of the program, in the order of ``KINDS``."""
    return iter(KINDS)


def all_kinds() -> Iterator[KindInfo]:
    """Every kind there is, in the order of ``KINDS`` (which is kubectl's order for categories), then custom ones."""
    yield from KINDS
    custom = definitions()
    if custom is not None:
        yield from custom.preferred()


def info_for(resource: str) -> KindInfo:
    """Return the row of ``resource`` (``deployments.apps``). Raises KeyError where there is none."""
    info = _by_resource.get(resource)
    if info is None:
        custom = definitions()
        info = None if custom is None else custom.by_resource(resource)
        if info is None:
            raise KeyError(resource)
    return info


def info_for_object(api_version: str, kind: str) -> KindInfo | None:
    """Return the row of the kind that an object names by ``apiVersion`` and ``kind``, or None where there is none."""
    info = _by_gvk.get((api_version, kind))
    if info is None:
        custom = definitions()
        return None if custom is None else custom.by_kind(api_version, kind)
    return info


def served_kind(api_version: str, kind: str) -> KindInfo | None:
    """``info_for_object`` for what comes from clients: a version that is not served is not there for them."""
    info = info_for_object(api_version, kind)
    return info if info is not None and info.served else None


def find_kind(word: str) -> KindInfo | None:
    """Return the kind that a user means by ``word``, or None.

    Accepted: plural and singular in any case, and the short name, each also with its group or the beginning of it
    (``deployments.apps``, ``ingresses.networking``) or with version and group (``deployments.v1.apps``, ``pods.v1.``).
    Upstream: kubectl's RESTMapper and shortcut expander; what several groups have means the first row.
    """
    name, _, rest = word.partition(".")
    lowered = name.lower()
    info = choose([info for info in KINDS if lowered in (info.plural, info.singular)], rest)
    if info is None:
        info = choose_short([info for info in KINDS if name in info.short_names], rest)
    if info is not None:
        return info
    custom = definitions()
    return None if custom is None else custom.find(name, rest)


def choose(found: list[KindInfo], rest: str) -> KindInfo | None:
    """Of kinds with a name that fits, the one that the rest of a word means: ``apps``, ``v1.apps``, "" for the first."""
    version, dot, group = rest.partition(".")
    if dot:
        for info in found:
            if version in ("", info.version) and info.group == group:
                return info
    for info in found:
        if info.group == rest:
            return info
    for info in found:
        if info.group.startswith(rest):
            return info
    return None


def choose_short(found: list[KindInfo], rest: str) -> KindInfo | None:
    """As ``choose`` where the word is a short name: kubectl forgets a version when it writes the name out."""
    _, dot, group = rest.partition(".")
    for part in (group, rest) if dot else (rest,):
        exact = [info for info in found if not part or info.group == part]
        chosen = exact or [info for info in found if info.group.startswith(part)]
        if chosen:
            return chosen[0]
    return None


def rivals(word: str, info: KindInfo) -> list[KindInfo]:
    """The other built-in kinds that have the short name ``word``, for which ``info`` was taken; none for a full name."""
    if word.lower() in (info.plural, info.singular) or "." in word:
        return []
    return [each for each in KINDS if word in each.short_names and each.group_resource != info.group_resource]


def load(info: KindInfo) -> Kind:
    """Return what the kind of ``info`` does, importing its module at the first call."""
    if info.custom:
        kind: Kind = info.behavior()  # type: ignore[attr-defined] # only kinds.custom.CustomKindInfo is custom
        return kind
    known = _loaded.get(info.resource)
    if known is None:
        from importlib import import_module

        module = import_module(f"minikctl.kinds.{info.module}")
        known = _loaded[info.resource] = module.KIND(info)
    return known


def read(info: KindInfo, obj: dict[str, Any] | None) -> dict[str, Any] | None:
    """An object that was read from the store as the version of its kind in ``info`` has it. ``obj`` may be changed."""
    return load(info).read(obj) if obj is not None and info.custom else obj
