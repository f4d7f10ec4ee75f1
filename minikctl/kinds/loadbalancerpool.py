"""LoadBalancerPools: the addresses that LoadBalancer Services get (``minikctl.dev/v1alpha1``, minikctl's own kind).

A bare cluster has nothing that would give a Service an address: its EXTERNAL-IP stays ``<pending>``. A pool stands for
what a cloud, or MetalLB, would do.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class LoadBalancerPoolKind(Kind):
    """The hooks of LoadBalancerPools."""

    columns = (Column("NAME"), Column("ADDRESSES"), Column("AGE"))
    has_generation = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """The addresses are a range of IPv4."""
        from minikctl.errors import invalid, required
        from minikctl.lib.addresses import is_valid_cidr
        from minikctl.lib.ips import parse_cidr

        text = (obj.get("spec") or {}).get("addresses")
        if not text:
            return [required("spec.addresses")]
        errors = [invalid("spec.addresses", text, message) for message in is_valid_cidr(text)]
        parsed = parse_cidr(text)
        if not errors and (parsed is None or parsed[0] != 4):
            errors.append(invalid("spec.addresses", text, "must be a range of IPv4 addresses"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """The range may change; Services keep what they have."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get loadbalancerpools``."""
        from minikctl.lib.times import age

        meta = obj["metadata"]
        return meta["name"], obj["spec"].get("addresses", ""), age(meta.get("creationTimestamp"), now)


KIND = LoadBalancerPoolKind
