"""What each namespace has from the start: the ServiceAccount ``default`` and the ConfigMap ``kube-root-ca.crt``.

Upstream: ``pkg/controller/serviceaccount`` and ``pkg/controller/certificates/rootcacertpublisher``. Both come back when
they are deleted, and the certificate when it is changed. Nothing answers at the certificate's other end, so it is no
certificate and says so.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_deleting
from minikctl.errors import AlreadyExists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

NAMESPACES = "namespaces"
SERVICE_ACCOUNTS = "serviceaccounts"
CONFIG_MAPS = "configmaps"
DEFAULT_ACCOUNT = "default"
ROOT_CA = "kube-root-ca.crt"

ROOT_CA_ANNOTATIONS = {
    "kubernetes.io/description": (
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        "Kubernetes clusters."
    ),
}
#: base64 of "This is not a certificate: minikctl simulates the cluster, and there is nothing to connect to."
SIMULATED_CA = """\
-----BEGIN CERTIFICATE-----
VGhpcyBpcyBub3QgYSBjZXJ0aWZpY2F0ZTogbWluaWtjdGwgc2ltdWxhdGVzIHRo
ZSBjbHVzdGVyLCBhbmQgdGhlcmUgaXMgbm90aGluZyB0byBjb25uZWN0IHRvLg==
-----END CERTIFICATE-----
"""


class ServiceAccountsController(Controller):
    """Namespaces, by name."""

    name = "serviceaccounts"
    watches = (NAMESPACES, SERVICE_ACCOUNTS, CONFIG_MAPS)

    def keys(self, change: Change, context: Context) -> Iterator[str]:  # noqa: ARG002 - the signature of Controller
        """A new namespace, and one whose account or certificate was changed or deleted."""
        if change.resource == NAMESPACES:
            if change.after is not None:
                yield change.name
        elif change.before is not None and change.name == _OWN_NAMES[change.resource]:
            yield change.namespace

    def sync(self, context: Context, key: str) -> None:
        """Make what is missing, unless the namespace is on its way out."""
        namespace = context.get(NAMESPACES, "", key)
        if namespace is None or is_deleting(namespace):
            return
        if context.get(SERVICE_ACCOUNTS, key, DEFAULT_ACCOUNT) is None:
            _create(context, default_service_account(key))
        published = context.get(CONFIG_MAPS, key, ROOT_CA)
        if published is None:
            _create(context, root_ca_config_map(key))
            return
        annotations = published["metadata"].get("annotations") or {}
        if published.get("data") != root_ca_config_map(key)["data"] or annotations != {
            **annotations, **ROOT_CA_ANNOTATIONS,
        }:
            published["data"] = root_ca_config_map(key)["data"]
            published["metadata"]["annotations"] = {**annotations, **ROOT_CA_ANNOTATIONS}
            context.update(published)


_OWN_NAMES = {SERVICE_ACCOUNTS: DEFAULT_ACCOUNT, CONFIG_MAPS: ROOT_CA}


def default_service_account(namespace: str) -> Obj:
    """The account that Pods run as which name none."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": DEFAULT_ACCOUNT, "namespace": namespace}}


def root_ca_config_map(namespace: str) -> Obj:
    """What Pods would check the API server's certificate with."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": ROOT_CA, "namespace": namespace, "annotations": dict(ROOT_CA_ANNOTATIONS)},
        "data": {"ca.crt": SIMULATED_CA},
    }


def _create(context: Context, obj: Obj) -> None:
    try:
        context.create(obj)
    except AlreadyExists:  # somebody was quicker: as good
        return


CONTROLLER = ServiceAccountsController
