"""``create configmap`` (upstream: kubectl ``cmd/create/create_configmap.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._data import add_env_files, add_files, add_literals, hash_suffix, text_of
from minikctl.commands.create._generators import ContentOptions, GeneratorOptions, create, metadata, one_name
from minikctl.errors import UsageError, quote
from minikctl.lib import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreateConfigMapOptions(ContentOptions, GeneratorOptions):
    """Flags of ``create configmap``."""

    from_literal: list[str] = flag(
        "from-literal", kind="array", help="A key and its value: KEY=VALUE; may be repeated."
    )
    append_hash: bool = flag("append-hash", kind="bool", help="Put a hash of the content behind the name.")


def run(options: CreateConfigMapOptions, session: Session) -> None:
    """Make a ConfigMap of literals and files."""
    name = one_name(session, options, "create configmap")
    if options.from_env_file and (options.from_file or options.from_literal):
        raise UsageError("from-env-file cannot be combined with from-file or from-literal")
    data, binary = _content(options, session, name)
    obj: Obj = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata(session, name)}
    if data:
        obj["data"] = dict(sorted(data.items()))
    if binary:
        obj["binaryData"] = dict(sorted(binary.items()))
    if options.append_hash:
        hashed: Obj = {"kind": "ConfigMap", "name": name, "data": data}
        if binary:
            hashed["binaryData"] = binary
        obj["metadata"]["name"] = f"{name}-{hash_suffix(hashed)}"
    create(session, options, obj, failed="failed to create configmap: ")


def _content(options: CreateConfigMapOptions, session: Session, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The texts, and what is no text in base64."""
    from base64 import b64encode

    data: dict[str, str] = {}
    binary: dict[str, str] = {}

    def add(key: str, value: bytes) -> None:
        messages = names.is_config_map_key(key)
        if messages:
            raise UsageError(f"{quote(key)} is not a valid key name for a ConfigMap: {','.join(messages)}")
        for field, keys in (("Data", data), ("BinaryData", binary)):
            if key in keys:
                raise UsageError(
                    f"cannot add key {quote(key)}, another key by that name already exists in {field} for ConfigMap "
                    f"{quote(name)}"
                )
        text = text_of(value)
        if text is None:
            binary[key] = b64encode(value).decode()
        else:
            data[key] = text

    add_files(options.from_file, add)
    add_literals(options.from_literal, add)
    add_env_files(options.from_env_file, session.env.environ, add)
    return data, binary


COMMAND = Command(
    usage="create configmap NAME [--from-file=[KEY=]FILE] [--from-literal=KEY=VALUE] [--from-env-file=FILE]",
    summary="Create a ConfigMap",
    examples=(
        ("Keys and values", "create configmap settings --from-literal=color=blue --from-literal=size=9"),
        ("A key for each file", "create configmap site --from-file=web.yaml --from-file=renamed=web.yaml"),
    ),
    options=CreateConfigMapOptions,
    run=run,
)
