"""What each namespace has from the start: the ServiceAccount ``default`` and the ConfigMap ``kube-root-ca.crt``.

Upstream: ``pkg/controller/serviceaccount`` and ``pkg/controller/certificates/rootcacertpublisher``. Both come back when
they are deleted, and the certificate when it is changed. What they look like stands in ``api.bootstrap``, which makes
the first ones.
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
        from minikctl.api.bootstrap import root_ca, service_account

        if context.get(SERVICE_ACCOUNTS, key, DEFAULT_ACCOUNT) is None:
            _create(context, service_account(DEFAULT_ACCOUNT, key))
        wanted = root_ca(key)
        published = context.get(CONFIG_MAPS, key, ROOT_CA)
        if published is None:
            _create(context, wanted)
            return
        annotations = {**(published["metadata"].get("annotations") or {}), **wanted["metadata"]["annotations"]}
        if published.get("data") != wanted["data"] or published["metadata"].get("annotations") != annotations:
            published["data"] = wanted["data"]
            published["metadata"]["annotations"] = annotations
            context.update(published)


_OWN_NAMES = {SERVICE_ACCOUNTS: DEFAULT_ACCOUNT, CONFIG_MAPS: ROOT_CA}


def _create(context: Context, obj: Obj) -> None:
    try:
        context.create(obj)
    except AlreadyExists:  # somebody was quicker: as good
        return


CONTROLLER = ServiceAccountsController
