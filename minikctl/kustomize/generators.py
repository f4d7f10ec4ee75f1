"""ConfigMaps and Secrets out of literals, files and env files, and the hash of what is in them.

Upstream: ``api/internal/generators``, ``api/kv``, ``api/hasher``.
"""

from __future__ import annotations

from minikctl.kustomize.nodes import BOOL, STRING, KustomizeError, Scalar, mapping, plain, text_of
from minikctl.kustomize.resource import Resource
from minikctl.kustomize.texts import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.loading import Loader

_BASE64_LINE = 70
_BOM = b"\xef\xbb\xbf"
#: digits that are written as letters, so that no word comes about (upstream: ``encode``)
_SPELLED = str.maketrans("013ae", "ghkmt")


def make(kind: str, args: dict[str, Any], common: dict[str, Any] | None, loader: Loader) -> Resource:
    """The object of one entry of ``configMapGenerator`` or ``secretGenerator``.

    ``common`` are the ``generatorOptions``. Raises KustomizeError.
    """
    options = _options(args.get("options"), common)
    name = args.get("name") or ""
    if not name:
        raise KustomizeError("a configmap must have a name")
    meta: dict[str, Any] = {"name": Scalar(name)}
    if args.get("namespace"):
        meta["namespace"] = Scalar(args["namespace"])
    node: dict[str, Any] = {"apiVersion": Scalar("v1"), "kind": Scalar(kind), "metadata": meta}
    if kind == "Secret":
        node["type"] = Scalar(args.get("type") or "Opaque")
    for key, value in sorted(_data(name, args, loader).items()):
        field, text = _entry(kind, value)
        node.setdefault(field, {})[key] = Scalar(text)
    for field in ("labels", "annotations"):
        values = options.get(field) or {}
        if values:
            meta[field] = {key: Scalar(value) for key, value in sorted(values.items())}
    if options.get("immutable"):
        node["immutable"] = Scalar("true", BOOL)
    resource = Resource(node)
    resource.needs_hash = not options.get("disableNameSuffixHash")
    behavior = args.get("behavior") or ""
    resource.behavior = behavior if behavior in {"create", "merge", "replace"} else "unspecified"
    return resource


def _options(own: dict[str, Any] | None, common: dict[str, Any] | None) -> dict[str, Any]:
    """An entry's options with the common ones, of which those of the entry win (``MergeGlobalOptionsIntoLocal``)."""
    own, common = own or {}, common or {}
    return {
        **{field: {**(common.get(field) or {}), **(own.get(field) or {})} for field in ("labels", "annotations")},
        **{field: common.get(field) or own.get(field) for field in ("disableNameSuffixHash", "immutable")},
    }


def _entry(kind: str, value: bytes) -> tuple[str, str]:
    """The field that a value stands in, and its text."""
    if kind == "Secret":
        return "data", _base64(value)
    try:
        return "data", value.decode()
    except UnicodeDecodeError:
        return "binaryData", _base64(value)


def _base64(value: bytes) -> str:
    """In lines of 70, each with its newline, where it is longer than one."""
    import base64

    text = base64.b64encode(value).decode()
    if len(text) < _BASE64_LINE:
        return text
    return "".join(text[at : at + _BASE64_LINE] + "\n" for at in range(0, len(text), _BASE64_LINE))


def _data(name: str, args: dict[str, Any], loader: Loader) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    sources = (
        ("envs", "env source files: ", _from_env_file),
        ("literals", "literal sources ", _from_literal),
        ("files", "file sources: ", _from_file),
    )
    for field, what, read in sources:
        for source in args.get(field) or ():
            try:
                pairs = read(source, loader)
            except KustomizeError as error:
                raise KustomizeError(
                    f"loading KV pairs: {what}[{' '.join(args[field])}]: {error}"
                ) from error
            for key, value in pairs:
                if key in found:
                    raise KustomizeError(f"configmap {name} illegally repeats the key `{key}`")
                found[key] = value
    return found


def _from_literal(source: str, _: Loader) -> list[tuple[str, bytes]]:
    key, equals, value = source.partition("=")
    if not equals or not key:
        raise KustomizeError(f"invalid literal source {source}, expected key=value")
    if value and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return [(key, value.encode())]


def _from_file(source: str, loader: Loader) -> list[tuple[str, bytes]]:
    """``path`` or ``key=path`` (upstream: ``ParseFileSource``)."""
    key, equals, path = source.partition("=")
    if source.count("=") > 1:
        raise KustomizeError(f"source {_quote(source)} key name or file path contains '='")
    if not equals:
        return [(source.rsplit("/", 1)[-1], loader.load_bytes(source))]
    if not key:
        raise KustomizeError(f"missing key name for file path {_quote(path)} in source {_quote(source)}")
    if not path:
        raise KustomizeError(f"missing file path for key name {_quote(key)} in source {_quote(source)}")
    return [(key, loader.load_bytes(path))]


def _from_env_file(source: str, loader: Loader) -> list[tuple[str, bytes]]:
    content = loader.load_bytes(source)
    pairs = []
    for number, line in enumerate(content.split(b"\n")):
        try:
            text = line.removesuffix(b"\r").removeprefix(_BOM if number == 0 else b"").decode().lstrip()
        except UnicodeDecodeError:
            shown = " ".join(str(byte) for byte in line)
            raise KustomizeError(
                f"line [{shown}] has invalid utf8 bytes : {line.decode('utf-8', 'replace')}"
            ) from None
        if not text or text.startswith("#"):
            continue
        key, equals, value = text.partition("=")
        if not equals:
            # A name alone takes its value from the environment of who builds; kustomize leaves it empty.
            value = ""
        pairs.append((key, value.encode()))
    return pairs


def _quote(text: str) -> str:
    from minikctl.errors import quote

    return quote(text)


def content_hash(resource: Resource) -> str:
    """The suffix that a generated object's name gets (upstream: ``Hasher.Hash``).

    The name itself has no part in it: kustomize looks for a field that is called ``metadata/name``, and finds none.
    """
    import hashlib

    from minikctl.lib import gojson

    node = resource.fields
    kind = resource.kind
    if kind == "ConfigMap":
        shown: dict[str, Any] = {"data": _part(node, "data"), "kind": kind, "name": ""}
        optional = "binaryData"
    elif kind == "Secret":
        shown = {
            "data": _part(node, "data"), "kind": kind, "name": "", "type": text_of(node.get("type")),
        }
        optional = "stringData"
    else:
        shown, optional = plain(node), ""
    if optional and isinstance(node.get(optional), dict):
        shown[optional] = plain(node[optional])
    text = gojson.compact(in_order(shown))
    return hashlib.sha256(text.encode()).hexdigest()[:10].translate(_SPELLED)


def _part(node: dict[str, Any], field: str) -> Any:
    value = node.get(field)
    if isinstance(value, dict):
        return {
            key: each.text if isinstance(each, Scalar) and each.tag == STRING else plain(each)
            for key, each in mapping(value).items()
        }
    return text_of(value)
