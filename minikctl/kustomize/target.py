"""One kustomization: what it is made of is gathered, what it generates is added, then everything is transformed.

References to names, hashes and vars are settled once at the end, over all that has been gathered. Upstream:
``api/internal/target.KustTarget``, ``accumulator.ResAccumulator``.
"""

from __future__ import annotations

from minikctl.kustomize import config as configs
from minikctl.kustomize import generators, patches, plugins, replacements, transformers, variables
from minikctl.kustomize.config import Config
from minikctl.kustomize.fieldpaths import FieldSpec, merge_specs
from minikctl.kustomize.ids import Gvk
from minikctl.kustomize.kustomization import COMPONENT, Kustomization, load
from minikctl.kustomize.loading import RemoteError
from minikctl.kustomize.nameref import fix_references
from minikctl.kustomize.nodes import KustomizeError, MalformedYamlError
from minikctl.kustomize.resmap import ResMap
from minikctl.kustomize.resource import LOCAL_CONFIG, Resource, from_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from minikctl.kustomize.loading import Loader
    from minikctl.kustomize.variables import Variable

    #: the plugin's kind, and what it does
    Step = tuple[str, Callable[[ResMap], None]]


class Accumulator:
    """What has been gathered: resources, configuration, vars."""

    __slots__ = ("config", "resources", "variables")

    def __init__(self) -> None:
        self.resources = ResMap()
        self.config = Config()
        self.variables: dict[str, Variable] = {}

    def take(self, other: Accumulator) -> None:
        """Add what another one has. Raises KustomizeError."""
        self.resources.append_all(other.resources.resources)
        self.config = self.config.merged(other.config)
        variables.merge(self.variables, list(other.variables.values()))


