"""Read from a kubectl binary what the OpenAPI does not tell of the API's Go types, into an overlay of the schemas.

The API server's decoding errors name Go types (``... of type v1.PullPolicy``), and what it writes depends on pointers
and ``omitempty``. The OpenAPI has neither; a kubectl binary has both, in the type descriptors that Go keeps for
reflection. One command writes ``tools/schema_overlays/go_types.json`` anew; run ``tools/make_schemas.py`` after it::

    python tools/read_go_types.py --version 1.36.0 PATH/TO/kubectl     # amd64, Linux, the same minor version

The overlay's own keywords, for a property:

``x-go-type``   the Go type where it does not follow from the schema (see ``Schema.go_type``)
``x-go-zero``   what becomes of a zero value ("", 0, false, [], {}): absent: it is left out, as ``omitempty`` does;
                ``kept``: the field is a pointer, a zero stays if it was given; ``written``: there is no ``omitempty``
                (or it is a plain struct), the field is written even where nobody gave it

The layout of the descriptors is Go's ``internal/abi`` (``Type``, ``StructType`` ...), which is the same since Go 1.22.
The same command writes ``minikctl/printing/field_order.json``: for each schema the fields in the order of the Go struct, where
that is not the alphabet's; kubectl prints the JSON of its own types in it (see ``minikctl.printing.structorder``).

Types that kubectl does not have (CustomResourceDefinition, APIService) are in ``go_types_of_others.json``, by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import make_schemas

TARGET = make_schemas.OVERLAYS / "go_types.json"
ORDER = make_schemas.ROOT / "minikctl" / "printing" / "field_order.json"

# internal/abi: TFlag and Kind
UNCOMMON, EXTRA_STAR, NAMED = 1, 2, 4
MAP, POINTER, SLICE, STRUCT = 21, 22, 23, 25
#: the bytes of a StructType; its uncommon part, with the package path, comes after it
STRUCT_SIZE = 80


class GoType:
    """One type descriptor. ``text`` is what ``reflect.Type.String`` gives: ``[]v1.Container``."""

    def __init__(self, binary: Binary, address: int) -> None:
        raw = binary.read(address, 48)
        flags, kind, name = raw[20], raw[23] & 31, struct.unpack_from("<i", raw, 40)[0]
        text = binary.name(binary.types + name)[0]
        self.binary = binary
        self.address = address
        self.kind = kind
        self.named = bool(flags & NAMED)
        self.text = text[1:] if flags & EXTRA_STAR else text
        self.package = ""
        if flags & UNCOMMON and kind == STRUCT:
            offset = struct.unpack("<i", binary.read(address + STRUCT_SIZE, 4))[0]
            self.package = binary.name(binary.types + offset)[0]

    def inner(self) -> list[GoType]:
        """The element of a pointer, slice or map, the fields' types of a struct."""
        if self.kind in (POINTER, SLICE):
            return [self.binary.type_at(self.binary.word(self.address + 48))]
        if self.kind == MAP:
            return [self.binary.type_at(self.binary.word(self.address + 56))]
        return [kind for _, _, _, kind in self.fields()]

    def fields(self) -> list[tuple[str, str, bool, GoType]]:
        """Name, tag, embedded, type of each field of a struct."""
        if self.kind != STRUCT:
            return []
        start, count = self.binary.word(self.address + 56), self.binary.word(self.address + 64)
        found = []
        for i in range(count):
            name, kind = struct.unpack("<QQ", self.binary.read(start + 24 * i, 16))
            found.append((*self.binary.name(name), self.binary.type_at(kind)))
        return found


class Binary:
    """An ELF file, read by virtual address."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        if self.data[:5] != b"\x7fELF\x02":
            sys.exit(f"{path} is no 64-bit ELF file")
        table = struct.unpack_from("<Q", self.data, 40)[0]
        entry, count, names = struct.unpack_from("<HHH", self.data, 58)
        headers = [struct.unpack_from("<IIQQQQ", self.data, table + entry * i) for i in range(count)]
        strings = headers[names][4]
        self.sections = {}
        for name, _, _, address, offset, size in headers:
            start = strings + name
            self.sections[self.data[start : self.data.index(b"\0", start)].decode()] = (address, offset, size)
        self.types = self.sections[".rodata"][0]
        self._cache: dict[int, GoType] = {}

    def read(self, address: int, size: int) -> bytes:
        """``size`` bytes at a virtual address."""
        for start, offset, length in self.sections.values():
            if start and start <= address < start + length:
                return self.data[offset + address - start : offset + address - start + size]
        raise ValueError(hex(address))

    def word(self, address: int) -> int:
        """The 64-bit word at a virtual address."""
        return int(struct.unpack("<Q", self.read(address, 8))[0])

    def type_at(self, address: int) -> GoType:
        """The type whose descriptor stands at ``address``."""
        if address not in self._cache:
            self._cache[address] = GoType(self, address)
        return self._cache[address]

    def name(self, address: int) -> tuple[str, str, bool]:
        """An ``abi.Name``: its text, its tag, and whether it is an embedded field."""
        flags = self.read(address, 1)[0]
        text, after = self._text(address + 1)
        tag = self._text(after)[0] if flags & 2 else ""
        return text, tag, bool(flags & 8)

    def _text(self, address: int) -> tuple[str, int]:
        length = shift = 0
        while True:
            byte = self.read(address, 1)[0]
            address += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return self.read(address, length).decode(), address + length

    def structs(self) -> dict[str, GoType]:
        """Every struct type of Kubernetes' API packages, as ``k8s.io/api/core/v1.Pod``."""
        _, offset, size = self.sections[".typelink"]
        todo = [self.type_at(self.types + link) for link in struct.unpack_from(f"<{size // 4}i", self.data, offset)]
        seen, found = set(), {}
        while todo:
            kind = todo.pop()
            if kind.address in seen:
                continue
            seen.add(kind.address)
            todo.extend(kind.inner())
            if kind.kind == STRUCT and kind.package.startswith(("k8s.io/api/", "k8s.io/apimachinery/")):
                found[f"{kind.package}.{kind.text.rpartition('.')[2]}"] = kind
        return found


