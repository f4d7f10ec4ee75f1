"""Whether a kind in a group of the Kubernetes community's was approved by it (upstream: ``apihelpers/helpers.go``)."""

from __future__ import annotations

from minikctl.errors import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ANNOTATION = "api-approved.kubernetes.io"
MISSING, INVALID, APPROVED, BYPASSED = "missing", "invalid", "approved", "bypassed"
_HELP = "https://github.com/kubernetes/enhancements/pull/1111"


def is_protected(group: str) -> bool:
    """Whether a group is the community's: ``k8s.io``, ``kubernetes.io`` and what ends in them."""
    return any(group == domain or group.endswith(f".{domain}") for domain in ("k8s.io", "kubernetes.io"))


def approval_state(annotations: Mapping[str, str]) -> tuple[str, str]:
    """What the annotation says, and why (upstream: ``GetAPIApprovalState``)."""
    text = annotations.get(ANNOTATION, "")
    if not text:
        return MISSING, f"protected groups must have approval annotation {quote(ANNOTATION)}, see {_HELP}"
    if text.startswith("unapproved"):
        return BYPASSED, f"not approved: {quote(text)}"
    if _is_url(text):
        return APPROVED, f"approved in {text}"
    reason = f"protected groups must have approval annotation {quote(ANNOTATION)} with either a URL or a reason "
    return INVALID, f'{reason}starting with "unapproved", see {_HELP}'


def _is_url(text: str) -> bool:
    scheme, colon, rest = text.partition("://")
    return bool(scheme and colon and rest.partition("/")[0]) and scheme.isalpha()
