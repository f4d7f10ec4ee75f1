"""What the verbs that make Services share (upstream: kubectl ``cmd/create/create_service.go``)."""

from __future__ import annotations

from minikctl.commands._options import flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata
from minikctl.errors import UsageError
from minikctl.lib import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ServiceOptions(GeneratorOptions):
    """Flags of every verb that makes a Service."""

    tcp: list[str] = flag("tcp", kind="strings", help="A port, or PORT:TARGETPORT; may be repeated.")


def require_ports(options: ServiceOptions) -> None:
    """Refuse a Service without ports. Raises UsageError."""
    if not options.tcp:
        raise UsageError("at least one tcp port specifier must be provided")


def create_service(
    session: Session, options: ServiceOptions, name: str, kind: str, *, node_port: int = 0, **fields: str
) -> None:
    """Store a Service of the type ``kind``; ``fields`` are more of its spec. Raises MinikctlError."""
    labels = {"app": name}
    spec: Obj = {}
    ports = [_port(text, node_port) for text in options.tcp]
    if ports:
        spec["ports"] = ports
    spec["selector"] = dict(labels)
    if fields.get("clusterIP"):
        spec["clusterIP"] = fields["clusterIP"]
    spec["type"] = kind
    if fields.get("externalName"):
        spec["externalName"] = fields["externalName"]
    obj = {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": metadata(session, name, labels=labels),
        "spec": spec,
        "status": {"loadBalancer": {}},
    }
    create(session, options, obj, failed=f"failed to create {kind} service: ")


def _port(text: str, node_port: int) -> Obj:
    """A port of the spec from ``80`` or ``80:8080`` or ``80:http``. Raises UsageError."""
    first, *rest = text.split(":")
    port = _port_number(first)
    found: Obj = {
        "name": text.replace(":", "-"),
        "protocol": "TCP",
        "port": port,
        "targetPort": _target_port(rest[0]) if rest else port,
    }
    if node_port:
        found["nodePort"] = node_port
    return found


def _port_number(text: str) -> int:
    """A port from 0 to 65535 (upstream: ``utilsnet.ParsePort``)."""
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    number = int(text.lstrip("0")[:6] or "0")  # Python does not convert endless digits
    if number > 65535:
        raise UsageError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return number


def _target_port(text: str) -> int | str:
    from minikctl.lib.intstr import parse

    port = parse(text)
    messages = names.is_valid_port_num(port) if isinstance(port, int) else names.is_valid_port_name(port)
    if messages:
        raise UsageError(",".join(messages))
    return port