def json_fields(kind: GoType) -> dict[str, tuple[GoType, str]]:
    """JSON name to type and tag options, with those of embedded structs."""
    found: dict[str, tuple[GoType, str]] = {}
    for _, tag, embedded, inner in kind.fields():
        match = re.search(r'json:"([^",]*),?([^"]*)"', tag)
        name, options = match.groups() if match else ("", "")
        if embedded and not name:
            bare = inner.inner()[0] if inner.kind == POINTER else inner
            found = {**json_fields(bare), **found}
        elif name and name != "-":
            found[name] = (inner, options)
    return found


def json_order(kind: GoType) -> list[str]:
    """The names of the fields in the order in which Go writes them: those of an embedded struct stand in its place."""
    found: list[str] = []
    for _, tag, embedded, inner in kind.fields():
        match = re.search(r'json:"([^",]*)', tag)
        name = match[1] if match else ""
        if embedded and not name:
            found += json_order(inner.inner()[0] if inner.kind == POINTER else inner)
        elif name and name != "-":
            found.append(name)
    return found


def derived(field: dict[str, Any], tree: dict[str, dict[str, Any]], base: str) -> str:
    """The Go type that follows from the schema alone; the same rule as ``Schema.go_type``."""
    if "$ref" in field:
        target = tree[make_schemas.resolve(field["$ref"], base)]
        return str(target.get("x-go-type") or "v1." + target["title"])
    if field.get("type") == "array":
        return "[]" + derived(field["items"], tree, base)
    if field.get("type") == "object":
        return "map[string]" + derived(field["additionalProperties"], tree, base)
    if field.get("format") == "byte":
        return "[]uint8"
    plain = {"integer": field.get("format", "int64"), "boolean": "bool", "number": "float64"}
    return str(plain.get(field["type"], "string"))


def zero(kind: GoType, options: str) -> str | None:
    """What becomes of a field's zero value; see the module's docstring."""
    if "omitzero" in options:
        return None
    if kind.kind == POINTER:
        return None if kind.inner()[0].kind == STRUCT else "kept"
    return "written" if kind.kind == STRUCT or "omitempty" not in options else None


def describe(kind: GoType, schema: dict[str, Any]) -> dict[str, Any]:
    """The merge patch that says of ``schema`` what its Go type says."""
    patch: dict[str, Any] = {"properties": {}}
    if kind.text != "v1." + schema["title"]:
        patch["x-go-type"] = kind.text
    for field, (go, tag) in json_fields(kind).items():
        if field in schema["properties"]:
            bare = go.inner()[0] if go.kind == POINTER else go
            marks = {"x-go-type": bare.text, "x-go-zero": zero(go, tag)}
            patch["properties"][field] = {key: value for key, value in marks.items() if value}
    return patch


def shorten(patch: dict[str, Any], tree: dict[str, dict[str, Any]], path: str) -> None:
    """Leave out of a patch the Go types that follow from the schema anyway."""
    for field, marks in list(patch["properties"].items()):
        if marks.get("x-go-type") == derived(tree[path]["properties"][field], tree, path):
            del marks["x-go-type"]
        if not marks:
            del patch["properties"][field]


def main(argv: list[str] | None = None) -> int:
    """Write the overlay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", default=make_schemas.DEFAULT_VERSION, help="Kubernetes version of the schemas")
    parser.add_argument("kubectl", type=Path, help="a kubectl binary of that version")
    options = parser.parse_args(argv)

    definitions = make_schemas.load_definitions(options.version)
    tree = make_schemas.generate(definitions, overlays=False)
    structs = Binary(options.kubectl).structs()
    overlay: dict[str, dict[str, Any]] = {}
    order: dict[str, list[str]] = {}
    for name, path in make_schemas.plan(definitions, make_schemas.served_kinds(definitions)).items():
        package, _, type_name = name.removeprefix("io.k8s.").rpartition(".")
        kind = structs.get(f"k8s.io/{package.replace('.', '/')}.{type_name}")
        if kind is not None and "properties" in tree[path]:
            overlay[path] = describe(kind, tree[path])
            names = [name for name in json_order(kind) if name in tree[path]["properties"]]
            if names != sorted(names):
                order[path] = names
    for path, patch in overlay.items():
        tree[path] |= {key: value for key, value in patch.items() if key == "x-go-type"}
    for path, patch in overlay.items():
        shorten(patch, tree, path)
    overlay = {path: patch for path, patch in overlay.items() if patch["properties"] or "x-go-type" in patch}
    TARGET.write_text(json.dumps(overlay, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    rows = ((json.dumps(path), json.dumps(order[path], separators=(",", ":"))) for path in sorted(order))
    lines = ",\n".join(f" {path}: {names}" for path, names in rows)
    ORDER.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(overlay)} of {len(tree)} schemas")
    return 0


if __name__ == "__main__":
    sys.exit(main())
