"""Patches: the three kinds that the API takes, and the ones that verbs make.

``Patch`` is what verbs hold: made from a user's words (``from_text``), or from objects (``three_way`` for apply,
``two_way`` for edit and the like); ``patch.apply(obj)`` gives the patched object or the API server's answer. The
semantics stand in ``strategic``, ``jsonmerge`` and ``jsonpatch``, the annotation of apply in ``lastapplied``.
"""

from __future__ import annotations

from minikctl.api.patches.words import ConflictError, PatchError, UnsupportedMediaType
from minikctl.errors import BadRequest, MinikctlError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Schema

    Obj = dict[str, Any]

__all__ = [
    "JSON", "MERGE", "STRATEGIC", "ConflictError", "Patch", "PatchError", "UnsupportedMediaType", "from_text",
    "three_way", "two_way",
]

STRATEGIC, MERGE, JSON = "strategic", "merge", "json"


class Patch:
    """A patch and how it is applied. ``kind`` is strategic, merge or json, ``content`` the decoded patch."""

    __slots__ = ("content", "kind", "schema")

    def __init__(self, kind: str, content: Any, schema: Schema | None = None) -> None:
        self.kind = kind
        self.content = content
        #: what a strategic merge patch goes by
        self.schema = schema

    def __repr__(self) -> str:
        return f"Patch({self.kind}, {self.content!r})"

    def apply(self, obj: Obj) -> Obj:
        """Return ``obj`` (which stays as it is) with the patch applied, as the API server does.

        Raises StatusError: BadRequest, RequestInvalid, or one without a reason.
        """
        try:
            patched = self.apply_locally(obj)
        except PatchError as error:
            raise error.answer() from error
        _check_identity(patched, obj)
        return patched

    def apply_locally(self, obj: Obj) -> Obj:
        """``apply`` with the errors as a client has them (``patch --local``). Raises PatchError."""
        if self.kind == JSON:
            from minikctl.api.patches import jsonpatch

            return _object(jsonpatch.apply(obj, self.content))
        if self.kind == MERGE:
            from minikctl.api.patches import jsonmerge

            return _object(jsonmerge.apply(obj, self.content))
        from minikctl.api.patches import strategic

        return strategic.apply(obj, self.content, self.schema)


def _check_identity(patched: Obj, obj: Obj) -> None:
    """A patch must not make another object of it. Raises BadRequest (upstream: ``checkName`` in handlers/rest.go)."""
    for field, words in (("apiVersion", "API version"), ("kind", "kind")):
        if patched.get(field) != obj.get(field):
            found, wanted = patched.get(field) or "", obj.get(field)
            raise BadRequest(f"the {words} in the data ({found}) does not match the expected {words} ({wanted})")
    meta, was = patched.get("metadata"), obj["metadata"]
    name = meta.get("name") if isinstance(meta, dict) else None
    if not name:
        raise BadRequest(f"the name of the object ({was['name']} based on URL) was undeterminable: name must be provided")
    for field, words in (("name", "name"), ("namespace", "namespace")):
        found, wanted = meta.get(field), was.get(field)  # type: ignore[union-attr]
        if found and wanted and found != wanted:
            raise BadRequest(f"the {words} of the object ({found}) does not match the {words} on the URL ({wanted})")


def _object(value: Any) -> Obj:
    if not isinstance(value, dict):
        raise PatchError("the patched value is no object", 422)
    return value


def three_way(original: Obj, modified: Obj, current: Obj, *, overwrite: bool = True) -> Patch:
    """Return the patch by which ``kubectl apply`` brings ``current`` to ``modified``; its content may be empty.

    ``original`` is what was applied last. Built-in kinds get a strategic merge patch, others a JSON merge patch.
    Raises PatchError (ConflictError with ``overwrite=False``), MinikctlError where the object's identity would change.
    """
    schema = _schema(current)
    if schema is not None:
        from minikctl.api.patches import strategic

        return Patch(
            STRATEGIC, strategic.create_three_way(original, modified, current, schema, overwrite=overwrite), schema
        )
    from minikctl.api.patches import jsonmerge

    patch = jsonmerge.create_three_way(original, modified, current)
    if not all(jsonmerge.require_unchanged(*path)(patch) for path in _IDENTITY):
        raise MinikctlError("At least one of apiVersion, kind and name was changed")
    return Patch(MERGE, patch)


_IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"))


def two_way(original: Obj, modified: Obj) -> Patch:
    """Return the patch that makes ``modified`` of ``original``, as ``kubectl edit`` and others send it."""
    schema = _schema(original)
    if schema is not None:
        from minikctl.api.patches import strategic

        return Patch(STRATEGIC, strategic.create_two_way(original, modified, schema), schema)
    from minikctl.api.patches import jsonmerge

    return Patch(MERGE, jsonmerge.create_two_way(original, modified))


def from_text(text: str, kind: str, api_version: str, object_kind: str) -> Patch:
    """Return the patch that a user wrote as JSON or YAML, of ``kind`` strategic, merge or json, for a kind of object.

    Raises MinikctlError where a client cannot read it, BadRequest where the API server would not,
    UnsupportedMediaType for a strategic patch of a kind that is not built in. Upstream: kubectl ``patch``,
    apiserver ``handlers/patch.go``.
    """
    content = _decode(text, kind)
    if kind == JSON:
        return Patch(JSON, content)
    if kind == MERGE:
        if content is None:
            raise BadRequest("Invalid JSON Patch")
        return Patch(MERGE, content)
    schema = _schema({"apiVersion": api_version, "kind": object_kind})
    if schema is None:
        raise UnsupportedMediaType
    return Patch(STRATEGIC, content or {}, schema)


def _decode(text: str, kind: str) -> Any:
    """Read a patch as kubectl and then the API server do: what begins with a brace is JSON, other text YAML."""
    from minikctl.api.manifests.streams import StreamError, load_json, load_yaml
    from minikctl.lib.gojsonsyntax import JSONSyntaxError

    if text.lstrip().startswith("{"):
        try:
            content = load_json(text)
        except JSONSyntaxError as error:
            words = str(error)
            raise BadRequest(f"error decoding patch: {words}" if kind == MERGE else words) from error
    else:
        try:
            content = load_yaml(text.encode("utf-8", "replace"), 1).value
        except StreamError as error:
            words = str(error).removeprefix("error converting YAML to JSON: ")
            raise MinikctlError(f"unable to parse {quote(text)}: {words}") from error
    if kind != JSON and content is not None and not isinstance(content, dict):
        from minikctl.api.patches.jsonpatch import json_type

        words = f"json: cannot unmarshal {json_type(content)} into Go value of type map[string]interface {{}}"
        raise BadRequest(f"error decoding patch: {words}" if kind == MERGE else words)
    return content


def _schema(obj: Obj) -> Schema | None:
    """The schema of a built-in kind; None for others, which are merged without one."""
    from minikctl.api.schemas import schema_for

    version = obj.get("apiVersion") or ""
    schema = schema_for(version, obj.get("kind") or "")
    if schema is None or schema.custom or _is_own(version):
        return None
    return schema


def _is_own(api_version: str) -> bool:
    """Whether a kind is minikctl's, which to kubectl is a custom resource."""
    return api_version.partition("/")[0] == "minikctl.dev"
