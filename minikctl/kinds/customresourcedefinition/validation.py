"""The rules of a CustomResourceDefinition but those of its schemas (see ``schemas``).

Upstream: ``apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``. What all versions say alike upstream
moves to the top of the spec before it is validated, so that the schema of an only version is wrong at
``spec.validation.openAPIV3Schema``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required
from minikctl.kinds.customresourcedefinition.approval import ANNOTATION, INVALID, MISSING, approval_state, is_protected
from minikctl.kinds.meta import validate_immutable_field
from minikctl.lib.names import is_dns1035_label, is_dns1123_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
SCOPES = ("Cluster", "Namespaced")
STRATEGIES = ("None", "Webhook")
MOST_WARNING = 256
MOST_SELECTABLE = 8


def validate_definition(obj: Obj, old: Obj | None) -> list[FieldError]:
    """Every broken rule of a definition, and of the change from ``old`` where it is an update, in upstream's order."""
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    names = spec.get("names") or {}
    name = obj["metadata"].get("name") or ""
    if old is None and name and name != f"{names.get('plural', '')}.{spec.get('group', '')}":
        errors.append(invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'))
    errors += validate_spec(spec)
    if old is not None:
        errors += _validate_unchanged(spec, old)
    errors += _validate_stored_versions((obj.get("status") or {}).get("storedVersions") or [], spec)
    errors += _validate_approval(obj, old)
    was = old is not None and (old.get("spec") or {}).get("preserveUnknownFields")
    if spec.get("preserveUnknownFields") and not was:
        errors.append(invalid(
            "spec.preserveUnknownFields", value=True,
            detail="cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ))
    return errors


def _validate_unchanged(spec: Obj, old: Obj) -> Iterator[FieldError]:
    """What may not change, some of it once the kind was established (its objects are stored by it)."""
    from minikctl.kinds.custom import is_established

    was = old.get("spec") or {}
    names, old_names = spec.get("names") or {}, was.get("names") or {}
    if is_established(old):
        yield from validate_immutable_field(spec.get("scope"), was.get("scope"), "spec.scope")
        yield from validate_immutable_field(names.get("kind"), old_names.get("kind"), "spec.names.kind")
    yield from validate_immutable_field(spec.get("group"), was.get("group"), "spec.group")
    yield from validate_immutable_field(names.get("plural"), old_names.get("plural"), "spec.names.plural")


def validate_spec(spec: Obj) -> list[FieldError]:
    """Every broken rule of a definition's spec."""
    errors: list[FieldError] = []
    group = spec.get("group") or ""
    if not group:
        errors.append(required("spec.group"))
    elif messages := is_dns1123_subdomain(group):
        errors.append(invalid("spec.group", group, ",".join(messages)))
    elif "." not in group:
        errors.append(invalid("spec.group", group, "should be a domain with at least one dot"))
    errors += _validate_word(spec.get("scope"), SCOPES, "spec.scope")
    versions: list[Obj] = spec.get("versions") or []
    errors += [
        required(f"spec.versions[{index}].schema.openAPIV3Schema", "schemas are required")
        for index, version in enumerate(versions) if _schema(version) is None
    ]
    shared = {field: _is_shared(versions, field) for field in _SHARED}
    for index, version in enumerate(versions):
        errors += _validate_version(version, f"spec.versions[{index}]", shared)
    version_names = [version.get("name") for version in versions]
    if len(set(version_names)) < len(version_names):
        errors.append(invalid("spec.versions", _shown(versions, shared), "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        errors.append(invalid(
            "spec.versions", _shown(versions, shared), "must have exactly one version marked as storage version",
        ))
    errors += validate_names(spec.get("names") or {}, "spec.names")
    if versions:
        errors += _validate_shared(versions[0], shared, versions)
    errors += _validate_conversion(spec.get("conversion"), "spec.conversion")
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# Versions
# ---------------------------------------------------------------------------------------------------------------------

#: what moves to the top of the spec where all versions say it alike
_SHARED = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")


def _schema(version: Obj) -> Obj | None:
    found = (version.get("schema") or {}).get("openAPIV3Schema")
    return found if isinstance(found, dict) else None


def _is_shared(versions: list[Obj], field: str) -> bool:
    return bool(versions) and bool(versions[0].get(field)) and all(
        version.get(field) == versions[0][field] for version in versions
    )


def _shown(versions: list[Obj], shared: dict[str, bool]) -> list[Obj]:
    """Versions as upstream's error shows them: by the names of Go's fields."""
    return [
        {
            "Name": version.get("name", ""), "Served": bool(version.get("served")), "Storage": bool(version.get("storage")),
            "Deprecated": bool(version.get("deprecated")), "DeprecationWarning": version.get("deprecationWarning"),
            **{
                field[0].upper() + field[1:]: None if shared[field] else version.get(field) for field in _SHARED
            },
        }
        for version in versions
    ]


def _validate_version(version: Obj, path: str, shared: dict[str, bool]) -> Iterator[FieldError]:
    name = version.get("name") or ""
    if messages := is_dns1035_label(name):
        yield invalid(f"{path}.name", name, ",".join(messages))
    warning = version.get("deprecationWarning")
    if warning is not None:
        for message in _warning_problems(warning, deprecated=bool(version.get("deprecated"))):
            yield invalid(f"{path}.deprecationWarning", warning, message)
    yield from _validate_parts(version, path, f"{path}.schema", [field for field in _SHARED if not shared[field]])


def _validate_shared(version: Obj, shared: dict[str, bool], versions: list[Obj]) -> Iterator[FieldError]:
    status = any("status" in (each.get("subresources") or {}) for each in versions)
    yield from _validate_parts(version, "spec", "spec.validation", [f for f in _SHARED if shared[f]], status=status)


def _validate_parts(
    version: Obj, path: str, schema_path: str, fields: list[str], *, status: bool | None = None
) -> Iterator[FieldError]:
    """The parts of a version that may stand at the top of the spec."""
    subresources = version.get("subresources") or {}
    schema = _schema(version)
    if "schema" in fields and schema is not None:
        from minikctl.kinds.customresourcedefinition.schemas import validate_schema

        has_status = "status" in subresources if status is None else status
        yield from validate_schema(schema, f"{schema_path}.openAPIV3Schema", has_status=has_status)
    if "subresources" in fields:
        yield from _validate_scale(subresources.get("scale"), f"{path}.subresources")
    if "additionalPrinterColumns" in fields:
        for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
            yield from _validate_column(column, f"{path}.additionalPrinterColumns[{index}]")
    if "selectableFields" in fields:
        yield from _validate_selectable(version.get("selectableFields") or [], schema or {}, f"{path}.selectableFields")


def _warning_problems(text: str, *, deprecated: bool) -> list[str]:
    if not deprecated:
        return ["can only be set for deprecated versions"]
    problems = []
    if len(text.encode()) > MOST_WARNING:
        problems.append(f"must be <= {MOST_WARNING} characters long")
    if not text:
        problems.append("must not be an empty string")
    for index, char in enumerate(text):
        if not char.isprintable():
            at = len(text[:index].encode())
            problems.append(f"must only contain printable UTF-8 characters; non-printable character found at index {at}")
            break
    return problems


def _validate_scale(scale: Obj | None, path: str) -> Iterator[FieldError]:
    if scale is None:
        return
    for field, prefix in (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")):
        text, where = scale.get(field) or "", f"{path}.scale.{field}"
        if not text:
            yield required(where)
        elif not text.startswith("."):
            yield invalid(where, text, "must be a simple json path starting with .")
        elif not text.startswith(prefix):
            yield invalid(where, text, f"should be a json path under {prefix[:-1]}")
    text, where = scale.get("labelSelectorPath") or "", f"{path}.scale.labelSelectorPath"
    if text and not text.startswith("."):
        yield invalid(where, text, "must be a simple json path starting with .")
    elif text and not text.startswith((".spec.", ".status.")):
        yield invalid(where, text, "should be a json path under either .spec or .status")


def _validate_column(column: Obj, path: str) -> Iterator[FieldError]:
    if not column.get("name"):
        yield required(f"{path}.name")
    kinds = f"must be one of {','.join(COLUMN_TYPES)}"
    if not column.get("type"):
        yield required(f"{path}.type", kinds)
    elif column["type"] not in COLUMN_TYPES:
        yield invalid(f"{path}.type", column["type"], kinds)
    if column.get("format") and column["format"] not in COLUMN_FORMATS:
        yield invalid(f"{path}.format", column["format"], f"must be one of {','.join(COLUMN_FORMATS)}")
    if not column.get("jsonPath"):
        yield required(f"{path}.JSONPath")
    elif not column["jsonPath"].startswith("."):
        yield invalid(f"{path}.JSONPath", column["jsonPath"], "must be a simple json path starting with .")


def _validate_selectable(fields: list[Obj], schema: Obj, path: str) -> Iterator[FieldError]:
    """Fields that --field-selector takes are scalars (upstream: ``ValidateCustomResourceSelectableFields``)."""
    from minikctl.errors import duplicate, too_many

    if len(fields) > MOST_SELECTABLE:
        yield too_many(path, len(fields), MOST_SELECTABLE)
    seen = set()
    for index, field in enumerate(fields):
        text, where = field.get("jsonPath") or "", f"{path}[{index}].jsonPath"
        if not text:
            yield required(where)
            continue
        if text.startswith(".metadata.") or text == ".metadata":
            yield invalid(where, text, "must not point to fields in metadata")
            continue
        node: Any = schema
        for step in text.removeprefix(".").split("."):
            node = (node.get("properties") or {}).get(step) if isinstance(node, dict) else None
        if not text.startswith(".") or not isinstance(node, dict):
            yield invalid(where, text, "is an invalid path: does not refer to a valid field")
        elif node.get("type") not in ("string", "boolean", "integer"):
            yield invalid(where, text, "must point to a field of type string, boolean or integer. Enum string fields and "
                          "strings with formats are allowed.")
        elif text in seen:
            yield duplicate(where, text)
        seen.add(text)


# ---------------------------------------------------------------------------------------------------------------------
# The rest
# ---------------------------------------------------------------------------------------------------------------------


def _validate_word(value: str | None, accepted: tuple[str, ...], path: str) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in accepted else [not_supported(path, value, accepted)]


def validate_names(names: Obj, path: str) -> Iterator[FieldError]:
    """The names of a kind (upstream: ``ValidateCustomResourceDefinitionNames`` and what the spec demands)."""
    for field in ("plural", "singular", "kind", "listKind"):
        if not names.get(field):
            yield required(f"{path}.{field}")
    for field in ("plural", "singular"):
        if names.get(field) and (messages := is_dns1035_label(names[field])):
            yield invalid(f"{path}.{field}", names[field], ",".join(messages))
    for field in ("kind", "listKind"):
        if names.get(field) and (messages := is_dns1035_label(names[field].lower())):
            detail = "may have mixed case, but should otherwise match: " + ",".join(messages)
            yield invalid(f"{path}.{field}", names[field], detail)
    yield from _validate_labels(names.get("shortNames") or (), f"{path}.shortNames")
    if names.get("kind") and names["kind"] == names.get("listKind"):
        yield invalid(f"{path}.listKind", names["listKind"], "kind and listKind may not be the same")
    yield from _validate_labels(names.get("categories") or (), f"{path}.categories")


def _validate_labels(values: Any, path: str) -> Iterator[FieldError]:
    for index, value in enumerate(values):
        if messages := is_dns1035_label(value):
            yield invalid(f"{path}[{index}]", value, ",".join(messages))


def _validate_conversion(conversion: Obj | None, path: str) -> Iterator[FieldError]:
    if conversion is None:
        return
    yield from _validate_word(conversion.get("strategy"), STRATEGIES, f"{path}.strategy")
    webhook = conversion.get("webhook") or {}
    config, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if conversion.get("strategy") == "Webhook":
        if config is None:
            yield required(f"{path}.webhookClientConfig", "required when strategy is set to Webhook")
        elif bool(config.get("url")) == bool(config.get("service")):
            yield required(f"{path}.webhookClientConfig", "exactly one of url or service is required")
        if not versions:
            yield required(f"{path}.conversionReviewVersions")
        elif not {"v1", "v1beta1"} & set(versions):
            yield invalid(f"{path}.conversionReviewVersions", versions, "must include at least one of v1, v1beta1")
        return
    if config is not None:
        yield forbidden(f"{path}.webhookClientConfig", "should not be set when strategy is not set to Webhook")
    if versions:
        yield forbidden(f"{path}.conversionReviewVersions", "should not be set when strategy is not set to Webhook")


def _validate_stored_versions(stored: list[str], spec: Obj) -> Iterator[FieldError]:
    """Versions in which objects may be stored have to be there still."""
    path = "status.storedVersions"
    if not stored:
        yield invalid(path, [], "must have at least one stored version")
        return
    names = [version.get("name") for version in spec.get("versions") or ()]
    for index, name in enumerate(stored):
        if name not in names:
            yield invalid(f"{path}[{index}]", name, "missing from spec.versions; "
                          f"{name} was previously a storage version, and must remain in spec.versions until a storage "
                          "migration ensures no data remains persisted in "
                          f"{name} and removes {name} from status.storedVersions")


def _validate_approval(obj: Obj, old: Obj | None) -> Iterator[FieldError]:
    """Kinds in groups of the community's have to be approved, or to say that they are not."""
    if not is_protected((obj.get("spec") or {}).get("group") or ""):
        return
    annotations = obj["metadata"].get("annotations") or {}
    state, reason = approval_state(annotations)
    if old is not None and approval_state(old["metadata"].get("annotations") or {})[0] == state:
        return
    path = f"metadata.annotations[{ANNOTATION}]"
    if state == MISSING:
        yield required(path, reason)
    elif state == INVALID:
        yield invalid(path, annotations[ANNOTATION], reason)
