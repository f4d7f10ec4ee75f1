"""Make ``schemas/`` from the OpenAPI definitions that the package ``kubernetes-validate`` brings along.

One command writes the whole tree anew::

    pip install --group schemas     # kubernetes-validate, a development dependency
    python tools/make_schemas.py --version 1.36.0

``--check`` writes nothing and exits with 1 where the tree differs. The next Kubernetes version is the same command with
its number; then run ``tools/read_go_types.py`` with that version's kubectl, and this one again.

What comes out: ``schemas/<group>_<version>/<kind>.json`` for every served kind of the stable API versions (v1, v2 ...;
the core group is called ``core``) and ``schemas/_common/<Type>.json`` for everything they share, as JSON Schema draft
2020-12 with relative references. Where two groups have a type of one name, the core group's keeps it and the others'
are called ``<group>_<version>_<Type>.json``.

What differs from the OpenAPI: ``title`` is the name of the Go type (error messages name it); closed objects say so by
``additionalProperties: false``; null, which the API server takes for an absent field everywhere, is no type; the types
that Kubernetes decodes by hand (Quantity, Time, IntOrString ...) get what they really take, with ``format`` as marker;
descriptions are left out. Then come the overlays: every ``tools/schema_overlays/*.json`` is an object of schema path
(``_common/PodSpec``) to a JSON merge patch (RFC 7396) of that schema, for what the API server checks beyond types, for
and for the Go types that cannot be told from the OpenAPI. A patch may not name a schema or a property that does not
exist.

What fields are for, in our own words, stands in ``tools/schema_overlays/descriptions/*.yaml``, and comes out as
``schemas/_descriptions/<folder>.json``, beside the schemas and not in them: only ``explain`` reads it. A YAML file has a
key for each schema (``PodSpec``, or ``apps_v1/deployment`` for a kind), with a text for each field and one for the type
itself (``_``); ``_like: TYPE`` takes over what is not said from another type. ``rules.yaml`` is a list of texts for
fields that say the same in many types.

``schemas/minikctl.dev_*`` is written by hand and left alone.
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib.util
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas"
OVERLAYS = ROOT / "tools" / "schema_overlays"
DESCRIPTIONS = OVERLAYS / "descriptions"
#: in a file of descriptions: the text of the type itself, and the type whose other texts hold as well
TYPE, LIKE = "_", "_like"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
HAND_WRITTEN = "minikctl.dev_"
DESCRIPTIONS_OUT = "_descriptions"
#: where the texts stand for what kinds that are not made here have without saying so
CUSTOM, EVERY_OBJECT = "custom", ("apiVersion", "kind", "metadata")
DEFAULT_VERSION = "1.36.0"

#: keywords that are taken over as they stand (besides type, $ref, properties, items, additionalProperties, enum)
KEPT = (
    "format", "required", "x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key", "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
)

_PROPS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
_META = "io.k8s.apimachinery.pkg.apis.meta.v1."

#: Types with a decoder of their own upstream (UnmarshalJSON): what they take cannot be told from the OpenAPI.
SPECIAL: dict[str, Json] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "type": ["number", "string"], "format": "quantity", "x-go-type": "resource.Quantity",
    },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "type": ["integer", "string"], "format": "int-or-string", "x-kubernetes-int-or-string": True,
        "x-go-type": "intstr.IntOrString",
    },
    _META + "Time": {"type": "string", "format": "date-time", "x-go-type": "v1.Time"},
    _META + "MicroTime": {"type": "string", "format": "micro-time", "x-go-type": "v1.MicroTime"},
    _META + "FieldsV1": {"x-kubernetes-preserve-unknown-fields": True, "x-go-type": "v1.FieldsV1"},
    "io.k8s.apimachinery.pkg.runtime.RawExtension": {
        "x-kubernetes-preserve-unknown-fields": True, "x-go-type": "runtime.RawExtension",
    },
    _PROPS + "JSON": {"x-kubernetes-preserve-unknown-fields": True, "x-go-type": "v1.JSON"},
    # What stands inside of these three is decoded without strictness upstream: nothing in them is an unknown field.
    _PROPS + "JSONSchemaPropsOrBool": {"type": ["boolean", "object"]},
    _PROPS + "JSONSchemaPropsOrArray": {"type": ["array", "object"]},
    _PROPS + "JSONSchemaPropsOrStringArray": {"type": ["array", "object"]},
}


def load_definitions(version: str) -> dict[str, Json]:
    """The OpenAPI definitions of a Kubernetes version, by their long names. Exits where the package is not there."""
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        sys.exit("kubernetes-validate is not installed: pip install --group schemas")
    folder = Path(spec.origin).parent / "kubernetes-json-schema"
    source = folder / f"v{version}-local" / "_definitions.json"
    if not source.exists():
        there = sorted(path.name.removeprefix("v").removesuffix("-local") for path in folder.glob("v*-local"))
        sys.exit(f"kubernetes-validate has no data for {version}; it has {', '.join(there)}")
    definitions: dict[str, Json] = json.loads(source.read_text(encoding="utf-8"))["$defs"]
    return definitions


def served_kinds(definitions: dict[str, Json]) -> dict[str, tuple[str, str, str]]:
    """The definitions that are served kinds of a stable version: long name to (group, version, kind).

    Lists of kinds are no kinds of their own here: kubectl takes them apart before it sends anything.
    """
    kinds = {}
    for name, definition in definitions.items():
        for gvk in definition.get("x-kubernetes-group-version-kind", ()):
            stable = re.fullmatch(r"v\d+", gvk["version"])
            if stable and ".apimachinery." not in name and not gvk["kind"].endswith("List"):
                kinds[name] = (gvk["group"], gvk["version"], gvk["kind"])
    return kinds


def references(node: Any) -> set[str]:
    """The long names that ``node`` refers to, directly."""
    if isinstance(node, dict):
        ref = node.get("$ref")
        found = {ref.rpartition("/")[2]} if isinstance(ref, str) else set()
        return found.union(*(references(item) for item in node.values()))
    if isinstance(node, list):
        return set().union(*(references(item) for item in node))
    return set()


def group_version(name: str, kinds: dict[str, tuple[str, str, str]]) -> str:
    """``core_v1`` for a type of the core group and of apimachinery, else ``<group>_<version>`` of its kinds."""
    package = name.rpartition(".")[0]
    if ".apimachinery." in name:
        return "core_v1"
    for kind_name, (group, version, _) in kinds.items():
        if kind_name.rpartition(".")[0] == package:
            return f"{group or 'core'}_{version}"
    return "_".join(package.split(".")[-2:])


def plan(definitions: dict[str, Json], kinds: dict[str, tuple[str, str, str]]) -> dict[str, str]:
    """Long name to the path of its file below ``schemas/`` without ``.json``, for all that the kinds reach."""
    paths = {name: f"{group or 'core'}_{version}/{kind.lower()}" for name, (group, version, kind) in kinds.items()}
    todo, reached = set(kinds), set(kinds)
    while todo:
        new = set().union(*(references(definitions[name]) for name in todo)) - reached
        reached |= new
        todo = new
    by_short_name = defaultdict(list)
    for name in sorted(reached - set(kinds)):
        by_short_name[name.rpartition(".")[2]].append(name)
    for short, names in by_short_name.items():
        for name in names:
            where = group_version(name, kinds)
            paths[name] = f"_common/{short}" if len(names) == 1 or where == "core_v1" else f"_common/{where}_{short}"
    if len(set(paths.values())) != len(paths):
        sys.exit("two definitions want one file")
    return paths


def relative(path: str, base: str) -> str:
    """The reference from the schema at ``base`` to the one at ``path``."""
    folder, _, name = path.partition("/")
    return f"{name}.json" if base.startswith(f"{folder}/") else f"../{folder}/{name}.json"


def convert(node: Json, base: str, paths: dict[str, str]) -> Json:
    """One OpenAPI node, as it stands in the file at ``base``."""
    out: Json = {key: node[key] for key in KEPT if key in node}
    if "$ref" in node:
        out["$ref"] = relative(paths[node["$ref"].rpartition("/")[2]], base)
        return out
    types = node.get("type", [])
    types = [one for one in ([types] if isinstance(types, str) else types) if one != "null"]
    if types:
        out["type"] = types[0] if len(types) == 1 else types
    if "enum" in node:
        out["enum"] = node["enum"]
    if "properties" in node:
        out["properties"] = {name: convert(field, base, paths) for name, field in node["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            out[key] = convert(node[key], base, paths)
    return out


def resolve(reference: str, base: str) -> str:
    """The path that ``reference`` means in the schema at ``base``: the other way round."""
    path = reference.removesuffix(".json")
    return path.removeprefix("../") if path.startswith("../") else f"{base.partition('/')[0]}/{path}"


def generate(definitions: dict[str, Json], *, overlays: bool = True) -> dict[str, Json]:
    """Every schema by its path (``_common/PodSpec``), with the overlays laid on."""
    kinds = served_kinds(definitions)
    paths = plan(definitions, kinds)
    tree: dict[str, Json] = {}
    for name, path in paths.items():
        if name in SPECIAL:
            schema = dict(SPECIAL[name])
        else:
            schema = convert(definitions[name], path, paths)
            schema["additionalProperties"] = False
        schema["title"] = name.rpartition(".")[2]
        if name in kinds:
            group, version, kind = kinds[name]
            schema["x-kubernetes-group-version-kind"] = [{"group": group, "version": version, "kind": kind}]
        schema["$schema"] = DIALECT
        tree[path] = schema
    for source in sorted(OVERLAYS.rglob("*.json")) if overlays else ():
        for path, patch in json.loads(source.read_text(encoding="utf-8")).items():
            where = f"{source.name}: {path}"
            if path not in tree:
                sys.exit(f"{where}: there is no such schema")
            overlay(tree[path], patch, where)
    return tree


def overlay(target: Json, patch: Json, where: str) -> None:
    """Lay a merge patch on ``target``. Exits where it names a property that is not there: a slip, or gone upstream."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif key == "properties":
            for name, field in value.items():
                if name not in target.get("properties", {}):
                    sys.exit(f"{where}: there is no property {name}")
                overlay(target["properties"][name], field, f"{where}.{name}")
        elif isinstance(value, dict) and isinstance(target.get(key), dict):
            overlay(target[key], value, where)
        else:
            target[key] = value


