"""NetworkPolicy (networking.k8s.io/v1): which traffic reaches and leaves which Pods.

Upstream: ``pkg/apis/networking/v1/defaults.go``, ``pkg/registry/networking/networkpolicy/strategy.go`` and
``printNetworkPolicy``. Rules and ``describe`` stand in the modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

#: (direction, its rules, the peers of a rule)
DIRECTIONS = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))


class NetworkPolicyKind(Kind):
    """The hooks of NetworkPolicies."""

    columns = (Column("NAME"), Column("POD-SELECTOR"), Column("AGE"))
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: protocols, and which directions are meant."""
        spec = obj.setdefault("spec", {})
        spec.setdefault("podSelector", {})
        for _, direction, _ in DIRECTIONS:
            for rule in spec.get(direction) or ():
                for port in rule.get("ports") or ():
                    port.setdefault("protocol", "TCP")
        if not spec.get("policyTypes"):
            spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.networkpolicy.validation import validate_spec

        return validate_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        selector = format_label_selector((obj.get("spec") or {}).get("podSelector") or {})
        return metadata["name"], selector, age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.networkpolicy.describe import describe_network_policy

        describe_network_policy(out, obj)

    def selector(self, obj: Obj) -> Obj | None:
        """See ``Kind.selector``: the Pods that the policy is about."""
        found: Obj = (obj.get("spec") or {}).get("podSelector") or {}
        return found


KIND = NetworkPolicyKind
