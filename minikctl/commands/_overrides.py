"""``--overrides``: what a user merges into a generated object.

Upstream: kubectl ``cmd/util/override_options.go``, ``cmdutil.Merge``, ``JSONPatch`` and ``StrategicMerge``.
"""

from __future__ import annotations

from minikctl.commands._options import Options, flag
from minikctl.errors import MinikctlError, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]


class OverrideOptions(Options):
    """--overrides and --override-type."""

    overrides: str = flag("overrides", help="JSON that is merged into the generated object.")
    override_type: str = flag(
        "override-type",
        default="merge",
        help="How --overrides is meant.",
        choices=("json", "merge", "strategic"),
    )


def overridden(obj: Obj, options: OverrideOptions) -> Obj:
    """The object with --overrides in it, as its Go type keeps it. Raises MinikctlError in kubectl's words."""
    from minikctl.api import patches
    from minikctl.api.decoding import check, write_out

    kind = options.override_type
    if kind not in (patches.JSON, patches.MERGE, patches.STRATEGIC):
        raise UsageError(f"invalid override type: {kind}")
    api_version, name = obj["apiVersion"], obj["kind"]
    patch = _read(options.overrides, kind, api_version, name)
    merged = patch.apply_locally(obj)
    decoded = check(merged, api_version, name)
    if decoded.error:
        raise MinikctlError(decoded.error)
    return write_out(decoded.obj, api_version, name)


def _read(text: str, kind: str, api_version: str, name: str) -> Any:
    from minikctl.api import patches

    try:
        return patches.from_text(text, kind, api_version, name)
    except StatusError as error:
        words = {patches.MERGE: "Invalid JSON Patch", patches.STRATEGIC: "invalid JSON document"}
        raise MinikctlError(words.get(kind, str(error))) from error