def written_descriptions(folder: Path) -> dict[str, dict[str, str]]:
    """The texts as they are written, by the path of the schema, with ``_like`` followed. Exits for a type twice."""
    found: dict[str, dict[str, str]] = {}
    for source in sorted(folder.glob("*.yaml")):
        if source.name == "rules.yaml":
            continue
        for name, texts in (yaml.safe_load(source.read_text(encoding="utf-8")) or {}).items():
            path = name if "/" in name else f"_common/{name}"
            if path in found:
                sys.exit(f"{source.name}: {name} is described twice")
            found[path] = texts
    for path, texts in found.items():
        while LIKE in texts:
            other = texts.pop(LIKE)
            like = found.get(other if "/" in other else f"_common/{other}")
            if like is None:
                sys.exit(f"{path}: there is nothing like {other}")
            for field, text in like.items():
                texts.setdefault(field, text)
    return found


def describe(tree: dict[str, Json], folder: Path = DESCRIPTIONS) -> dict[str, dict[str, dict[str, str]]]:
    """The texts of every schema by folder and file name. Exits where a text is for what does not exist."""
    written = written_descriptions(folder)
    for path, texts in written.items():
        if path not in tree:
            sys.exit(f"descriptions: there is no schema {path}")
        for field, text in texts.items():
            if field != TYPE and field not in tree[path].get("properties", {}):
                sys.exit(f"descriptions: {path} has no field {field}")
            if not isinstance(text, str):
                sys.exit(f"descriptions: {path}.{field} is no text: {text}")
    rules = yaml.safe_load((folder / "rules.yaml").read_text(encoding="utf-8"))
    out: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for path, schema in sorted(tree.items()):
        where, _, name = path.partition("/")
        own = written.get(path, {})
        texts = {TYPE: own[TYPE]} if TYPE in own else {}
        gvk = (schema.get("x-kubernetes-group-version-kind") or [{}])[0]
        api_version = "/".join(part for part in (gvk.get("group"), gvk.get("version")) if part)
        for field in sorted(schema.get("properties", {})):
            text = own.get(field)
            if text is None:
                text = by_rule(rules, name if where == "_common" else path, field)
                text = text.format(kind=schema["title"], api_version=api_version)
            if text:
                texts[field] = text
        out[where][name] = texts
    out[CUSTOM]["object"] = {field: by_rule(rules, f"{CUSTOM}/object", field) for field in EVERY_OBJECT}
    return out


