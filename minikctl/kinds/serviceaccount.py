"""ServiceAccounts (upstream: ``pkg/registry/core/serviceaccount``, kubectl's ServiceAccountDescriber)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader, Writer

ENFORCE_MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets"


class ServiceAccount(Kind):
    """The hooks of ServiceAccounts."""

    columns = (Column("NAME"), Column("AGE"))

    def prepare_for_create(self, obj: Obj) -> None:
        """Keep of the Secrets that are named only the names (upstream: ``cleanSecretReferences``)."""
        _clean_secret_references(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:  # noqa: ARG002 - the hook's signature
        """See ``prepare_for_create``."""
        _clean_secret_references(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """The annotation that limits which Secrets Pods may mount is on its way out."""
        if ENFORCE_MOUNTABLE_SECRETS not in (obj["metadata"].get("annotations") or {}):
            return []
        return [
            (f"metadata.annotations[{ENFORCE_MOUNTABLE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to "
            "isolate access to mounted secrets")
        ]

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """Write which Secrets images are pulled with."""
        from minikctl.kinds.heading import describe_heading

        describe_heading(out, obj)
        header = "Image pull secrets:"
        for reference in obj.get("imagePullSecrets") or ({"name": "<none>"},):
            out.write(0, f"{header}\t{reference.get('name', '')}\n")
            header = " " * len(header)
        out.events(obj)


def _clean_secret_references(obj: Obj) -> None:
    if obj.get("secrets"):
        obj["secrets"] = [{"name": reference.get("name", "")} for reference in obj["secrets"]]


KIND = ServiceAccount
