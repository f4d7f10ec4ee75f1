"""CertificateSigningRequest (certificates.k8s.io/v1): a certificate that somebody wants signed.

Upstream: ``pkg/registry/certificates/certificates/strategy.go`` and ``printCertificateSigningRequest``. Rules and
``describe`` stand in the modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

#: who makes requests unless somebody else is impersonated, as the API server notes it
ADMINISTRATOR: Obj = {"username": "kubernetes-admin", "groups": ["system:masters", "system:authenticated"]}


class CertificateSigningRequestKind(Kind):
    """The hooks of CertificateSigningRequests."""

    columns = (
        Column("NAME"), Column("AGE"), Column("SIGNERNAME"), Column("REQUESTOR"), Column("REQUESTEDDURATION"),
        Column("CONDITION"),
    )
    has_status = True
    name_format = "path-segment"
    field_labels = ("spec.signerName",)
    #: who asks now
    requester = ADMINISTRATOR

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: who asks is not what the request says."""
        spec = obj.setdefault("spec", {})
        for field in ("username", "groups", "uid", "extra"):
            spec.pop(field, None)
        spec.update(self.requester)
        obj["status"] = {}

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """See ``Kind.prepare_for_update``: a request stays what it was."""
        obj["spec"] = old["spec"]

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.certificatesigningrequest.validation import validate_request

        return validate_request(obj["spec"], "spec")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.duration import human_duration
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        seconds = spec.get("expirationSeconds")
        return (
            metadata["name"], age(metadata.get("creationTimestamp"), now), spec.get("signerName") or "<none>",
            spec.get("username", ""), "<none>" if seconds is None else human_duration(seconds), request_status(obj),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.certificatesigningrequest.describe import describe_request

        describe_request(out, obj)


def request_status(obj: Obj) -> str:
    """``Pending``, ``Approved,Issued``, ``Denied`` ... (upstream: ``extractCSRStatus``)."""
    status = obj.get("status") or {}
    types = {condition.get("type") for condition in status.get("conditions") or ()}
    text = "Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"
    if "Failed" in types:
        text += ",Failed"
    return f"{text},Issued" if status.get("certificate") else text


KIND = CertificateSigningRequestKind
