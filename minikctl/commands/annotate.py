"""``annotate`` (upstream: kubectl ``cmd/annotate``)."""

from __future__ import annotations

from minikctl.commands import _metadata
from minikctl.commands._options import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def _any_value(key: str, value: str) -> None:
    """Annotations take any text."""


WORDS = _metadata.Words(
    verb="annotate",
    noun="annotation",
    field="annotations",
    changed="annotated",
    removed="annotated",
    unchanged="annotated",
    mixed="annotated",
    check_value=_any_value,
)


def run(options: _metadata.MetadataOptions, session: Session) -> None:
    """Change the annotations of every object that is named."""
    _metadata.run(options, session, WORDS)


COMMAND = Command(
    usage="annotate (-f FILE | TYPE NAME) KEY=VALUE ... KEY- ...",
    summary="Set and remove annotations",
    examples=(
        ("Say why a revision is there", "annotate deployment/web kubernetes.io/change-cause='first release'"),
        ("Remove an annotation", "annotate deployment/web kubernetes.io/change-cause-"),
    ),
    options=_metadata.MetadataOptions,
    run=run,
    complete="resources",
)
