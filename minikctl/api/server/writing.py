"""Storing what the API has admitted: the columns that look-ups need, sums, and objects of which only a part changes."""

from __future__ import annotations

from minikctl.api.server.receiving import Receiving
from minikctl.errors import Conflict, NotFound
from minikctl.store.texts import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Kind
    from minikctl.store import Stored

    Obj = dict[str, Any]


class Writing(Receiving):
    """The part of ``Api`` that writes to the store. It asks no rules: they have been asked."""

    def insert(self, kind: Kind, obj: Obj, texts: dict[str, str] | None = None) -> None:
        """Store a new object that has been admitted; ``texts``: its fields as JSON, where they are at hand."""
        stored = _stored(kind, obj)
        self.store.insert(kind.info.resource, stored, self._now, _ref(kind, obj), kind.sums(None, obj)[1], texts)

    def _replace(self, kind: Kind, obj: Obj, old: Obj) -> None:
        """Store ``obj`` in the place of ``old``."""
        obj, old = _stored(kind, obj), _stored(kind, old)
        self.store.replace(kind.info.resource, obj, old, self._now, _ref(kind, obj), kind.sums(old, obj))
        if self.dry_run:
            obj["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]

    def _replace_parts(
        self, kind: Kind, stored: Stored, before: Obj, after: Obj, texts: dict[str, str], *, shared: bool = False
    ) -> None:
        """Store ``after`` in the place of ``before``, which is ``stored``; ``texts`` are its fields as JSON."""
        sums = kind.sums(before, after)
        self.store.replace_parts(
            kind.info.resource, stored, before, after, texts, self._now, _ref(kind, after), sums, shared=shared
        )

    def touch(self, obj: Obj) -> Obj:
        """Store an object once more as it is stored, under a new version: what is kept beside it has changed."""
        again = {**obj, "metadata": dict(obj["metadata"])}
        self._replace(self.kind_of(obj), again, obj)
        return again

    def _remove(self, kind: Kind, old: Obj) -> None:
        """Take an object out of the store."""
        self.store.remove(kind.info.resource, old, self._now, kind.sums(old, None)[0])

    def bind(self, pod: Obj) -> Obj:
        """Put a Pod on the node in its spec.nodeName, with the status that it has (upstream: the binding subresource).

        What is returned is for looking only, and ``pod`` then too.
        """
        meta, node = pod["metadata"], pod["spec"]["nodeName"]
        stored = self.store.find("pods", meta["namespace"], meta["name"])
        if stored is None:
            raise NotFound("pods", meta["name"])
        if stored.ref:
            raise Conflict(
                "pods/binding", meta["name"], f'pod {meta["name"]} is already assigned to node "{stored.ref}"'
            )
        if meta.get("resourceVersion") == str(stored.revision):
            # As it was read but for node and status: it need not be read again.
            spec_before = {field: value for field, value in pod["spec"].items() if field != "nodeName"}
            before = {**pod, "metadata": dict(meta), "spec": spec_before, "status": stored.look("status")}
        else:
            before = stored.load()
        after = {
            **before, "metadata": dict(before["metadata"]), "spec": {**before["spec"], "nodeName": node},
            "status": pod.get("status") or {},
        }
        spec = stored.texts["spec"]
        # A field that is new stands last: the text of the others stays.
        added = f'{spec[:-1]},"nodeName":{encode(node)}}}' if '"nodeName"' not in spec else encode(after["spec"])
        texts = {**stored.texts, "spec": added, "status": encode(after["status"])}
        self._replace_parts(self.kind_of(pod), stored, before, after, texts, shared=True)
        return after


def _ref(kind: Kind, obj: Obj) -> str | None:
    """What the store shall look the object up by: "" where the field is not set, None for kinds without such a field."""
    if not kind.ref_path:
        return None
    value: Any = obj
    for field in kind.ref_path:
        value = value.get(field) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""

def _stored(kind: Kind, obj: Obj) -> Obj:
    """An object with the apiVersion in which its kind is stored."""
    wanted = kind.stored_api_version
    return {**obj, "apiVersion": wanted} if wanted and obj["apiVersion"] != wanted else obj
