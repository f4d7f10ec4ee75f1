"""The signers of Kubernetes itself: approved requests get their certificate, which is simulated (see ``lib.x509``).

Upstream: ``pkg/controller/certificates/signer`` and ``pkg/apis/certificates/helpers.go``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.lib.pkcs10 import CertificateRequest

    Obj = dict[str, Any]

REQUESTS = "certificatesigningrequests.certificates.k8s.io"
CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT, KUBELET_SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
SIGNERS = (CLIENT, KUBELET_CLIENT, KUBELET_SERVING)
#: seconds that certificates hold at most and at least, and that they begin before they are written
LONGEST, SHORTEST, BACKDATE = 365 * 86400, 600, 300
ISSUER = "kubernetes"


class SigningController(Controller):
    """CertificateSigningRequests, by name."""

    name = "csrsigning"
    watches = (REQUESTS,)

    def keys(self, change: Change, context: Context) -> Iterator[str]:  # noqa: ARG002 - the signature of Controller
        """A request that was written."""
        if change.after is not None:
            yield change.name

    def sync(self, context: Context, key: str) -> None:
        """Sign a request that was approved, or say why that cannot be."""
        request = context.get(REQUESTS, "", key)
        if request is None:
            return
        spec, status = request["spec"], request.get("status") or {}
        types = {condition.get("type") for condition in status.get("conditions") or ()}
        if "Approved" not in types or types & {"Failed", "Denied"} or status.get("certificate"):
            return
        if spec.get("signerName") not in SIGNERS:
            return
        from base64 import b64decode, b64encode

        from minikctl.lib.pkcs10 import parse_request

        parsed = parse_request(b64decode(spec["request"]))
        complaint = refusal(spec["signerName"], parsed, spec.get("usages") or ())
        if complaint:
            now = format_time(context.now())
            condition = {
                "type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": complaint,
                "lastUpdateTime": now, "lastTransitionTime": now,
            }
            request["status"] = {**status, "conditions": [*(status.get("conditions") or ()), condition]}
        else:
            text = _sign(context, parsed, spec, request["metadata"]["uid"])
            request["status"] = {**status, "certificate": b64encode(text).decode()}
        context.update_status(request)


def _sign(context: Context, parsed: CertificateRequest, spec: Obj, uid: str) -> bytes:
    from minikctl.lib.x509 import make_certificate

    seconds = min(max(spec.get("expirationSeconds") or LONGEST, SHORTEST), LONGEST)
    now = int(context.now())
    return make_certificate(
        parsed, spec.get("usages") or (), serial=int(uid.replace("-", ""), 16), issuer=ISSUER, begin=now - BACKDATE,
        end=now + seconds,
    )


def refusal(signer: str, parsed: CertificateRequest, usages: Sequence[str]) -> str:
    """Why a signer does not sign a request; "" where it does."""
    if signer == CLIENT:
        return _client_refusal(usages)
    return _kubelet_refusal(parsed, usages, serving=signer == KUBELET_SERVING)


def _client_refusal(usages: Sequence[str]) -> str:
    """Upstream: ``validAPIServerClientUsages``."""
    for usage in usages:
        if usage not in ("digital signature", "key encipherment", "client auth"):
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _kubelet_refusal(parsed: CertificateRequest, usages: Sequence[str], *, serving: bool) -> str:
    """Upstream: ``ValidateKubeletServingCSR`` and ``ValidateKubeletClientCSR``."""
    if parsed.subject.get("organization") != ["system:nodes"]:
        return "subject organization is not system:nodes"
    names = parsed.alternatives
    if serving and not (names.get("dnsNames") or names.get("ipAddresses")):
        return "DNS or IP subjectAltName is required"
    banned = [("emailAddresses", "Email"), ("uris", "URI")]
    if not serving:
        banned = [("dnsNames", "DNS"), ("emailAddresses", "Email"), ("ipAddresses", "IP"), ("uris", "URI")]
    for field, title in banned:
        if names.get(field):
            return f"{title} subjectAltNames are not allowed"
    if not "".join(parsed.subject.get("commonName", [""])).startswith("system:node:"):
        return "subject common name does not begin with system:node: "
    purpose = "server auth" if serving else "client auth"
    if set(usages) - {"key encipherment"} != {"digital signature", purpose}:
        return f"usages did not match [{purpose} digital signature key encipherment]"
    return ""


CONTROLLER = SigningController
