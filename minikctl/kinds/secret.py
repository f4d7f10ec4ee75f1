"""Secrets (upstream: ``pkg/registry/core/secret``, ``ValidateSecret``, kubectl's SecretDescriber)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type
SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name"
BASIC_AUTH = "kubernetes.io/basic-auth"
TLS = "kubernetes.io/tls"
#: the keys that each of these types has to have
REQUIRED_KEYS = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    TLS: ("tls.crt", "tls.key"),
}
#: the types whose value has to be a JSON object
JSON_TYPES = ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson")


class Secret(Kind):
    """The hooks of Secrets."""

    confidential = ("data", "stringData")
    columns = (Column("NAME"), Column("TYPE"), Column("DATA"), Column("AGE"))
    field_labels = ("type",)

    def default(self, obj: Obj) -> None:
        """Fold stringData into data, where it wins (upstream: ``Convert_v1_Secret_To_core_Secret``); the type."""
        texts = obj.pop("stringData", None)
        if texts:
            from binascii import b2a_base64

            data = dict(obj.get("data") or {})
            for key, text in texts.items():
                data[key] = b2a_base64((text or "").encode("utf-8", "surrogatepass"), newline=False).decode("ascii")
            obj["data"] = data
        if not obj.get("type"):
            obj["type"] = "Opaque"

    def validate(self, obj: Obj) -> list[FieldError]:
        """Keys, the size of all data, and what the type demands."""
        from minikctl.errors import too_long
        from minikctl.kinds.keyeddata import MAX_SIZE, decoded, validate_key

        data = obj.get("data") or {}
        errors: list[FieldError] = []
        for key in sorted(data):
            errors += validate_key(key, "data")
        if sum(len(decoded(value)) for value in data.values()) > MAX_SIZE:
            errors.append(too_long("data", MAX_SIZE))
        return errors + _validate_type(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Upstream: ``ValidateSecretUpdate``."""
        from minikctl.kinds.keyeddata import validate_immutable
        from minikctl.kinds.meta import validate_immutable_field

        errors = validate_immutable_field(obj.get("type", ""), old.get("type", ""), "type")
        return errors + validate_immutable(obj, old, ("data",)) + self.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """A TLS Secret whose certificate or key is plainly none (upstream: the start of ``tls.X509KeyPair``)."""
        if obj.get("type") != TLS:
            return []
        from minikctl.kinds.keyeddata import decoded

        data = obj.get("data") or {}
        for key, what in (("tls.crt", "certificate"), ("tls.key", "key")):
            if b"-----BEGIN " not in decoded(data.get(key)):
                return [f"tls: failed to find any PEM data in {what} input"]
        return []

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get secrets``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        items = len(obj.get("data") or ())
        return metadata["name"], obj.get("type", ""), str(items), age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """Write how long each value is; only tokens of service accounts are shown. Upstream shows no events here."""
        from minikctl.kinds.heading import describe_heading
        from minikctl.kinds.keyeddata import decoded

        describe_heading(out, obj)
        out.write(0, f"\nType:\t{obj.get('type', '')}\n")
        out.write(0, "\nData\n====\n")
        data = obj.get("data") or {}
        for key in sorted(data):
            value = decoded(data[key])
            if key == "token" and obj.get("type") == SERVICE_ACCOUNT_TOKEN:
                out.write(0, f"{key}:\t{value.decode('utf-8', 'replace')}\n")
            else:
                out.write(0, f"{key}:\t{len(value)} bytes\n")


def _validate_type(obj: Obj) -> list[FieldError]:
    """What the type demands; a type that is not Kubernetes' own demands nothing."""
    from minikctl.errors import required

    kind, data = obj.get("type", ""), obj.get("data") or {}
    if kind == SERVICE_ACCOUNT_TOKEN:
        if not (obj["metadata"].get("annotations") or {}).get(SERVICE_ACCOUNT_NAME):
            return [required(f"metadata.annotations[{SERVICE_ACCOUNT_NAME}]")]
        return []
    if kind == BASIC_AUTH:
        # Either may be absent, but not both.
        keys = ("username", "password")
        return [] if any(key in data for key in keys) else [required(f"data[{key}]") for key in keys]
    missing = [key for key in REQUIRED_KEYS.get(kind, ()) if key not in data]
    if kind == "kubernetes.io/ssh-auth" and not data.get("ssh-privatekey"):
        missing = ["ssh-privatekey"]
    if missing or kind not in JSON_TYPES:
        return [required(f"data[{key}]") for key in missing]
    return _validate_json(data, REQUIRED_KEYS[kind][0])


def _validate_json(data: Obj, key: str) -> list[FieldError]:
    """A docker configuration has to be a JSON object; the error does not show it."""
    from minikctl.errors import invalid
    from minikctl.kinds.keyeddata import decoded

    complaint = _json_object_error(decoded(data[key]))
    return [invalid(f"data[{key}]", "<secret contents redacted>", complaint)] if complaint else []


def _json_object_error(text: bytes) -> str:
    """What Go says of ``text`` when it is to be a JSON object; "" when it is one (or null)."""
    from minikctl.lib.gojsonsyntax import JSONSyntaxError, scan

    try:
        rest = text[scan(text):].strip(b" \t\r\n")
    except JSONSyntaxError as error:
        # Go's Unmarshal, which has the whole text, says this of a text that just ends.
        return "unexpected end of JSON input" if error.offset == 0 else str(error)
    if rest:
        return f"invalid character {chr(rest[0])!r} after top-level value"
    first = text.strip(b" \t\r\n")[:1]
    if first in (b"{", b"n"):
        return ""
    found = {b"[": "array", b'"': "string", b"t": "bool", b"f": "bool"}.get(first, "number")
    return f"json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"


KIND = Secret
