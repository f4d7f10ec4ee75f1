"""Objects of kinds that users define: what their CustomResourceDefinition says, as hooks.

One ``CustomResource`` stands for one version of such a kind; ``kinds.custom`` makes it when it is first asked for.
Upstream: ``apiextensions-apiserver/pkg/registry/customresource`` (strategy, validator, tableconvertor) and
``pkg/apiserver/customresource_handler.go``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind, PathColumn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.custom import CustomKindInfo

    Obj = dict[str, Any]

INT32 = 1 << 31
_AGE = PathColumn("AGE", "date", ".metadata.creationTimestamp")
_BLOCKING = frozenset({"Unsupported value", "Required value", "Too long", "Too many"})


class CustomResource(Kind):
    """The hooks of one version of a kind."""

    has_generation = True

    def __init__(self, info: CustomKindInfo) -> None:
        super().__init__(info)
        self.custom = info
        version = info.version_spec
        self.schema = info.schema
        self._ruled: frozenset[int] | None = None
        self.stored_api_version = info.storage_api_version
        subresources: Obj = version.get("subresources") or {}
        self.has_status = "status" in subresources
        self.scale: Obj | None = subresources.get("scale")
        self.field_labels = tuple(
            field["jsonPath"].removeprefix(".") for field in version.get("selectableFields") or ()
        )
        self.path_columns = tuple(
            PathColumn(each["name"].upper(), each.get("type", "string"), each["jsonPath"], wide=bool(each.get("priority")))
            for each in version.get("additionalPrinterColumns") or ()
        ) or (_AGE,)
        self.columns = (Column("NAME"), *(Column(column.name, wide=column.wide) for column in self.path_columns))
        if version.get("deprecated"):
            words = f"{info.api_version} {info.kind} is deprecated"
            self.request_warning = version.get("deprecationWarning") or words

    @property
    def ruled(self) -> frozenset[int]:
        """The nodes of the schema that have CEL rules in them; see ``structure.ruled_nodes``."""
        if self._ruled is None:
            from minikctl.kinds.customresource.structure import ruled_nodes

            self._ruled = ruled_nodes(self.schema)
        return self._ruled

    # -- what the API server does on the way in ---------------------------------------------------------------------

    def read(self, obj: Obj) -> Obj:
        """See ``Kind.read``: in this version, with what its schema says now (objects may be older than it)."""
        from minikctl.kinds.customresource.structure import default, prune, prune_nulls

        obj["apiVersion"] = self.info.api_version
        if not self.custom.preserves_unknown_fields:
            prune(obj, self.schema, root=True)
        prune_nulls(obj, self.schema)
        default(obj, self.schema)
        return obj

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.customresource.structure import default, prune_nulls

        prune_nulls(obj, self.schema)
        default(obj, self.schema)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``: the schema's rules, then what concerns whole lists and embedded objects, then CEL."""
        return self._errors(obj, None)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what has not changed may stay wrong."""
        return self._errors(obj, old)

    def _errors(self, obj: Obj, old: Obj | None) -> list[FieldError]:
        from minikctl.errors import invalid
        from minikctl.kinds.customresource import expressions, rules

        errors = rules.schema_errors(obj, self.schema) if old is None else rules.schema_errors(obj, self.schema, old)
        errors += self._scale_errors(obj)
        errors += rules.embedded_errors(obj, self.schema)
        errors += rules.list_errors(obj, self.schema)
        if any(error.kind in _BLOCKING or " in body must be of type " in error.detail for error in errors):
            if self.ruled:
                errors.append(invalid(
                    rules.NO_PATH, None,
                    "some validation rules were not checked because the object was invalid; correct the existing errors to "
                    "complete validation",
                ))
            return errors
        return errors + expressions.rule_errors(obj, self.schema, old, self.ruled)

    def _scale_errors(self, obj: Obj) -> list[FieldError]:
        """Replicas are whole numbers that are not negative (upstream: ``ValidateScaleSpec``, ``ValidateScaleStatus``)."""
        from minikctl.errors import invalid

        errors: list[FieldError] = []
        for field in ("specReplicasPath", "statusReplicasPath") if self.scale else ():
            path: str = (self.scale or {})[field]
            value = _at(obj, path)
            if not isinstance(value, int) or isinstance(value, bool):
                continue
            if value < 0:
                errors.append(invalid(path, value, "should be a non-negative integer"))
            elif value >= INT32:
                errors.append(invalid(path, value, f"should be less than or equal to {INT32 - 1}"))
        return errors

    def warnings(self, obj: Obj) -> list[str]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.warnings``: a version that is deprecated, and rules that cannot be evaluated."""
        from minikctl.kinds.customresource import expressions

        found = [self.request_warning] if self.request_warning else []
        if self.ruled and not expressions.is_available():
            found.append(expressions.NOT_AVAILABLE.format(kind=self.info.kind))
        return found

    # -- capabilities ------------------------------------------------------------------------------------------------

    def scale_paths(self) -> tuple[str, str] | None:
        """See ``Kind.scale_paths``."""
        if self.scale is None:
            return None
        return self.scale["specReplicasPath"].lstrip("."), self.scale["statusReplicasPath"].lstrip(".")

    def scale_selector(self, obj: Obj) -> str:
        """See ``Kind.scale_selector``: the text at the scale subresource's labelSelectorPath."""
        text = _at(obj, (self.scale or {}).get("labelSelectorPath") or "")
        return text if isinstance(text, str) else ""

    def selector(self, obj: Obj) -> Obj | None:
        """See ``Kind.selector``: the text at the scale subresource's labelSelectorPath."""
        text = _at(obj, (self.scale or {}).get("labelSelectorPath") or "")
        if not isinstance(text, str) or not text:
            return None
        from minikctl.lib import labels

        try:
            parsed = labels.parse(text)
        except ValueError:
            return None
        pairs = [part.partition("=") for part in text.replace("==", "=").split(",")]
        if not parsed.empty and all(equals and not key.endswith("!") for key, equals, _ in pairs):
            return {"matchLabels": {key.strip(): value.strip() for key, _, value in pairs}}
        return None


def _at(obj: Obj, path: str) -> Any:
    """The value at a simple JSON path (``.spec.replicas``), None where there is none."""
    value: Any = obj
    for step in path.strip(".").split(".") if path else ():
        value = value.get(step) if isinstance(value, dict) else None
    return value if path else None
