"""``certificate deny`` (upstream: kubectl ``cmd/certificates``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.certificate._approval import ApprovalOptions, Decision, decide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session

_DENIED = Decision("Denied", "Approved", "deny")


def run(options: ApprovalOptions, session: Session) -> None:
    """Deny requests: nobody signs them."""
    decide(options, session, _DENIED)


COMMAND = Command(
    usage="certificate deny (-f FILE | NAME)",
    summary="Deny a request for a certificate",
    examples=(("Deny a request", "certificate deny jane"),),
    options=ApprovalOptions,
    run=run,
)
