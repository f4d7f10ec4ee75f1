"""The schemas of the kinds: found, read one file at a time, walked by everything that has to know a kind's fields.

``schemas/<group>_<version>/<kind>.json`` is a kind, ``schemas/_common/<Type>.json`` what kinds share;
``tools/make_schemas.py`` makes them. A file is read when a field that needs it is first looked at, and kept for the
life of the process: a manifest that uses ten definitions reads ten files. Decoding, strategic merge patches,
server-side apply and ``explain`` walk the same ``Schema`` nodes. Nothing here knows jsonschema, nor what an error
looks like.
"""

from __future__ import annotations

import json
import os.path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Json = dict[str, Any]

#: where things of a pod's own group are: ``v1`` is ``core_v1``
CORE = "core"

_SCALARS = {"boolean": "bool", "number": "float64", "string": "string"}


class Schema:
    """One node: a kind, a field of it, an element. References are followed by themselves, when they have to be.

    What a field says beside its reference (merge key, patch strategy, Go type) belongs to the field, everything else to
    what it refers to; ``target`` is the latter's own node, the same for every field that refers to it.
    """

    __slots__ = ("_fields", "_target", "compiled", "custom", "document", "own", "registry")

    def __init__(self, registry: Registry, document: str, own: Json, *, custom: bool = False) -> None:
        self.registry = registry
        #: the document that the node stands in, which relative references start from
        self.document = document
        #: the node as it is written
        self.own = own
        #: the kind comes from a CustomResourceDefinition: rules and words are those of custom resources
        self.custom = custom
        #: what others made of this node (acceptors), by their names
        self.compiled: dict[str, Any] = {}
        self._target: Schema | None = None
        self._fields: dict[str, Schema] = {}

    def __repr__(self) -> str:
        return f"Schema({self.document}: {self.title or self.type or 'any'})"

    @property
    def target(self) -> Schema:
        """The node that a reference means; the node itself where it is none. Reads the file at the first call."""
        if self._target is None:
            reference = self.own.get("$ref")
            self._target = self if reference is None else self.registry.follow(self.document, reference).target
        return self._target

    def _look_up(self, keyword: str) -> Any:
        value = self.own.get(keyword)
        return self.target.own.get(keyword) if value is None else value

    # -- what it is --------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The name of the Go type (``DeploymentSpec``), "" for what has none of its own (strings, lists, maps)."""
        return self.target.own.get("title") or ""

    @property
    def type(self) -> str:
        """``object``, ``array``, ``string``, ``integer``, ``number``, ``boolean``; "" for any, or one of several."""
        kind = self.target.own.get("type")
        return kind if isinstance(kind, str) else ""

    @property
    def types(self) -> tuple[str, ...]:
        """Every JSON type that is taken; empty: any."""
        kind = self.target.own.get("type")
        return (kind,) if isinstance(kind, str) else tuple(kind or ())

    @property
    def format(self) -> str:
        """``int32``, ``int64``, ``byte``, ``date-time``, ``micro-time``, ``quantity``, ``int-or-string`` ..., or ""."""
        return self._look_up("format") or ""

    @property
    def enum(self) -> list[Any] | None:
        """The values that are taken, or None for all."""
        found: list[Any] | None = self._look_up("enum")
        return found

    @property
    def required(self) -> list[str]:
        """The fields that an object must have."""
        return self.target.own.get("required") or []

    @property
    def description(self) -> str:
        """What the field is for, or the type where the field does not say; "" where nobody wrote it."""
        return self._look_up("description") or ""

    # -- what is in it -----------------------------------------------------------------------------------------------

    @property
    def properties(self) -> dict[str, Schema]:
        """The fields of an object by name, in the file's order (sorted); none of their files is read yet."""
        target = self.target
        fields = target.own.get("properties") or {}
        return {name: target.named(name) for name in fields}

    @property
    def has_fields(self) -> bool:
        """Whether it is an object with fields of its own (a Go struct), not a map."""
        own = self.target.own
        return "properties" in own or own.get("additionalProperties") is False

    def field(self, name: str) -> Schema | None:
        """The field ``name``: of an object with fields, or any key of a map. None where there is no such field."""
        target = self.target
        if name in (target.own.get("properties") or ()):
            return target.named(name)
        additional = self.additional
        return additional if isinstance(additional, Schema) else None

    def named(self, name: str) -> Schema:
        """The node of a field that there is; the same object each time. Not for references."""
        found = self._fields.get(name)
        if found is None:
            own = self.own["properties"][name]
            found = self._fields[name] = Schema(self.registry, self.document, own, custom=self.custom)
        return found

    @property
    def items(self) -> Schema | None:
        """What the elements of an array are."""
        own = self.target.own.get("items")
        return self.target.inner("items") if isinstance(own, dict) else None

    @property
    def additional(self) -> Schema | bool:
        """What the values of a map are; False for an object that takes no other fields, True for one that takes any."""
        own = self.target.own.get("additionalProperties", True)
        return self.target.inner("additionalProperties") if isinstance(own, dict) else bool(own)

    def inner(self, keyword: str) -> Schema:
        """The node that a keyword of this one holds; the same object each time."""
        child: Schema | None = self.compiled.get(keyword)
        if child is None:
            child = self.compiled[keyword] = Schema(self.registry, self.document, self.own[keyword], custom=self.custom)
        return child

    # -- how it is merged --------------------------------------------------------------------------------------------

    @property
    def merge_key(self) -> str:
        """The field that tells a list's elements apart in strategic merge patches, or ""."""
        return self.own.get("x-kubernetes-patch-merge-key") or ""

    @property
    def patch_strategy(self) -> list[str]:
        """``merge``, ``replace``, ``retainKeys``: none, one or two of them."""
        return [word for word in (self.own.get("x-kubernetes-patch-strategy") or "").split(",") if word]

    @property
    def list_type(self) -> str:
        """``map``, ``set`` or ``atomic`` for lists under server-side apply; "" means atomic."""
        return self._look_up("x-kubernetes-list-type") or ""

    @property
    def list_map_keys(self) -> list[str]:
        """The fields that together tell the elements of a ``map`` list apart."""
        return self._look_up("x-kubernetes-list-map-keys") or []

    @property
    def map_type(self) -> str:
        """``atomic`` for an object that server-side apply replaces as a whole; "" means granular."""
        return self._look_up("x-kubernetes-map-type") or ""

    # -- how Go sees it ----------------------------------------------------------------------------------------------

    @property
    def go_type(self) -> str:
        """The Go type as ``reflect.Type.String`` has it: ``int32``, ``[]v1.Container``, ``map[string]string``.

        It follows from the schema, but where the files say ``x-go-type`` (named strings and maps).
        """
        named = self._look_up("x-go-type")
        items, additional = self.items, self.additional
        if named:
            found = str(named)
        elif items is not None:
            found = "[]" + items.go_type
        elif self.title:
            found = "v1." + self.title
        elif isinstance(additional, Schema):
            found = "map[string]" + additional.go_type
        elif self.format == "byte":
            found = "[]uint8"
        elif self.type == "integer":
            found = self.format or "int64"
        else:
            found = _SCALARS.get(self.type, "interface {}")
        return found

    @property
    def go_zero(self) -> str:
        """What becomes of a field's zero value when the object is written.

        ``dropped``: it is left out (``omitempty``); ``kept``: it stays where it was given (a pointer); ``written``: the
        field is there even where nobody gave it (``resources: {}``).
        """
        return self.own.get("x-go-zero") or "dropped"


