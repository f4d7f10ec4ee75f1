"""What the API server does with the body of a request for a custom resource before it looks at its meaning.

Nothing of it is typed but the metadata: what the schema does not specify is pruned (an error where the client asked for
strictness), whatever its types are. Upstream: ``apiextensions-apiserver/pkg/apiserver/customresource_handler.go``
(``schemaCoercingDecoder``, ``unstructuredSchemaCoercer``).
"""

from __future__ import annotations

from minikctl.api.decoding import STRICT, WARN, Decoded, check_against
from minikctl.api.schemas import Schema, default_registry
from minikctl.errors import BadRequest, MethodNotAllowed, RequestInvalid, invalid
from minikctl.kinds.customresource.structure import prune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Registry
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


def coerce(obj: Obj, info: KindInfo, registry: Registry | None = None) -> Decoded:
    """``obj`` with metadata as its Go type has it, and without what the schema of its kind does not specify."""
    meta = Decoded({}, [], "")
    if "metadata" in obj:
        meta = check_against({"metadata": obj["metadata"]}, _metadata_schema(registry or default_registry()))
        if meta.error:
            return Decoded(obj, [], meta.error)
    out = _copy({**obj, **meta.obj})
    unknown = list(meta.unknown)
    if not info.preserves_unknown_fields:  # type: ignore[attr-defined] # only for custom kinds
        unknown += prune(out, info.schema, root=True)  # type: ignore[attr-defined]
    return Decoded(out, unknown, "")


def _metadata_schema(registry: Registry) -> Schema:
    name = f"{registry.folder}/_common/customResourceMetadata.json"
    return registry.loaded(name) or registry.add("", "customResourceMetadata", {
        "title": "customResourceMetadata", "type": "object", "properties": {"metadata": {"$ref": "ObjectMeta.json"}},
    }, document=name)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def decode(obj: Obj, info: KindInfo, validation: str = STRICT) -> tuple[Obj, list[str]]:
    """Decode the body of a create or update; return the object as it is kept and the warnings to send.

    Raises BadRequest in the API server's words.
    """
    decoded = coerce(obj, info)
    error = decoded.error or (decoded.strict_error if validation == STRICT else "")
    if error:
        raise BadRequest(f'{info.kind} in version "{info.version}" cannot be handled as a {info.kind}: {error}')
    return decoded.obj, decoded.warnings if validation == WARN else []


def decode_patched(obj: Obj, info: KindInfo, validation: str = STRICT) -> tuple[Obj, list[str]]:
    """Decode the result of a patch. Raises RequestInvalid."""
    decoded = coerce(obj, info)
    error = decoded.error or (decoded.strict_error if validation == STRICT else "")
    if error:
        from minikctl.lib.gojson import compact

        raise RequestInvalid(str(invalid("patch", compact(obj), error)))
    return decoded.obj, decoded.warnings if validation == WARN else []


def admit(info: KindInfo) -> None:
    """No objects of a kind are made while its definition goes. Raises MethodNotAllowed."""
    if "deletionTimestamp" in info.definition["metadata"]:  # type: ignore[attr-defined] # only for custom kinds
        raise MethodNotAllowed("create not allowed while custom resource definition is terminating")
