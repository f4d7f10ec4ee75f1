"""What ConfigMaps and Secrets have in common: data under keys that may become names of files, of limited size."""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.kinds.base import Obj

#: bytes that one object may hold (upstream: ``MaxSecretSize``, for ConfigMaps too)
MAX_SIZE = 1 << 20

IMMUTABLE = "field is immutable when `immutable` is set"


def validate_key(key: str, path: str) -> list[FieldError]:
    """The rules of one key of ``path`` ("data")."""
    from minikctl.lib.names import is_config_map_key

    return [invalid(f"{path}[{key}]", key, message) for message in is_config_map_key(key)]


def validate_immutable(obj: Obj, old: Obj, fields: Iterable[str]) -> list[FieldError]:
    """An object that said ``immutable: true`` keeps saying so, and keeps ``fields`` as they are."""
    if not old.get("immutable"):
        return []
    errors = [] if obj.get("immutable") else [forbidden("immutable", IMMUTABLE)]
    return errors + [
        forbidden(field, IMMUTABLE) for field in fields if (obj.get(field) or {}) != (old.get(field) or {})
    ]


def text_size(text: str) -> int:
    """The bytes of ``text`` in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def decoded(value: Any) -> bytes:
    """The bytes that a base64 text stands for. Raises ValueError where it is none."""
    from binascii import a2b_base64

    return a2b_base64(value or "")