class Target:
    """A kustomization in its folder. ``place`` is the folder's path from the first one, for the origins of resources."""

    __slots__ = ("kustomization", "loader", "place", "warnings")

    def __init__(self, loader: Loader, warnings: list[str], place: str = "") -> None:
        self.loader = loader
        self.warnings = warnings
        self.place = place
        self.kustomization: Kustomization = load(loader, warnings)

    def build(self) -> ResMap:
        """The finished resources, in the order in which they came. Raises KustomizeError."""
        gathered = Accumulator()
        self.accumulate(gathered)
        resources = gathered.resources
        for resource in resources.resources:
            if resource.needs_hash:
                digest = generators.content_hash(resource)
                resource.store_previous_id()
                resource.set_name(f"{resource.name}-{digest}")
        fix_references(resources, gathered.config)
        specs = gathered.config.specs["varReference"]
        unused = variables.resolve(gathered.variables, resources, specs)
        if unused:
            self.warnings.append(f"well-defined vars that were never replaced: {','.join(unused)}")
        resources.resources = [each for each in resources.resources if not _is_local(each)]
        return resources

    def accumulate(self, gathered: Accumulator) -> None:
        """Add everything of this kustomization to ``gathered``, transformed. Raises KustomizeError."""
        use_schema(self.kustomization, self.loader)
        try:
            self._add_resources(gathered, self.kustomization.list_of("resources"))
        except KustomizeError as error:
            raise KustomizeError(f"accumulating resources: {error}") from error
        own = configs.from_files(self.loader, self.kustomization.list_of("configurations"))
        gathered.config = gathered.config.merged(own)
        gathered.config = gathered.config.merged(configs.from_crds(self.loader, self.kustomization.list_of("crds")))
        self._generate(gathered)
        try:
            self._add_components(gathered)
        except KustomizeError as error:
            raise KustomizeError(f"accumulating components: {error}") from error
        self._transform(gathered)
        declared = [variables.Variable(each) for each in self.kustomization.list_of("vars")]
        try:
            variables.declare(declared, gathered.variables, gathered.resources)
        except KustomizeError as error:
            shown = " ".join(map(str, declared))
            raise KustomizeError(f"merging vars [{shown}]: {error}") from error

    # -- resources ---------------------------------------------------------------------------------------------------

    def _add_resources(self, gathered: Accumulator, paths: Iterable[str]) -> None:
        for path in paths:
            try:
                self._add_file(gathered.resources, path)
            except (MalformedYamlError, RemoteError):
                raise
            except KustomizeError as problem:
                try:
                    self._add_folder(gathered, self.loader.below(path), path)
                except KustomizeError as error:
                    raise KustomizeError(f"accumulation err='{problem}': {error}") from problem

    def _add_file(self, resources: ResMap, path: str) -> None:
        try:
            text = self.loader.load(path)
            found = ResMap()
            found.append_all(from_text(text))
        except MalformedYamlError as error:
            raise MalformedYamlError(
                f"accumulating resources from '{path}': MalformedYAMLError: {error} in File: {path}"
            ) from error
        except RemoteError as error:
            raise RemoteError(f"accumulating resources from '{path}': {error}") from error
        except KustomizeError as error:
            raise KustomizeError(f"accumulating resources from '{path}': {error}") from error
        for resource in found.resources:
            resource.origin = {"path": self._path(path)}
        try:
            resources.append_all(found.resources)
        except KustomizeError as error:
            raise KustomizeError(f"merging resources from '{path}': {error}") from error

    def _add_folder(self, gathered: Accumulator, loader: Loader, path: str, *, component: bool = False) -> None:
        try:
            below = Target(loader, self.warnings, self._path(path))
        except KustomizeError as error:
            raise KustomizeError(f"couldn't make target for path '{loader.root}': {error}") from error
        if component and below.kustomization.kind != COMPONENT:
            raise KustomizeError(
                f"expected kind '{COMPONENT}' for path '{loader.root}' but got '{below.kustomization.kind}'"
            )
        if not component and below.kustomization.kind == COMPONENT:
            raise KustomizeError(f"expected kind != '{COMPONENT}' for path '{loader.root}'")
        # A component works on what its parent has gathered so far, anything else on its own.
        within = gathered if component else Accumulator()
        try:
            below.accumulate(within)
        except KustomizeError as error:
            raise KustomizeError(f"recursed accumulation of path '{loader.root}': {error}") from error
        if not component:
            try:
                gathered.take(within)
            except KustomizeError as error:
                raise KustomizeError(f"recursed merging from path '{loader.root}': {error}") from error

    def _add_components(self, gathered: Accumulator) -> None:
        from minikctl.errors import quote

        for path in self.kustomization.list_of("components"):
            try:
                loader = self.loader.below(path)
            except KustomizeError as error:
                raise KustomizeError(f"loader.New {quote(str(error))}") from error
            try:
                self._add_folder(gathered, loader, path, component=True)
            except KustomizeError as error:
                raise KustomizeError(f"accumulateDirectory: {quote(str(error))}") from error

    # -- generators --------------------------------------------------------------------------------------------------

    def _generate(self, gathered: Accumulator) -> None:
        common = self.kustomization.fields.get("generatorOptions")
        for kind, field in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
            for args in self.kustomization.list_of(field):
                resource = generators.make(kind, args, common, self.loader)
                resource.origin = self._configured_by(f"{kind}Generator")
                _absorb(gathered, resource)
        charts = [*self.kustomization.list_of("helmCharts"), *self.kustomization.list_of("helmChartInflationGenerator")]
        for chart in charts:
            shown = dict(sorted(chart.items())) if isinstance(chart, dict) else {}
            raise KustomizeError(
                patches.trouble("HelmChartInflationGenerator", shown, KustomizeError("must specify --enable-helm"))
            )
        for plugin in self._plugins("generators"):
            resource = plugins.generate(plugin, self.loader)
            resource.origin = self._configured_by(plugin.kind, plugin)
            _absorb(gathered, resource)

    def _plugins(self, field: str) -> list[Resource]:
        """The settings of plugins: each entry is a text, a file or a folder."""
        found = Accumulator()
        paths = []
        for entry in self.kustomization.list_of(field):
            try:
                found.resources.append_all(from_text(entry))
            except KustomizeError:
                paths.append(entry)
        self._add_resources(found, paths)
        return found.resources.resources

    # -- transformers ------------------------------------------------------------------------------------------------

    def _transform(self, gathered: Accumulator) -> None:
        resources = gathered.resources
        for kind, transform in [*self._builtin(gathered.config)]:
            transform(resources)
            self._note(resources, self._configured_by(kind))
        for plugin in self._plugins("transformers"):
            plugins.transformer(plugin, self.loader)(resources)
            self._note(resources, self._configured_by(plugin.kind, plugin))
        for plugin in self._plugins("validators"):
            plugins.transformer(plugin, self.loader)(ResMap(each.copy() for each in resources.resources))

    def _builtin(self, config: Config) -> Iterator[Step]:
        """The transformers that the fields of the kustomization make, in kustomize's order."""
        said, specs, loader = self.kustomization, config.specs, self.loader
        yield from self._patches()
        namespace = said.text("namespace")
        if namespace:
            yield "NamespaceTransformer", lambda found: transformers.set_namespace(
                found, namespace, specs["namespace"]
            )
        for field, kind in (("namePrefix", "PrefixTransformer"), ("nameSuffix", "SuffixTransformer")):
            if said.text(field):
                yield kind, _affix(said.text(field), specs[field], prefix=field == "namePrefix")
        yield from self._labels(config)
        annotations = said.fields.get("commonAnnotations")
        if annotations:
            yield "AnnotationsTransformer", lambda found: transformers.set_entries(
                found, annotations, specs["commonAnnotations"]
            )
        for fields in said.list_of("patchesJson6902"):
            yield "PatchJson6902Transformer", _json6902(fields, loader)
        for replica in said.list_of("replicas"):
            yield "ReplicaCountTransformer", _replicas(replica, specs["replicas"])
        for image in said.list_of("images"):
            yield "ImageTagTransformer", _image(image, specs["images"])
        rows = [row for each in said.list_of("replacements") for row in replacements.read(each, loader)]
        if rows:
            yield "ReplacementTransformer", lambda found: _replace(found, rows)

    def _patches(self) -> Iterator[Step]:
        entries, loader = self.kustomization.list_of("patchesStrategicMerge"), self.loader
        if entries:
            yield "PatchStrategicMergeTransformer", lambda found: patches.apply_strategic(found, entries, loader)
        for fields in self.kustomization.list_of("patches"):
            yield "PatchTransformer", patches.Patch(fields, loader).apply

    def _labels(self, config: Config) -> Iterator[Step]:
        said, specs = self.kustomization, config.specs
        for label in said.list_of("labels"):
            own = [FieldSpec.of(row) for row in label.get("fields") or ()]
            if label.get("includeSelectors"):
                places = _merged(own, specs["commonLabels"], "failed to merge common labels fieldSpec")
            else:
                if label.get("includeTemplates"):
                    own = _merged(own, specs["templateLabels"], "failed to merge template fieldSpec")
                own = _merged(own, specs["labels"], "failed to merge label fieldSpec")
                metadata = [FieldSpec("metadata/labels", Gvk(), create=True)]
                places = _merged(own, metadata, "failed to merge label fieldSpec")
            yield "LabelTransformer", _entries(label.get("pairs") or {}, places)
        common = said.fields.get("commonLabels") or {}
        if common or said.list_of("labels"):
            yield "LabelTransformer", _entries(common, specs["commonLabels"])

    # -- origins -----------------------------------------------------------------------------------------------------

    def _path(self, path: str) -> str:
        import os.path

        return os.path.normpath(os.path.join(self.place, path))

    def _configured_by(self, kind: str, plugin: Resource | None = None) -> dict[str, Any]:
        by = {"apiVersion": "builtin", "kind": kind}
        if plugin is not None:
            by["name"] = plugin.name
            if plugin.namespace:
                by["namespace"] = plugin.namespace
        return {"configuredIn": self._path(self.kustomization.file), "configuredBy": by}

    def _note(self, resources: ResMap, origin: dict[str, Any]) -> None:
        """Remember who transformed; what has no origin was made by it."""
        resources.drop_empty()
        for resource in resources.resources:
            if resource.origin is None:
                resource.origin = origin
            else:
                resource.transformations = [*resource.transformations, origin]


