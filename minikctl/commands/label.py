"""``label`` (upstream: kubectl ``cmd/label``)."""

from __future__ import annotations

from minikctl.commands import _metadata
from minikctl.commands._options import Command
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def _check_value(key: str, value: str) -> None:
    from minikctl.lib.names import is_valid_label_value

    if "=" in value:
        raise UsageError(f"invalid label spec: {key}={value}")
    messages = is_valid_label_value(value)
    if messages:
        raise UsageError(f'invalid label value: "{key}={value}": {"; ".join(messages)}')


WORDS = _metadata.Words(
    verb="label",
    noun="label",
    field="labels",
    changed="labeled",
    removed="unlabeled",
    unchanged="not labeled",
    mixed="modified",
    check_value=_check_value,
)


def run(options: _metadata.MetadataOptions, session: Session) -> None:
    """Change the labels of every object that is named."""
    _metadata.run(options, session, WORDS)


COMMAND = Command(
    usage="label (-f FILE | TYPE NAME) KEY=VALUE ... KEY- ...",
    summary="Set and remove labels",
    examples=(
        ("Set a label", "label pods web-0 tier=front"),
        ("Change one that is there", "label --overwrite deployment web tier=back"),
        ("Remove a label", "label deployment web tier-"),
    ),
    options=_metadata.MetadataOptions,
    run=run,
    complete="resources",
)
