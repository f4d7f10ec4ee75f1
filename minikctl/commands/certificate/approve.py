"""``certificate approve`` (upstream: kubectl ``cmd/certificates``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.certificate._approval import ApprovalOptions, Decision, decide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session

_APPROVED = Decision("Approved", "Denied", "approve")


def run(options: ApprovalOptions, session: Session) -> None:
    """Approve requests: their signers may sign them."""
    decide(options, session, _APPROVED)


COMMAND = Command(
    usage="certificate approve (-f FILE | NAME)",
    summary="Approve a request for a certificate",
    description="The signers kubernetes.io/... then write a simulated certificate: well-formed, but signed by nobody's key.",
    examples=(("Approve a request", "certificate approve jane"),),
    options=ApprovalOptions,
    run=run,
)
