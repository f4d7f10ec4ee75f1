"""Write ``minikctl/kustomize/openapi.json`` out of the OpenAPI document that a kubectl carries for its kustomize.

    python tools/make_kustomize_openapi.py PATH-OF-A-KUBECTL

kustomize has a Kubernetes schema of its own built in (1.21.2 in version 5), whatever the version of kubectl: it knows from it
which lists are merged, by which keys, and which kinds are cluster-scoped. The document lies in the program as gzipped
protobuf (gnostic's ``openapi.v2.Document``); what is kept of it is small: the types on the way to a list that is merged.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = os.path.join(os.path.dirname(__file__), "..", "minikctl", "kustomize", "openapi.json")
PREFIX = "#/definitions/"


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A protobuf number, and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a protobuf message: number and value (bytes or int)."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        wire = tag & 7
        if wire == 0:
            value: Any
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(wire, 0)
            if wire == 2:
                size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        yield tag >> 3, value


def grouped(data: bytes) -> dict[int, list[Any]]:
    """The fields of a message by their numbers."""
    found: dict[int, list[Any]] = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def named(data: bytes) -> tuple[str, bytes]:
    """A ``Named...`` message: its name and its value."""
    found = grouped(data)
    return found[1][0].decode(), found.get(2, [b""])[0]


def extensions(items: list[bytes]) -> dict[str, Any]:
    """The ``x-...`` of a message."""
    import yaml

    found = {}
    for item in items:
        name, value = named(item)
        text = grouped(value).get(2)
        found[name] = yaml.safe_load(text[0].decode()) if text else None
    return found


def schema(data: bytes) -> dict[str, Any]:
    """A ``Schema`` message: what it refers to, its elements, its fields, its extensions."""
    message = grouped(data)
    found: dict[str, Any] = {"extensions": extensions(message.get(31, []))}
    if 1 in message:
        found["ref"] = message[1][0].decode().removeprefix(PREFIX)
    if 23 in message:
        found["items"] = schema(grouped(message[23][0])[1][0])
    if 21 in message and 1 in grouped(message[21][0]):
        found["values"] = schema(grouped(message[21][0])[1][0])
    if 25 in message:
        found["fields"] = {named(item)[0]: schema(named(item)[1]) for _, item in fields(message[25][0])}
    return found


def embedded(program: bytes) -> bytes:
    """The document inside of a kubectl. Raises SystemExit where there is none."""
    at = program.find(b"\x1f\x8b\x08")
    while at >= 0:
        try:
            text = zlib.decompressobj(31).decompress(program[at : at + 20_000_000])
        except zlib.error:
            text = b""
        if text.startswith(b"\n\x032.0\x12"):
            return text
        at = program.find(b"\x1f\x8b\x08", at + 1)
    raise SystemExit("no OpenAPI document in this program")


def main() -> None:
    """Read the kubectl that the command line names and write the table."""
    with open(sys.argv[1], "rb") as file:
        document = grouped(embedded(file.read()))
    types = {named(item)[0]: schema(named(item)[1]) for _, item in fields(document[9][0])}
    cluster_scoped = cluster_kinds(document[8][0])

    def target(node: dict[str, Any]) -> str:
        return node.get("ref") or node.get("items", {}).get("ref") or ""

    kept: dict[str, dict[str, list[Any]]] = {}
    wanted = {name: fields_of(kind) for name, kind in types.items()}
    growing = True
    while growing:  # a type is of interest where it has a merged list, or leads to a type that is of interest
        growing = False
        for name, rows in wanted.items():
            for field, (node, keys) in rows.items():
                if field not in kept.get(name, {}) and (keys is not None or target(node) in kept):
                    inner = target(node)
                    kept.setdefault(name, {})[field] = [inner, "items" in node, keys]
                    growing = True
    kinds = {}
    for name, kind in types.items():
        for gvk in kind["extensions"].get("x-kubernetes-group-version-kind") or ():
            if name in kept:
                version = f"{gvk['group']}/{gvk['version']}" if gvk["group"] else gvk["version"]
                kinds[f"{version}/{gvk['kind']}"] = name
    rows = {
        name: {field: [row[0] if row[0] in kept else "", *row[1:]] for field, row in sorted(rows.items())}
        for name, rows in sorted(kept.items())
    }
    table = {"kinds": dict(sorted(kinds.items())), "types": rows, "clusterScoped": sorted(cluster_scoped)}
    text = json.dumps(table, separators=(",", ":")).replace("io.k8s.api.", "").replace("io.k8s.apimachinery.pkg.apis.", "")
    with open(OUT, "w", encoding="utf-8") as out:
        out.write(text.replace("},", "},\n") + "\n")


def fields_of(kind: dict[str, Any]) -> dict[str, tuple[dict[str, Any], list[str] | None]]:
    """A type's fields, each with the keys of its elements where they are merged ([] for scalars), or None."""
    found = {}
    for name, node in kind.get("fields", {}).items():
        more = node["extensions"]
        keys = None
        if "merge" in (more.get("x-kubernetes-patch-strategy") or "").split(","):
            key = more.get("x-kubernetes-patch-merge-key")
            keys = more.get("x-kubernetes-list-map-keys") or ([key] if key else [])
        found[name] = (node, keys)
    return found


def cluster_kinds(paths: bytes) -> set[str]:
    """The kinds, as ``group/version/kind``, of which no path has a namespace."""
    scopes: dict[str, bool] = {}
    for number, item in fields(paths):
        if number != 2:
            continue
        path, operations = named(item)
        for operation in grouped(operations).get(2, []):  # GET
            gvk = extensions(grouped(operation).get(13, [])).get("x-kubernetes-group-version-kind")
            if gvk:
                version = f"{gvk['group']}/{gvk['version']}" if gvk["group"] else gvk["version"]
                name = f"{version}/{gvk['kind']}"
                scopes[name] = scopes.get(name, False) or "{namespace}" in path
    return {name for name, namespaced in scopes.items() if not namespaced}


if __name__ == "__main__":
    main()
