"""Many objects that differ in nothing but what is drawn: the Pods of one ReplicaSet.

The first one goes through everything that ``Api.create`` does. As long as nothing that admission looks at is written,
the others come out the same but for their names, so that they are made of the first one's texts.
"""

from __future__ import annotations

from minikctl.api import admission
from minikctl.api.admission.service_account import VOLUME_PREFIX
from minikctl.api.server.receiving import NAME_ATTEMPTS
from minikctl.errors import AlreadyExists
from minikctl.store.texts import decode, encode, quote

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


#: what is another with each object, in its metadata
DRAWN = ("name", "uid", "resourceVersion")


class Mould:
    """Makes objects that are alike. What is made is as ``Api.create`` would have made it, with the same draws."""

    def __init__(self, api: Api, obj: Obj) -> None:
        """``obj`` has a generateName; it is not changed."""
        self._api = api
        self._text = encode(obj)
        self._kind = api.kind_of(obj)
        #: the first one and the texts of its fields; nothing where there is none whose like can be made of them
        self._first: Obj = {}
        self._texts: dict[str, str] = {}
        #: the text of its metadata, in pieces, and what stands after each of them but the last
        self._pieces: list[str] = []
        self._between: list[str] = []
        #: the name of its volume that was drawn, as JSON, and where it is mounted: (field, container, mount)
        self._volume = ""
        self._mounts: list[tuple[str, int, int]] = []
        self._holds: tuple[int, ...] = ()

    def make(self) -> Obj:
        """Store one more and return it, for looking only: alike objects share their parts. Raises as ``Api.create``."""
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
        meta = made["metadata"]
        stored = self._api.store.find(resource, meta["namespace"], meta["name"])
        if stored is None or stored.revision != self._api.store.revision:
            return
        self._texts, self._first = stored.texts, made
        self._api.store.share(resource, stored, made)
        self._mounts = [
            (field, place, number)
            for field in ("initContainers", "containers")
            for place, container in enumerate(made["spec"].get(field) or ())
            for number, mount in enumerate(container.get("volumeMounts") or ()) if mount["name"] in drawn
        ]
        self._cut_metadata(made["metadata"])
        self._holds = self._state()

    def _cut_metadata(self, meta: Obj) -> None:
        self._pieces, self._between, piece = [], [], "{"
        for field, value in meta.items():
            piece += f"{quote(field)}:"
            if field in DRAWN:
                self._pieces.append(piece)
                self._between.append(field)
                piece = ","
            else:
                piece += encode(value) + ","
        self._pieces.append(piece.rstrip(",") + "}")

    def _another(self) -> Obj:
        api, kind = self._api, self._kind
        meta = dict(self._first["metadata"])
        api.admit_namespace(kind.info, meta)
        meta["name"] = api.draw_name(meta)
        meta["uid"] = api.new_uid()
        meta["resourceVersion"] = str(api.store.revision + 1)
        texts, obj = dict(self._texts), {**self._first, "metadata": meta}
        if self._volume:
            name = VOLUME_PREFIX + api.random_suffix()
            texts["spec"] = texts["spec"].replace(self._volume, f'"{name}"')
            obj["spec"] = self._with_volume(name)
        for attempt in range(NAME_ATTEMPTS):
            texts["metadata"] = "".join([
                piece + quote(meta[field]) for piece, field in zip(self._pieces, self._between, strict=False)
            ]) + self._pieces[-1]
            try:
                api.insert(kind, obj, texts)
                break
            except AlreadyExists:  # few names are taken: to look for each first would cost more than to be told
                if attempt == NAME_ATTEMPTS - 1:
                    raise
                meta["name"] = api.draw_name(meta)
        api.recorder.expect(meta["uid"])
        return obj

    def _with_volume(self, name: str) -> Obj:
        """The spec with another name of the volume that was drawn."""
        first: Obj = self._first["spec"]
        spec = dict(first)
        spec["volumes"] = [
            {**volume, "name": name} if quote(volume["name"]) == self._volume else volume for volume in first["volumes"]
        ]
        for field, place, number in self._mounts:
            if spec[field] is first[field]:
                spec[field] = list(first[field])
            container = spec[field][place] = dict(spec[field][place])
            container["volumeMounts"] = list(container["volumeMounts"])
            container["volumeMounts"][number] = {**container["volumeMounts"][number], "name": name}
        return spec
