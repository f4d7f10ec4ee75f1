"""Where names, labels, images and so on stand in the kinds that kustomize knows: its built-in configuration.

The facts are those of ``api/internal/konfig/builtinpluginconsts`` in kustomize 5; since the same places of a Pod come back in
every kind that has a Pod template, they are written down once and put together here.
"""

from __future__ import annotations

from minikctl.kustomize.fieldpaths import FieldSpec
from minikctl.kustomize.ids import Gvk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: kind -> where its Pod spec is
_TEMPLATES = {
    "Deployment": "spec/template/spec/",
    "ReplicaSet": "spec/template/spec/",
    "DaemonSet": "spec/template/spec/",
    "StatefulSet": "spec/template/spec/",
    "Job": "spec/template/spec/",
    "CronJob": "spec/jobTemplate/spec/template/spec/",
}
_POD = {"Pod": "spec/", **_TEMPLATES}
_WITH_TEMPLATES = {**_POD, "PodTemplate": "template/spec/"}
#: the kinds whose Pods' ServiceAccounts, claims and priorities are followed: not all of those above
_FOLLOWED = {
    "Pod": "spec/",
    **{kind: _TEMPLATES[kind] for kind in ("StatefulSet", "Deployment", "CronJob", "Job", "DaemonSet")},
    "ReplicationController": "spec/template/spec/",
}
_CONTAINERS = ("containers", "initContainers")
_ADMISSION = "admissionregistration.k8s.io"
_RBAC = "rbac.authorization.k8s.io"


def _spec(path: str, kind: str = "", group: str = "", version: str = "", *, create: bool = False) -> FieldSpec:
    return FieldSpec(path, Gvk(group, version, kind), create=create)


def _in_pods(paths: Iterable[str], kinds: dict[str, str], pod_version: str = "") -> list[FieldSpec]:
    """Each path in each kind's Pod spec."""
    return [
        _spec(prefix + path, kind, version=pod_version if kind == "Pod" else "")
        for kind, prefix in kinds.items()
        for path in paths
    ]


def _template(path: str) -> list[FieldSpec]:
    """A field of the metadata of every Pod template, and of what a CronJob makes its Jobs of."""
    full = f"metadata/{path}"
    return [
        _spec(full, create=True),
        _spec(f"spec/template/{full}", "ReplicationController", version="v1", create=True),
        _spec(f"spec/template/{full}", "Deployment", create=True),
        _spec(f"spec/template/{full}", "ReplicaSet", create=True),
        _spec(f"spec/template/{full}", "DaemonSet", create=True),
        _spec(f"spec/template/{full}", "StatefulSet", "apps" if path == "labels" else "", create=True),
        _spec(f"spec/template/{full}", "Job", "batch", create=True),
        _spec(f"spec/jobTemplate/{full}", "CronJob", "batch", create=True),
        _spec(f"spec/jobTemplate/spec/template/{full}", "CronJob", "batch", create=True),
    ]


def names() -> list[FieldSpec]:
    """What prefixes and suffixes are for."""
    return [_spec("metadata/name")]


def namespaces() -> list[FieldSpec]:
    """Where a namespace stands, beside ``metadata.namespace`` and the subjects of role bindings."""
    return [
        _spec("metadata/name", "Namespace", create=True),
        _spec("spec/service/namespace", "APIService", "apiregistration.k8s.io", create=True),
        _spec(
            "spec/conversion/webhook/clientConfig/service/namespace", "CustomResourceDefinition", "apiextensions.k8s.io"
        ),
    ]


def common_annotations() -> list[FieldSpec]:
    """Where ``commonAnnotations`` go."""
    return _template("annotations")


def template_labels() -> list[FieldSpec]:
    """Where labels go with ``includeTemplates``."""
    return [
        *_template("labels"), _spec("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", "apps", create=True)
    ]


def common_labels() -> list[FieldSpec]:
    """Where labels go with ``includeSelectors``: the above, and selectors."""
    affinities = [
        f"spec/template/spec/affinity/{which}/{when}/labelSelector/matchLabels"
        for which in ("podAffinity", "podAntiAffinity")
        for when in (
            "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
            "requiredDuringSchedulingIgnoredDuringExecution",
        )
    ]
    affinities.append("spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels")
    return [
        _spec("spec/selector", "Service", version="v1", create=True),
        _spec("spec/selector", "ReplicationController", version="v1", create=True),
        *(
            _spec("spec/selector/matchLabels", kind, "apps" if kind == "StatefulSet" else "", create=True)
            for kind in ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
        ),
        *(_spec(path, kind, "apps") for kind in ("Deployment", "StatefulSet") for path in affinities),
        _spec("spec/selector/matchLabels", "Job", "batch"),
        _spec("spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch"),
        _spec("spec/selector/matchLabels", "PodDisruptionBudget", "policy"),
        *(
            _spec(f"spec/{path}/matchLabels", "NetworkPolicy", "networking.k8s.io")
            for path in ("podSelector", "ingress/from/podSelector", "egress/to/podSelector")
        ),
        *template_labels(),
    ]


def images() -> list[FieldSpec]:
    """Where images stand, beside the containers of whatever has some."""
    return [
        _spec(prefix + path, create=True)
        for prefix in ("spec/", "spec/template/spec/")
        for path in ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
    ]


def replicas() -> list[FieldSpec]:
    """Where a number of replicas stands."""
    return [
        _spec("spec/replicas", kind, create=True)
        for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
    ]


