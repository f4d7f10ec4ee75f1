"""Which names a CustomResourceDefinition may use, and whether its kind is there for users.

Names are given to the first that asks: another definition of the same group that asks for one of them waits until it is
free. A definition whose names were all accepted once stays established. Upstream: ``apiextensions-apiserver``
``pkg/controller/status/naming_controller.go``, ``establish`` and ``apiapproval``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.errors import quote
from minikctl.kinds.customresourcedefinition import find_condition, set_condition
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
_NAMES = ("metadata.name", "spec.group", "status.acceptedNames")
#: a name and the field that both the spec and the accepted names have, with the reason where it is taken
_SINGLE = (("plural", "PluralConflict"), ("singular", "SingularConflict"))
_KINDS = (("kind", "KindConflict"), ("listKind", "ListKindConflict"))


class NamingController(Controller):
    """Definitions, by name."""

    name = "crdnaming"
    watches = (DEFINITIONS,)

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The definition itself; when names may have become free, those of the group too."""
        if change.after is not None:
            yield change.name
        accepted = [(each.get("status") or {}).get("acceptedNames") for each in (change.before, change.after) if each]
        if change.before is not None and (change.after is None or accepted[0] != accepted[-1]):
            group = change.name.partition(".")[2]
            for other in context.list(DEFINITIONS, fields=_NAMES):
                if other["spec"]["group"] == group and other["metadata"]["name"] != change.name:
                    yield other["metadata"]["name"]

    def sync(self, context: Context, key: str) -> None:
        """Accept what names are free, and say which are not."""
        definition = context.get(DEFINITIONS, "", key)
        if definition is None:
            return
        status = definition.setdefault("status", {})
        used = used_names(context, definition)
        names, reason, message = accept_names(definition["spec"]["names"], status.get("acceptedNames") or {}, *used)
        status["acceptedNames"] = names
        conditions = status["conditions"] = status.get("conditions") or []
        now = format_time(context.now())
        approval = approval_condition(definition)
        if approval is not None:
            set_condition(conditions, "KubernetesAPIApprovalPolicyConformant", *approval, now)
        accepted = not reason
        set_condition(
            conditions, "NamesAccepted", "True" if accepted else "False", reason or "NoConflicts",
            message or "no conflicts found", now,
        )
        established = find_condition(definition, "Established")
        if accepted and (established is None or established["status"] != "True"):
            set_condition(
                conditions, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now,
            )
        elif established is None:
            set_condition(conditions, "Established", "False", "NotAccepted", "not all names are accepted", now)
        context.update_status(definition)


def used_names(context: Context, definition: Obj) -> tuple[set[str], set[str]]:
    """The resources and the kinds that definitions of the same group have been given; its own among them do no harm.

    Upstream: ``getAcceptedNamesForGroup``.
    """
    resources: set[str] = set()
    kinds: set[str] = set()
    for other in context.list(DEFINITIONS, fields=_NAMES):
        accepted = (other.get("status") or {}).get("acceptedNames") or {}
        if other["spec"]["group"] == definition["spec"]["group"]:
            resources |= {accepted.get("plural", ""), accepted.get("singular", ""), *(accepted.get("shortNames") or ())}
            kinds |= {accepted.get("kind", ""), accepted.get("listKind", "")}
    return resources, kinds


def accept_names(requested: Obj, accepted: Obj, resources: set[str], kinds: set[str]) -> tuple[Obj, str, str]:
    """What names are accepted now, and reason and message of what is not ("" where all are).

    Upstream: ``calculateNamesAndConditions``; of several conflicts the last one is told.
    """
    names = {**accepted}
    reason = message = ""

    def take(field: str, why: str, used: set[str]) -> None:
        nonlocal reason, message
        wanted = requested.get(field, "")
        if wanted != accepted.get(field, "") and wanted in used:
            reason, message = why, f"{quote(wanted)} is already in use"
        else:
            names[field] = wanted

    for field, why in _SINGLE:
        take(field, why, resources)
    wanted = list(requested.get("shortNames") or ())
    own = accepted.get("shortNames") or ()
    if wanted != list(own):
        taken = list(dict.fromkeys(name for name in wanted if name not in own and name in resources))
        if taken:
            texts = [f"{quote(name)} is already in use" for name in taken]
            reason = "ShortNamesConflict"
            message = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
        else:
            _set_list(names, "shortNames", wanted)
    for field, why in _KINDS:
        take(field, why, kinds)
    _set_list(names, "categories", list(requested.get("categories") or ()))
    return names, reason, message


def _set_list(names: Obj, field: str, values: list[str]) -> None:
    if values:
        names[field] = values
    else:
        names.pop(field, None)


def approval_condition(definition: Obj) -> tuple[str, str, str] | None:
    """Status, reason and message of whether a kind in a group of the community's was approved; None for other groups."""
    from minikctl.kinds.customresourcedefinition.approval import (
        APPROVED,
        BYPASSED,
        MISSING,
        approval_state,
        is_protected,
    )

    if not is_protected(definition["spec"]["group"]):
        return None
    state, reason = approval_state(definition["metadata"].get("annotations") or {})
    if state == APPROVED:
        return "True", "ApprovedAnnotation", reason
    if state == BYPASSED:
        return "False", "UnapprovedAnnotation", reason
    return "False", "MissingAnnotation" if state == MISSING else "InvalidAnnotation", reason


CONTROLLER = NamingController
