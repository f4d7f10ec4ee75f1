"""Many objects that differ in nothing but what is drawn: the Pods of one ReplicaSet.

The first one goes through everything that ``Api.create`` does. As long as nothing that admission looks at is written,
the others come out the same but for their names, so that they are made of the first one's texts.
"""

from __future__ import annotations

from minikctl.api import admission
from minikctl.api.admission.service_account import VOLUME_PREFIX
from minikctl.store.texts import cut, decode, encode, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

QUOTAS = "resourcequotas"
#: the plugins that are known to do the same for alike Pods (the first draws a name), and what they look at. Quotas count
#: each Pod: where there are any, all Pods go the long way
ALIKE_PLUGINS = frozenset((
    "service_account", "limit_ranger", "limit_ranger_bounds", "priority", "default_toleration_seconds", "runtime_class",
    "resource_quota",
))
SETTINGS = (
    "serviceaccounts", "limitranges", "priorityclasses.scheduling.k8s.io", "runtimeclasses.node.k8s.io", QUOTAS,
)


class Mould:
    """Makes objects that are alike. What is made is as ``Api.create`` would have made it, with the same draws."""

    def __init__(self, api: Api, obj: Obj) -> None:
        """``obj`` has a generateName; it is not changed."""
        self._api = api
        self._text = encode(obj)
        self._kind = api.kind_of(obj)
        self._texts: dict[str, str] = {}
        self._volume = ""
        self._holds: tuple[int, ...] = ()

    def make(self) -> Obj:
        """Store one more and return it. Raises as ``Api.create``."""
        if self._texts and self._holds == self._state():
            return self._another()
        made = self._api.create(decode(self._text))
        self._remember(made)
        return made

    def _state(self) -> tuple[int, ...]:
        store = self._api.store
        return (store.epoch, *[store.written.get(resource, 0) for resource in SETTINGS])

    def _remember(self, made: Obj) -> None:
        """Take the texts of the first one, where it is one whose like can be made of them."""
        self._texts = {}
        rows = (*admission.MUTATING, *admission.VALIDATING)
        resource = self._kind.info.resource
        plugins = {name for name, of, operations in rows if (not of or resource in of) and admission.CREATE in operations}
        if resource != "pods" or not plugins <= ALIKE_PLUGINS or not self._api.store.is_empty(QUOTAS):
            return
        names = [volume["name"] for volume in made["spec"].get("volumes") or ()]
        drawn = [name for name in names if name.startswith(VOLUME_PREFIX) and quote(name) not in self._text]
        if len(drawn) > 1:
            return
        self._volume = quote(drawn[0]) if drawn else ""
        self._texts = cut(made)
        self._holds = self._state()

    def _another(self) -> Obj:
        api, kind = self._api, self._kind
        meta = decode(self._texts["metadata"])
        api.admit_namespace(kind.info, meta)
        meta["name"] = api.generate_name(kind.info, meta)
        meta["uid"] = api.new_uid()
        meta["resourceVersion"] = str(api.store.revision + 1)
        spec = self._texts["spec"]
        if self._volume:
            spec = spec.replace(self._volume, f'"{VOLUME_PREFIX}{api.random_suffix()}"')
        texts = {**self._texts, "metadata": encode(meta), "spec": spec}
        obj = {field: meta if field == "metadata" else decode(text) for field, text in texts.items()}
        api.insert(kind, obj, texts)
        return obj
