"""Admission: what the API server adds to an object, or refuses, looking at the rest of the cluster.

``PLUGINS`` is in the order of the API server's own (upstream: ``pkg/kubeapiserver/options/plugins.go``). Each row names
the resources and operations that a plugin wants to see, and the module below this one that has it, with a function
``admit(request)``; modules are imported when they are first needed. Namespaces are looked after by ``api.server``
itself: their rule holds for everything.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

CREATE = "CREATE"
UPDATE = "UPDATE"


class Request:
    """What a plugin sees of one write. ``obj`` may be changed by mutating plugins; ``old`` is None at creation."""

    __slots__ = ("_when_stored", "api", "info", "name", "namespace", "obj", "old", "operation")

    def __init__(self, api: Api, info: KindInfo, operation: str, obj: Obj, old: Obj | None) -> None:
        self.api = api
        self.info = info
        self.operation = operation
        self.obj = obj
        self.old = old
        self.namespace: str = obj["metadata"].get("namespace", "")
        self.name: str = obj["metadata"].get("name", "")
        self._when_stored: list[Callable[[], object]] = []

    def when_stored(self, act: Callable[[], object]) -> None:
        """Let ``act`` be called when the object is stored, if it is."""
        self._when_stored.append(act)

    def stored(self) -> None:
        """Do what waited for the object to be stored."""
        for act in self._when_stored:
            act()


#: (module, resources, operations), run after defaulting and before validation
MUTATING: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("limit_ranger", ("pods",), (CREATE,)),
    ("service_account", ("pods",), (CREATE,)),
    ("taint_nodes_by_condition", ("nodes",), (CREATE,)),
    ("priority", ("pods",), (CREATE,)),
    ("default_toleration_seconds", ("pods",), (CREATE,)),
    ("default_storage_class", ("persistentvolumeclaims",), (CREATE,)),
    ("storage_object_in_use_protection", ("persistentvolumes", "persistentvolumeclaims"), (CREATE,)),
    ("runtime_class", ("pods",), (CREATE,)),
    ("default_ingress_class", ("ingresses.networking.k8s.io",), (CREATE,)),
    # Upstream allocates in the storage's BeginCreate and BeginUpdate: before validation, which looks at the results.
    ("service_addresses", ("services",), (CREATE, UPDATE)),
)

#: run after validation: these may refuse
VALIDATING: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("limit_ranger_bounds", ("pods",), (CREATE,)),
    ("limit_ranger_bounds", ("persistentvolumeclaims",), (CREATE, UPDATE)),
    ("priority_class", ("priorityclasses.scheduling.k8s.io",), (CREATE, UPDATE)),
    ("claim_resize", ("persistentvolumeclaims",), (UPDATE,)),
    # The last one: what it lets pass is charged to the quotas.
    ("resource_quota", (), (CREATE,)),
    ("resource_quota", ("services", "persistentvolumeclaims"), (UPDATE,)),
)


#: the functions of the plugins that want to see an operation on a resource, with the list that they are of
_wanted: dict[tuple[int, str, str], tuple[object, list[Callable[[Request], object]]]] = {}


def run(plugins: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], request: Request) -> None:
    """Show ``request`` to every plugin of the list that wants to see it. Raises what they raise."""
    sort = (id(plugins), request.info.resource, request.operation)
    known = _wanted.get(sort)
    if known is None or known[0] is not plugins:
        known = _wanted[sort] = (plugins, _find(plugins, request.info.resource, request.operation))
    for admit in known[1]:
        admit(request)


def _find(
    plugins: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], resource: str, operation: str
) -> list[Callable[[Request], object]]:
    from importlib import import_module

    return [
        import_module(f"minikctl.api.admission.{module}").admit
        for module, resources, operations in plugins
        if (not resources or resource in resources) and operation in operations
    ]
