"""``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``: which resources a patch is for, and its two sorts.

Upstream: ``builtins.PatchTransformer``, ``PatchStrategicMergeTransformer``, ``PatchJson6902Transformer``.
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.kustomize.merging import merge
from minikctl.kustomize.nodes import KustomizeError, copy, from_plain, plain
from minikctl.kustomize.resource import Resource, from_text
from minikctl.kustomize.settings import load_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.loading import Loader
    from minikctl.kustomize.resmap import ResMap


class Patch:
    """An entry of ``patches``, read and made ready. Raises KustomizeError for what is no patch."""

    __slots__ = ("merges", "operations", "path", "target", "text")

    def __init__(self, fields: dict[str, Any], loader: Loader) -> None:
        text, path = (fields.get("patch") or "").strip(), fields.get("path") or ""
        self.path = path
        self.target: dict[str, Any] | None = fields.get("target")
        try:
            self.text = _text(text, path, fields, loader)
            self.merges, self.operations = _read(self.text, path)
        except KustomizeError as error:
            settings = {name: fields[name] for name in ("path", "patch", "target", "options") if fields.get(name)}
            raise KustomizeError(trouble("PatchTransformer", settings, error)) from error
        options = fields.get("options") or {}
        for each in self.merges or ():
            each.allow_name_change = bool(options.get("allowNameChange"))
            each.allow_kind_change = bool(options.get("allowKindChange"))

    def apply(self, resources: ResMap) -> None:
        """Patch what the patch is for. Raises KustomizeError."""
        if self.operations is not None:
            self._apply_operations(resources)
            return
        for patch in self.merges or ():
            if self.target is None:
                apply_merge(resources, patch)
                continue
            chosen = resources.select(self.target)
            for resource in chosen:
                own = patch.copy()
                own.fields["apiVersion"] = copy(resource.fields.get("apiVersion"))
                _merge_into(resource, own)
            check_unique(resources)

    def _apply_operations(self, resources: ResMap) -> None:
        if self.target is None:
            raise KustomizeError(f"must specify a target for JSON patch [{_shown(self.text, self.path)}]")
        for resource in resources.select(self.target):
            resource.store_previous_id()
            apply_operations(resource, self.operations)


def trouble(plugin: str, fields: dict[str, Any], error: KustomizeError) -> str:
    """What kustomize says where a builtin plugin cannot be set up: with its settings."""
    from minikctl.kustomize.texts import dump, in_order

    return f"trouble configuring builtin {plugin} with config: `\n{dump(in_order(fields))}`: {error}"


def _text(text: str, path: str, fields: dict[str, Any], loader: Loader) -> str:
    from minikctl.kustomize.texts import dump

    if not text and not path:
        raise KustomizeError(f"must specify one of patch and path in\n{dump(fields)}".rstrip("\n"))
    if text and path:
        raise KustomizeError(f"patch and path can't be set at the same time\n{dump(fields)}".rstrip("\n"))
    if not path:
        return text
    try:
        return loader.load(path)
    except KustomizeError as error:
        raise KustomizeError(f"failed to get the patch file from path({path}): {error}") from error


def _read(text: str, path: str) -> tuple[list[Resource] | None, Any]:
    """A text as strategic merge patches, or as the operations of a JSON patch."""
    operations = _operations(text)
    try:
        merges: list[Resource] | None = from_text(text)
    except KustomizeError:
        merges = None
    shown = _shown(text, path)
    if merges is not None and operations is not None:
        raise KustomizeError(f"illegally qualifies as both an SM and JSON patch: [{shown}]")
    if merges is None and operations is None:
        raise KustomizeError(f"unable to parse SM or JSON patch from [{shown}]")
    return merges, operations


def _shown(text: str, path: str) -> str:
    return f"path: {quote(path)}" if path else f"patch: {quote(text)}"


def _operations(text: str) -> list[Any] | None:
    """The operations of a JSON patch, None where the text is none."""
    import json

    try:
        # What begins with a bracket is read as JSON, which is stricter than YAML.
        found = json.loads(text) if text.startswith("[") else load_settings(text)
    except (KustomizeError, ValueError):
        return None
    return found if isinstance(found, list) and all(isinstance(each, dict) for each in found) else None


def apply_operations(resource: Resource, operations: Any) -> None:
    """Apply a JSON patch. Raises KustomizeError in the words of evanphx/json-patch."""
    from minikctl.api.patches.jsonpatch import apply
    from minikctl.api.patches.words import PatchError

    try:
        resource.node = from_plain(apply(plain(resource.node), operations))
    except PatchError as error:
        raise KustomizeError(str(error)) from error


def apply_merge(resources: ResMap, patch: Resource) -> None:
    """Apply a strategic merge patch to the resource that it names. Raises KustomizeError."""
    wanted = patch.original_id
    try:
        target = resources.by_id(wanted)
    except KustomizeError as error:
        raise KustomizeError(f'no resource matches strategic merge patch "{wanted}": {error}') from error
    _merge_into(target, patch)
    resources.drop_empty()


def _merge_into(resource: Resource, patch: Resource) -> None:
    """Upstream: ``Resource.ApplySmPatch``."""
    kind, name, namespace = resource.fields.get("kind"), resource.name, resource.namespace
    if patch.allow_name_change or patch.allow_kind_change:
        resource.store_previous_id()
    resource.node = merge(resource.fields, patch.fields)
    if not resource.node:
        return
    if not patch.allow_kind_change:
        resource.node["kind"] = kind
    if not patch.allow_name_change:
        resource.set_name(name)
    resource.set_namespace(namespace)


def check_unique(resources: ResMap) -> None:
    """Take out what was deleted. Raises KustomizeError where two resources have come to be called the same."""
    everything = [each for each in resources.resources if each.node]
    resources.resources = []
    resources.append_all(everything)


def apply_strategic(resources: ResMap, entries: list[str], loader: Loader) -> None:
    """``patchesStrategicMerge``: files, or texts. Raises KustomizeError."""
    for entry in entries:
        try:
            patches = from_text(loader.load(entry))
        except KustomizeError as missing:
            try:
                patches = from_text(entry)
            except KustomizeError:
                raise KustomizeError(
                    trouble("PatchStrategicMergeTransformer", {"paths": entries}, missing)
                ) from missing
        for patch in patches:
            apply_merge(resources, patch)


def apply_json6902(resources: ResMap, fields: dict[str, Any], loader: Loader) -> None:
    """One entry of ``patchesJson6902``. Raises KustomizeError."""
    target = fields.get("target")
    path, text = fields.get("path") or "", fields.get("patch") or ""
    settings = {key: value for key, value in (("target", target), ("path", path), ("jsonOp", text)) if value}
    try:
        if not (target or {}).get("name"):
            raise KustomizeError("must specify the target name")  # noqa: TRY301 - one answer for all of them
        if bool(path) == bool(text):
            both = "must specify a json patch file path or a jsonOp" if path else "empty file path and empty jsonOp"
            raise KustomizeError(both)  # noqa: TRY301
        operations = _operations(loader.load(path) if path else text)
        if operations is None:
            raise KustomizeError("yaml: cannot unmarshal into Go value of type jsonpatch.Patch")  # noqa: TRY301
    except KustomizeError as error:
        raise KustomizeError(trouble("PatchJson6902Transformer", settings, error)) from error
    from minikctl.kustomize.ids import ResId

    resource = resources.by_id(ResId.selector(target or {}))
    resource.store_previous_id()
    apply_operations(resource, operations)
