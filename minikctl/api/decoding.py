"""What the API server does with the body of a request before it looks at its meaning: decode it against its kind.

A body that fits its schema is accepted by ``accepting`` and is never shown to jsonschema; all others are, and what it
finds is told in the API server's words (``decode_errors``). kubectl sends objects with their keys sorted, so "the
first" error is the first in that order. Upstream: ``apiserver/pkg/endpoints/handlers/create.go``, ``rest.go``
(``transformDecodeError``, field validation) and apimachinery's JSON serializer.
"""

from __future__ import annotations

from minikctl.api.accepting import CLEAN, NO, acceptor_for
from minikctl.api.schemas import default_registry
from minikctl.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Registry, Schema
    from minikctl.errors import FieldError

    Obj = dict[str, Any]

STRICT, WARN, IGNORE = "strict", "warn", "ignore"


class Decoded:
    """What came of decoding an object.

    ``obj`` is the object as it is kept: without unknown fields and nulls, in canonical spelling (the very same dict
    where nothing was to be done; otherwise parts may be shared with it). ``unknown`` are the paths of unknown fields,
    in the order in which they are met. ``error`` is why it does not decode at all, "" where it does; ``obj`` is then
    the object as it came.
    """

    __slots__ = ("error", "obj", "unknown")

    def __init__(self, obj: Obj, unknown: list[str], error: str) -> None:
        self.obj = obj
        self.unknown = unknown
        self.error = error

    @property
    def strict_error(self) -> str:
        """The unknown fields as one error: ``strict decoding error: unknown field "spec.replica"``; "" without any."""
        return "strict decoding error: " + ", ".join(self.warnings) if self.unknown else ""

    @property
    def warnings(self) -> list[str]:
        """The unknown fields as warnings: ``unknown field "spec.replica"``."""
        return [f'unknown field "{path}"' for path in self.unknown]


def check(obj: Obj, api_version: str, kind: str, *, registry: Registry | None = None) -> Decoded:
    """Decode ``obj`` as ``kind`` of ``api_version``. A kind without a schema takes everything."""
    schema = (registry or default_registry()).schema_for(api_version, kind)
    return Decoded(obj, [], "") if schema is None else check_against(obj, schema)


def check_against(obj: Obj, schema: Schema) -> Decoded:
    """Decode ``obj`` against the schema of its kind. What is nested too deeply for Python does not decode."""
    try:
        return _decode(obj, schema)
    except RecursionError:
        # Only kinds that contain themselves get here (a schema in a CustomResourceDefinition). The words are Go's.
        return Decoded(obj, [], "exceeded max depth")


def _decode(obj: Obj, schema: Schema) -> Decoded:
    verdict = acceptor_for(schema)(obj)
    if verdict == CLEAN:
        return Decoded(obj, [], "")
    unknown: list[str] = []
    if verdict == NO:
        from minikctl.api.decode_errors import decode_errors

        unknown, error = decode_errors(obj, schema)
        # A custom resource decodes whatever its types are; they are a matter of validation.
        if error and not schema.custom:
            return Decoded(obj, unknown, error)
    from minikctl.api.tidying import tidy

    return Decoded(tidy(obj, schema), unknown, "")


def decode(
    obj: Obj, api_version: str, kind: str, validation: str = STRICT, *, registry: Registry | None = None
) -> tuple[Obj, list[str]]:
    """Decode the body of a create or update; return the object as it is kept and the warnings to send.

    ``validation`` says what becomes of unknown fields: ``strict`` refuses the object, ``warn`` and ``ignore`` drop
    them.
    Raises BadRequest in the API server's words.
    """
    decoded = check(obj, api_version, kind, registry=registry)
    error = decoded.error or (decoded.strict_error if validation == STRICT else "")
    if error:
        version = api_version.rpartition("/")[2]
        raise BadRequest(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}')
    return decoded.obj, decoded.warnings if validation == WARN else []


def check_metadata(obj: Obj, *, registry: Registry | None = None) -> str:
    """Why kubectl itself does not take the metadata of a manifest, "" where it does.

    ``json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string``. kubectl reads the
    metadata (and nothing else) into its Go type before it sends anything; unknown fields do not matter to it. Upstream:
    cli-runtime's ``metadataValidatingDecoder``, whose message comes after ``unable to decode "FILE": ``.
    """
    schemas = registry or default_registry()
    name = f"{schemas.folder}/_common/metadataOnlyObject.json"
    schema = schemas.loaded(name) or schemas.add("", "metadataOnlyObject", {
        "title": "metadataOnlyObject",
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"$ref": "ObjectMeta.json"},
        },
    }, document=name)
    if acceptor_for(schema)(obj) != NO:
        return ""
    from minikctl.api.decode_errors import decode_errors

    return decode_errors(obj, schema)[1]


def write_out(obj: Obj, api_version: str, kind: str, *, registry: Registry | None = None) -> Obj:
    """Put into ``obj`` what the API server writes of a kind even where nobody gave it (``resources: {}``), in place.

    The last step before an object is stored or shown, after its defaults. Returns ``obj``.
    """
    schema = (registry or default_registry()).schema_for(api_version, kind)
    if schema is not None and not schema.custom:
        from minikctl.api.tidying import written

        written(obj, schema)
    return obj


def schema_field_errors(
    obj: Obj, api_version: str, kind: str, *, registry: Registry | None = None
) -> list[FieldError]:
    """The rules of the schema (required, enum, ranges, patterns ...) that a decoded object breaks; see ``rules``."""
    schema = (registry or default_registry()).schema_for(api_version, kind)
    if schema is None:
        return []
    from minikctl.api.rules import keeps_rules, rule_errors

    return [] if keeps_rules(obj, schema) else rule_errors(obj, schema)
