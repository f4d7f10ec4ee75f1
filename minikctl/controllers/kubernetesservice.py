"""The Service of the API server, which comes back when somebody deletes it (``delete service --all``).

Upstream: ``pkg/controlplane/controller/kubernetesservice``. It looks every ten seconds; here it does so at once.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikctl.controllers.base import Change, Context

SERVICES, SLICES = "services", "endpointslices.discovery.k8s.io"
NAMESPACE, NAME = "default", "kubernetes"


class KubernetesServiceController(Controller):
    """The one Service; before the controllers of endpoints, which would take its endpoints away with it."""

    name = "kubernetesservice"
    watches = (SERVICES,)

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - the signature of Controller
        """The Service has gone."""
        return (NAME,) if (change.namespace, change.name) == (NAMESPACE, NAME) and change.after is None else ()

    def sync(self, context: Context, key: str) -> None:  # noqa: ARG002 - there is only one
        """Make what is missing of the Service and its endpoints."""
        from minikctl.api.bootstrap import kubernetes_service

        for resource, obj in zip((SERVICES, "endpoints", SLICES), kubernetes_service(), strict=True):
            if context.get(resource, NAMESPACE, NAME) is None:
                context.create(obj)


CONTROLLER = KubernetesServiceController