class Registry:
    """The schemas there are: the folder's, and those added (custom resources, ``--schema-dir``)."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        #: the files read so far by their names, and the schemas added
        self.documents: dict[str, Json] = {}
        #: what others made of the documents
        self.compiled: dict[str, Any] = {}
        self._nodes: dict[str, Schema] = {}
        self._kinds: dict[tuple[str, str], Schema | None] = {}

    def schema_for(self, api_version: str, kind: str) -> Schema | None:
        """The schema of a kind, or None where there is none (a custom resource whose definition was not added)."""
        key = (api_version, kind)
        if key not in self._kinds:
            self._kinds[key] = self._find(api_version, kind)
        return self._kinds[key]

    def _find(self, api_version: str, kind: str) -> Schema | None:
        group, _, version = api_version.rpartition("/")
        # These words come from users: they must not lead out of the folder.
        words = (group or CORE).replace(".", "").replace("-", ""), version, kind
        if group == CORE:  # no apiVersion says so
            return None
        if not all(word.isalnum() and word.isascii() for word in words):
            return None
        name = f"{self.folder}/{group or CORE}_{version}/{kind.lower()}.json"
        try:
            node = self.load(name)
        except OSError:
            return None
        # "deployment" finds the file of "Deployment", which is another word.
        gvks = node.own.get("x-kubernetes-group-version-kind") or ()
        if not any(gvk["kind"] == kind for gvk in gvks):
            return None
        if node.own.get("x-kubernetes-custom-resource"):
            node.custom = True
        return node

    def add(self, api_version: str, kind: str, schema: Json, *, document: str = "", custom: bool = False) -> Schema:
        """Add (or replace) the schema of a kind; the folder's own is no longer looked at.

        ``document`` is the name of the file that it was read from, for its relative references. ``custom``: it is the
        ``openAPIV3Schema`` of a CustomResourceDefinition; the metadata is then ObjectMeta whatever it says, and objects
        with fields are closed, as structural schemas are.
        """
        document = document or f"{self.folder}/added {api_version.replace('/', '_')}/{kind.lower()}.json"
        node = self.made(document, schema, kind) if custom else self._keep(document, Schema(self, document, schema))
        self._kinds[(api_version, kind)] = node
        return node

    def made(self, document: str, schema: Json, kind: str) -> Schema:
        """The node of a custom kind by its ``openAPIV3Schema``, as the document of this name."""
        from minikctl.api.structural import plain_schema

        plain = plain_schema(schema, kind, f"{self.folder}/_common/ObjectMeta.json")
        return self._keep(document, Schema(self, document, plain, custom=True))

    def _keep(self, document: str, node: Schema) -> Schema:
        self.documents[document] = node.own
        self.compiled.clear()
        self._nodes[document] = node
        return node

    def document(self, name: str) -> Json:
        """One file as it is written. Raises FileNotFoundError."""
        found = self.documents.get(name)
        if found is None:
            with open(name, "rb") as file:
                found = self.documents[name] = json.loads(file.read())
        return found

    def load(self, name: str) -> Schema:
        """The node of a whole file, or of a place in it (``FILE#/$defs/Name``); the same object each time."""
        node = self._nodes.get(name)
        if node is None:
            document, _, pointer = name.partition("#")
            own: Any = self.document(document)
            for step in pointer.split("/")[1:]:
                own = own[step.replace("~1", "/").replace("~0", "~")]
            node = self._nodes[name] = Schema(self, document, own)
        return node

    def loaded(self, name: str) -> Schema | None:
        """The node of a whole file if it was loaded (or added) before."""
        return self._nodes.get(name)

    def common(self, name: str) -> Schema:
        """A shared definition by its name: ``common("ObjectMeta")``."""
        return self.load(f"{self.folder}/_common/{name}.json")

    def follow(self, document: str, reference: str) -> Schema:
        """What ``reference`` means in ``document``."""
        file, hash_, pointer = reference.partition("#")
        name = document
        if file:
            folder = document.rpartition("/")[0]
            while file.startswith("../"):
                folder, file = folder.rpartition("/")[0], file[3:]
            name = file if file.startswith("/") else f"{folder}/{file.removeprefix('./')}"
        return self.load(name + hash_ + pointer if pointer else name)


def schema_folder() -> str:
    """Where the schemas lie: inside of the package in a wheel, beside it in a checkout."""
    here = os.path.abspath(__file__).replace(os.sep, "/")
    package = here.rsplit("/", 2)[0]
    inside = f"{package}/schemas"
    return inside if os.path.isdir(inside) else f"{package.rpartition('/')[0]}/schemas"


_default: list[Registry] = []


def default_registry() -> Registry:
    """The registry of this process."""
    if not _default:
        _default.append(Registry(schema_folder()))
    return _default[0]


def schema_for(api_version: str, kind: str) -> Schema | None:
    """The schema of a kind, built in or defined by the state, or None where there is none."""
    found = default_registry().schema_for(api_version, kind)
    return found if found is not None else _custom_schema(api_version, kind)


def _custom_schema(api_version: str, kind: str) -> Schema | None:
    """The schema of a kind that the state defines; it is kept with the kind, which a change of the definition ends."""
    from minikctl.kinds import info_for_object

    info: Any = info_for_object(api_version, kind)
    if info is None or not info.custom:
        return None
    if info.schema_node is None:
        registry = default_registry()
        info.schema_node = registry.made(f"{registry.folder}/defined {api_version.replace('/', '_')}/{kind.lower()}.json",
                                         info.schema, kind)
    found: Schema = info.schema_node
    return found


def remembered(node: Schema, what: str, make: Callable[[Schema], Any]) -> Any:
    """``make(node.target)``, made once for all fields that refer to one definition and kept with it."""
    target = node.target
    found = target.compiled.get(what)
    if found is None:
        found = target.compiled[what] = make(target)
    return found