def use_schema(kustomization: Kustomization, loader: Loader) -> None:
    """Take the schema that a kustomization names (``openapi.path``). Raises KustomizeError."""
    from minikctl.kustomize import openapi
    from minikctl.kustomize.settings import load_settings

    said = kustomization.fields.get("openapi") or {}
    if said.get("version"):
        raise KustomizeError(
            f"openapi.version {said['version']} is not supported: the schema that kustomize carries is v1.21.2"
        )
    if said.get("path"):
        openapi.use(load_settings(loader.load(said["path"])) or {})


def _is_local(resource: Resource) -> bool:
    return resource.strings("annotations").get(LOCAL_CONFIG, "false") != "false"


def _absorb(gathered: Accumulator, resource: Resource) -> None:
    try:
        gathered.resources.absorb(resource)
    except KustomizeError as error:
        raise KustomizeError(f"merging from generator {resource.kind}Generator: {error}") from error


def _merged(own: list[FieldSpec], more: list[FieldSpec], problem: str) -> list[FieldSpec]:
    try:
        return merge_specs(own, more)
    except KustomizeError as error:
        raise KustomizeError(f"{problem}: {error}") from error


def _affix(text: str, specs: list[FieldSpec], *, prefix: bool) -> Callable[[ResMap], None]:
    return lambda found: transformers.add_affix(found, text, specs, prefix=prefix)


def _entries(entries: dict[str, str], specs: list[FieldSpec]) -> Callable[[ResMap], None]:
    return lambda found: transformers.set_entries(found, entries, specs)


def _json6902(fields: dict[str, Any], loader: Loader) -> Callable[[ResMap], None]:
    return lambda found: patches.apply_json6902(found, fields, loader)


def _replicas(replica: dict[str, Any], specs: list[FieldSpec]) -> Callable[[ResMap], None]:
    return lambda found: transformers.set_replicas(found, replica, specs)


def _image(image: dict[str, Any], specs: list[FieldSpec]) -> Callable[[ResMap], None]:
    return lambda found: transformers.set_image(found, image, specs)


def _replace(found: ResMap, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        replacements.apply(found, row)
