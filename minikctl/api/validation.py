"""Every rule that an object breaks: its metadata's, its kind's own, and what its schema says besides.

Upstream's order: ObjectMeta first, then the kind. A kind's own validation speaks for the fields that it looks at; what
the JSON Schema finds at a place of which nothing was said is added after it, unless the kind's own rules are all that
there are (``rules_are_whole``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Registry
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Kind

    Obj = dict[str, Any]


def field_errors(kind: Kind, obj: Obj, old: Obj | None, *, registry: Registry | None = None) -> list[FieldError]:
    """The broken rules of ``obj``, and of the change from ``old`` where it is an update, in the order to print them.

    ``registry`` has the schemas, where they are not those of the process.
    """
    from minikctl.api.decoding import schema_field_errors
    from minikctl.kinds.meta import validate_object_meta, validate_object_meta_update

    meta = obj["metadata"]
    if old is not None:
        errors = validate_object_meta_update(meta, old["metadata"])
    else:
        errors = validate_object_meta(meta, namespaced=kind.info.namespaced, name_format=kind.name_format)
    has_schema = not kind.info.custom and not kind.rules_are_whole  # a custom kind's schema has spoken already
    found = schema_field_errors(obj, kind.info.api_version, kind.info.kind, registry=registry) if has_schema else []
    # Of minikctl's own kinds types are rules, as of custom kinds: the kind's own rules are for what has the right ones.
    if not any(" in body must be of type " in error.detail for error in found):
        errors = [*errors, *(kind.validate(obj) if old is None else kind.validate_update(obj, old))]
    said = {error.path for error in errors}
    return errors + [error for error in found if not _is_said(error.path, said)]


def _is_said(path: str, said: set[str]) -> bool:
    """Whether ``path``, or what it stands in (``spec.strategy`` for ``spec.strategy.type``), has been spoken of."""
    while path:
        if path in said:
            return True
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return False
