"""Kinds that the API server has no table of its own for: it shows their names and when they were made.

Upstream: apiserver's ``rest.NewDefaultTableConvertor``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj


class CreatedAtKind(Kind):
    """A kind with the columns NAME and CREATED AT."""

    columns = (Column("NAME"), Column("CREATED AT"))

    def row(self, obj: Obj, now: float) -> Sequence[str]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.row``: the time as it is stored."""
        metadata = obj["metadata"]
        return metadata["name"], metadata.get("creationTimestamp") or "<unknown>"
