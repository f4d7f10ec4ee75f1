"""What the verbs that make Secrets share (upstream: kubectl ``cmd/create/create_secret.go``)."""

from __future__ import annotations

from minikctl.commands._options import flag
from minikctl.commands.create._data import hash_suffix
from minikctl.commands.create._generators import GeneratorOptions, create, metadata
from minikctl.errors import UsageError, quote
from minikctl.lib import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SecretOptions(GeneratorOptions):
    """Flags of every verb that makes a Secret."""

    append_hash: bool = flag("append-hash", kind="bool", help="Put a hash of the content behind the name.")


class SecretData:
    """The keys of a Secret that is made, each once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: dict[str, str] = {}

    def add(self, key: str, value: bytes) -> None:
        """Take a key and its value. Raises UsageError in kubectl's words."""
        from base64 import b64encode

        messages = names.is_config_map_key(key)
        if messages:
            raise UsageError(f"{quote(key)} is not valid key name for a Secret {';'.join(messages)}")
        if key in self.data:
            raise UsageError(f"cannot add key {key}, another key by that name already exists")
        self.data[key] = b64encode(value).decode()


def create_secret(session: Session, options: SecretOptions, content: SecretData, kind: str, *, failed: str) -> None:
    """Store a Secret of the type ``kind`` ("": the API chooses). Raises MinikctlError."""
    obj: Obj = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata(session, content.name)}
    if content.data:
        obj["data"] = dict(sorted(content.data.items()))
    if kind:
        obj["type"] = kind
    if options.append_hash:
        hashed = {"kind": "Secret", "type": kind, "name": content.name, "data": content.data}
        obj["metadata"]["name"] = f"{content.name}-{hash_suffix(hashed)}"
    create(session, options, obj, failed=failed)
