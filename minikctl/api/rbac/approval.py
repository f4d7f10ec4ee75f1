"""Who may approve requests for certificates, signer by signer.

Upstream: the admission plugin CertificateApproval (``plugin/pkg/admission/certificates``).
"""

from __future__ import annotations

from minikctl.api.rbac.rules import Attributes, Resolver
from minikctl.errors import Forbidden, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api

    Obj = dict[str, Any]


def check_approval(api: Api, user: User, request: Obj) -> None:
    """Raise Forbidden where the user may not approve what the signer of ``request`` signs."""
    signer = (request.get("spec") or {}).get("signerName", "")
    resolver = Resolver(api)
    for name in (signer, f"{signer.partition('/')[0]}/*"):
        attributes = Attributes(user, "approve", group="certificates.k8s.io", resource="signers", name=name)
        if resolver.authorize(attributes)[0]:
            return
    raise Forbidden(
        "certificatesigningrequests.certificates.k8s.io", request["metadata"]["name"],
        f"user not permitted to approve requests with signerName {quote(signer)}",
    )
