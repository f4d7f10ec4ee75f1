"""Services: what ``get`` shows of them. What the API server makes of one stands in ``rules`` and ``updates``.

Upstream: ``pkg/registry/core/service/strategy.go`` and the printers' ``printService``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Sums, Writer


class Service(Kind):
    """The hooks of Services."""

    columns = (
        Column("NAME"), Column("TYPE"), Column("CLUSTER-IP"), Column("EXTERNAL-IP"), Column("PORT(S)"), Column("AGE"),
        Column("SELECTOR", wide=True),
    )
    has_status = True
    exposable = True
    selector_can_be_set = True
    # RFC 1123 labels since 1.34's RelaxedServiceNameValidation: a name may start with a digit.
    name_format = "label"
    field_labels = ("spec.clusterIP", "spec.type")
    ref_path = ("spec", "clusterIP")

    def default(self, obj: Obj) -> None:
        """Fill in types, protocols, target ports and policies."""
        from minikctl.kinds.service.rules import default

        default(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """No load balancer has answered yet."""
        obj["status"] = {"loadBalancer": {}}

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Take away what belonged to the old type and was not meant to stay."""
        from minikctl.kinds.service.updates import drop_type_dependent_fields

        drop_type_dependent_fields(obj, old)

    def validate(self, obj: Obj) -> list[FieldError]:
        """Upstream: ``ValidateService``."""
        from minikctl.kinds.service.rules import validate

        return validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Upstream: ``ValidateServiceUpdate``."""
        from minikctl.kinds.service.rules import validate
        from minikctl.kinds.service.updates import validate_update

        return validate_update(obj, old) + validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """Fields that are ignored or on their way out."""
        from minikctl.kinds.service.warnings import warnings

        return warnings(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get services``."""
        from minikctl.lib.labels import format_labels
        from minikctl.lib.times import age

        spec, meta = obj["spec"], obj["metadata"]
        return (
            meta["name"], spec.get("type", ""), (spec.get("clusterIPs") or ["<none>"])[0], external_ip(obj),
            port_string(spec.get("ports") or ()) or "<none>", age(meta.get("creationTimestamp"), now),
            format_labels(spec.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """Write a Service as ``kubectl describe`` does."""
        from minikctl.kinds.service.describing import describe

        describe(out, obj, read)

    def sums(self, before: Obj | None, after: Obj | None) -> tuple[Sums | None, Sums | None]:
        """See ``kinds.service.sums``."""
        from minikctl.kinds.service.sums import sums_of

        return None if before is None else sums_of(before), None if after is None else sums_of(after)

    def selector(self, obj: Obj) -> Obj | None:
        """The Pods that the Service leads to; None without a selector."""
        labels = obj["spec"].get("selector")
        return {"matchLabels": labels} if labels else None


def external_ip(obj: Obj) -> str:
    """The cell EXTERNAL-IP."""
    spec = obj["spec"]
    external: list[str] = spec.get("externalIPs") or []
    kind = spec.get("type")
    if kind in ("ClusterIP", "NodePort"):
        return ",".join(external) or "<none>"
    if kind == "LoadBalancer":
        balancer = load_balancer_string((obj.get("status") or {}).get("loadBalancer"))
        return ",".join([*([balancer] if balancer else []), *external]) or "<pending>"
    if kind == "ExternalName":
        name: str = spec.get("externalName", "")
        return name
    return "<unknown>"


def load_balancer_string(status: Any) -> str:
    """The addresses or host names of a load balancer's status, sorted.

    Upstream's ``loadBalancerStatusStringer`` can cut them, but the API server makes its tables as for ``-o wide``.
    """
    found = {point.get("ip") or point.get("hostname") or "" for point in (status or {}).get("ingress") or ()}
    return ",".join(sorted(found - {""}))


def port_string(ports: Iterable[Obj]) -> str:
    """``80/TCP,443:30443/TCP``: each port, with its node port where it has one."""
    return ",".join(
        f"{port['port']}{':' + str(port['nodePort']) if port.get('nodePort') else ''}/{port.get('protocol', '')}"
        for port in ports
    )


def is_headless(obj: Obj) -> bool:
    """Whether the Service has no address of its own, by its own wish (``clusterIP: None``)."""
    return bool(obj["spec"].get("clusterIPs") == ["None"])


def is_externally_accessible(spec: Obj) -> bool:
    """Whether traffic reaches the Service from outside of the cluster (upstream: ``ExternallyAccessible``)."""
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def needs_health_check(spec: Obj) -> bool:
    """Whether load balancers have to ask each node if it has endpoints (upstream: ``NeedsHealthCheck``)."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


KIND = Service
