"""Ingress (networking.k8s.io/v1): which HTTP requests from outside reach which Service.

Upstream: ``pkg/registry/networking/ingress/strategy.go`` and ``printIngress``. Rules and ``describe`` stand in the
modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
#: how many hosts the table shows
SHOWN_HOSTS = 3


class IngressKind(Kind):
    """The hooks of Ingresses."""

    columns = (
        Column("NAME"), Column("CLASS"), Column("HOSTS"), Column("ADDRESS"), Column("PORTS"), Column("AGE"),
    )
    has_generation = True
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        obj.setdefault("spec", {})

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: no load balancer has answered yet."""
        obj["status"] = {"loadBalancer": {}}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.ingress.validation import validate_ingress

        return validate_ingress(obj, creation=True)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the rules again; an old annotation may contradict the class then."""
        from minikctl.kinds.ingress.validation import validate_ingress

        return validate_ingress(obj, creation=False)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        if CLASS_ANNOTATION not in (obj["metadata"].get("annotations") or {}):
            return []
        return [f"annotation \"{CLASS_ANNOTATION}\" is deprecated, please use 'spec.ingressClassName' instead"]

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.service import load_balancer_string
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj["spec"]
        return (
            metadata["name"], spec.get("ingressClassName", "<none>"), format_hosts(spec.get("rules") or ()),
            load_balancer_string((obj.get("status") or {}).get("loadBalancer")),
            "80, 443" if spec.get("tls") else "80", age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.ingress.describe import describe_ingress

        describe_ingress(out, obj, read)


def format_hosts(rules: Sequence[Obj]) -> str:
    """The cell HOSTS: up to three hosts, ``*`` where none is named."""
    hosts: list[str] = []
    more = False
    for rule in rules:
        more = more or len(hosts) == SHOWN_HOSTS
        if not more and rule.get("host"):
            hosts.append(rule["host"])
    if not hosts:
        return "*"
    shown = ",".join(hosts)
    return f"{shown} + {len(rules) - SHOWN_HOSTS} more..." if more else shown


KIND = IngressKind