def by_rule(rules: list[Json], name: str, field: str) -> str:
    """The text of the first rule that fits a field of the type ``name``; "" where there is none."""
    for rule in rules:
        if field in rule["fields"] and fnmatch.fnmatchcase(name, rule["types"]):
            return str(rule["fields"][field])
    return ""


def render(schema: Json) -> str:
    """The text of one file: sorted keys, one space of indent, short lists on their line."""
    text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda match: "[" + re.sub(r",\s+", ", ", match[1]) + "]", text)
    return text + "\n"


def main(argv: list[str] | None = None) -> int:
    """Write the tree, or compare it (``--check``)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", default=DEFAULT_VERSION, help="Kubernetes version of kubernetes-validate's data")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the tree differs")
    options = parser.parse_args(argv)

    tree = generate(load_definitions(options.version))
    wanted = {SCHEMAS / f"{path}.json": render(schema) for path, schema in tree.items()}
    for folder, texts in describe(tree).items():
        text = json.dumps(texts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        wanted[SCHEMAS / DESCRIPTIONS_OUT / f"{folder}.json"] = text
    present = {path for path in SCHEMAS.rglob("*.json") if not path.parent.name.startswith(HAND_WRITTEN)}
    stale = present - set(wanted)
    changed = [path for path, text in wanted.items() if path not in present or path.read_text(encoding="utf-8") != text]
    if options.check:
        for path in sorted([*stale, *changed]):
            print(f"differs: {path.relative_to(ROOT)}")
        return 1 if stale or changed else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    print(f"{len(wanted)} schemas: {len(changed)} written, {len(stale)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