def name_references() -> list[tuple[Gvk, list[FieldSpec]]]:
    """Who refers to objects of a kind, and where."""
    config_maps = [
        "volumes/configMap/name", "volumes/projected/sources/configMap/name",
        *(f"{each}/env/valueFrom/configMapKeyRef/name" for each in _CONTAINERS),
        *(f"{each}/envFrom/configMapRef/name" for each in _CONTAINERS),
    ]
    secrets = [
        "volumes/secret/secretName", "imagePullSecrets/name", "volumes/projected/sources/secret/name",
        *(f"{each}/env/valueFrom/secretKeyRef/name" for each in _CONTAINERS),
        *(f"{each}/envFrom/secretRef/name" for each in _CONTAINERS),
    ]
    ingress = "metadata/annotations/nginx.ingress.kubernetes.io\\/"
    return [
        *(
            (Gvk(kind=kind), [_spec("spec/scaleTargetRef/name", "HorizontalPodAutoscaler")])
            for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
        ),
        (Gvk("", "v1", "ConfigMap"), [
            *_in_pods(config_maps, _WITH_TEMPLATES, "v1"),
            _spec("spec/configSource/configMap", "Node"),
            _spec("rules/resourceNames", "Role"),
            _spec("rules/resourceNames", "ClusterRole"),
            _spec(f"{ingress}fastcgi-params-configmap", "Ingress"),
        ]),
        (Gvk("", "v1", "Secret"), [
            *_in_pods(secrets, _WITH_TEMPLATES, "v1"),
            _spec("spec/tls/secretName", "Ingress"),
            _spec("metadata/annotations/ingress.kubernetes.io\\/auth-secret", "Ingress"),
            _spec(f"{ingress}auth-secret", "Ingress"),
            _spec(f"{ingress}auth-tls-secret", "Ingress"),
            _spec("imagePullSecrets/name", "ServiceAccount"),
            *(
                _spec(f"parameters/{name}", "StorageClass")
                for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
            ),
            _spec("rules/resourceNames", "Role"),
            _spec("rules/resourceNames", "ClusterRole"),
            _spec(
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "Service", "serving.knative.dev", "v1"
            ),
            _spec("spec/azureFile/secretName", "PersistentVolume"),
        ]),
        (Gvk("", "v1", "Service"), [
            _spec("spec/serviceName", "StatefulSet", "apps"),
            *(
                _spec(f"spec/{path}", "Ingress")
                for path in (
                    "rules/http/paths/backend/serviceName", "backend/serviceName",
                    "rules/http/paths/backend/service/name", "defaultBackend/service/name",
                )
            ),
            _spec("spec/service/name", "APIService", "apiregistration.k8s.io"),
            _spec("webhooks/clientConfig/service", "ValidatingWebhookConfiguration", _ADMISSION),
            _spec("webhooks/clientConfig/service", "MutatingWebhookConfiguration", _ADMISSION),
        ]),
        (Gvk(_RBAC, "", "Role"), [_spec("roleRef/name", "RoleBinding", _RBAC)]),
        (Gvk(_RBAC, "", "ClusterRole"), [
            _spec("roleRef/name", "RoleBinding", _RBAC), _spec("roleRef/name", "ClusterRoleBinding", _RBAC)
        ]),
        (Gvk("", "v1", "ServiceAccount"), [
            _spec("subjects", "RoleBinding", _RBAC),
            _spec("subjects", "ClusterRoleBinding", _RBAC),
            *_in_pods(["serviceAccountName"], _FOLLOWED),
        ]),
        (Gvk("", "v1", "PersistentVolumeClaim"), _in_pods(["volumes/persistentVolumeClaim/claimName"], _FOLLOWED)),
        (Gvk("", "v1", "PersistentVolume"), [
            _spec("spec/volumeName", "PersistentVolumeClaim"), _spec("rules/resourceNames", "ClusterRole")
        ]),
        (Gvk("storage.k8s.io", "v1", "StorageClass"), [
            _spec("spec/storageClassName", "PersistentVolume"),
            _spec("spec/storageClassName", "PersistentVolumeClaim"),
            _spec("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
        ]),
        (Gvk("scheduling.k8s.io", "v1", "PriorityClass"), _in_pods(["priorityClassName"], _FOLLOWED)),
        (Gvk("networking.k8s.io/v1", "v1", "IngressClass"), [_spec("spec/ingressClassName", "Ingress")]),
        (Gvk(_ADMISSION, "", "ValidatingAdmissionPolicy"), [
            _spec("spec/policyName", "ValidatingAdmissionPolicyBinding", _ADMISSION)
        ]),
    ]


def variable_references() -> list[FieldSpec]:
    """Where ``$(NAME)`` is put in."""
    paths = [
        *(
            f"{each}/{field}"
            for each in _CONTAINERS
            for field in ("args", "command", "env/value", "volumeMounts/mountPath")
        ),
        "volumes/nfs/server",
    ]
    # The servers of NFS volumes have places of their own in two kinds; that of CronJobs leads nowhere, upstream too.
    servers = {
        "StatefulSet": "spec/volumeClaimTemplates/spec/nfs/server",
        "CronJob": "spec/jobTemplate/spec/template/volumes/nfs/server",
    }
    return [
        *(
            each for each in _in_pods(paths, _POD)
            if not (each.gvk.kind in servers and each.path.endswith("nfs/server"))
        ),
        *(_spec(path, kind) for kind, path in servers.items()),
        _spec("spec/template/metadata/annotations", "Deployment"),
        *(_spec(f"spec/{path}", "Ingress") for path in ("rules/host", "tls/hosts", "tls/secretName")),
        *(_spec(f"spec/ports/{path}", "Service") for path in ("port", "targetPort")),
        _spec("spec/nfs/server", "PersistentVolume"),
        _spec("metadata/labels"),
        _spec("metadata/annotations"),
    ]
