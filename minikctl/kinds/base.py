"""What a kind may say about itself: the hooks, with what holds for a kind that says nothing.

A kind's module defines a subclass of ``Kind`` and names it ``KIND``. Objects are plain dicts. A kind sees other objects
only through the ``Reader`` that is handed to ``describe``. Upstream: the registry strategies
(``pkg/registry/*/strategy.go``), ``pkg/printers/internalversion/printers.go`` and kubectl's ``describe.go``, each cut
into its kinds.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    from minikctl.errors import FieldError
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]
    Sums = dict[tuple[str, str], int]

    class Reader(Protocol):
        """What ``describe`` may see of other objects. Everything returned may be kept and changed by the caller."""

        def now(self) -> float:
            """The present, in seconds since the epoch."""

        def get(self, resource: str, namespace: str, name: str) -> Obj | None:
            """One object, or None. ``namespace`` is "" for cluster-scoped kinds."""

        def list(
            self,
            resource: str,
            namespace: str | None = None,
            *,
            selector: Any = None,
            owner: str | None = None,
            node: str | None = None,
        ) -> list[Obj]:
            """Objects by name, of one namespace or (None) of all; ``selector`` is a ``lib.labels.Selector``, ``owner``
            the UID of an owner, ``node`` the name in spec.nodeName.
            """

    class Writer(Protocol):
        """Lines of ``describe``, as kubectl's PrefixWriter: ``level`` indents by two spaces each; tabs align."""

        def write(self, level: int, text: str) -> None:
            """Write ``text`` (which has its own newlines) after ``level`` indents."""

        def events(self, obj: Obj) -> None:
            """Write the Events section for ``obj`` (``Events:  <none>`` where there are none)."""


#: the annotation in which client-side apply notes what was applied
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class Column:
    """A column of ``get``: its header, and whether only ``-o wide`` shows it."""

    __slots__ = ("name", "wide")

    def __init__(self, name: str, *, wide: bool = False) -> None:
        self.name = name
        self.wide = wide


class PathColumn:
    """A column whose cells are what a JSONPath finds in an object; ``type`` is integer, number, string, boolean, date."""

    __slots__ = ("name", "path", "type", "wide")

    def __init__(self, name: str, kind: str, path: str, *, wide: bool = False) -> None:
        self.name = name
        self.type = kind
        self.path = path
        self.wide = wide


class Kind:
    """The hooks of one kind. Every method may be overridden; none may change what it is not said to change."""

    #: the columns of ``get``, NAME first
    columns: tuple[Column, ...] = (Column("NAME"), Column("AGE"))
    #: the columns after NAME, where a printer fills them in by their paths (then ``row`` is not asked)
    path_columns: tuple[PathColumn, ...] = ()
    #: metadata.generation counts changes of the spec (upstream: PrepareForUpdate of the strategies)
    has_generation = False
    #: the object has a status that only /status may change (a plain create or update leaves it as it is)
    has_status = False
    #: ``validate`` has every rule that the API server has: what the schema besides calls required or limits is no rule
    #: (upstream has told those at paths of its own, or takes an empty value)
    rules_are_whole = False
    #: names are DNS subdomains, unless a kind says "label" or "service"
    name_format = "subdomain"
    #: label selector fields that --field-selector takes besides metadata.name and metadata.namespace
    field_labels: tuple[str, ...] = ()

    #: a Service can be made for an object by ``expose``
    exposable = False
    #: ``set selector`` may replace spec.selector, a plain map of labels
    selector_can_be_set = False
    #: ``set subject`` may add to the list ``subjects``
    has_subjects = False
    #: the kind's Pods stand one on each node and stay there when it is drained
    pods_belong_to_nodes = False
    #: fields at the top whose values stand in no message
    confidential: tuple[str, ...] = ()

    #: the apiVersion in which objects are stored, where it may be another than that of the kind's row
    stored_api_version = ""

    #: the field that ``Reader.list`` can look up by (Pods: the node, Events: the UID of the object they are about)
    ref_path: tuple[str, ...] = ()

    def __init__(self, info: KindInfo) -> None:
        self.info = info

    # -- what the API server does on the way in ---------------------------------------------------------------------

    def read(self, obj: Obj) -> Obj:
        """Return ``obj``, which was just read from the store and may be changed, as this version of the kind has it."""
        return obj

    def default(self, obj: Obj) -> None:
        """Fill in what the API server would (upstream: ``SetDefaults_*``). Runs on every create and update."""

    def prepare_for_create(self, obj: Obj) -> None:
        """Reset what a client may not set at creation (after defaulting, before validation)."""
        if self.has_status:
            obj.pop("status", None)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Carry over from ``old`` what a client may not change silently."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Every broken rule of the object but those of metadata, in upstream's order."""
        return []

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Every broken rule of the change from ``old`` to ``obj`` (immutable fields and the like)."""
        return []

    def warnings(self, obj: Obj) -> list[str]:
        """Warnings that the API server would send with its answer, without ``Warning:``."""
        return []

    def deletion_grace(self, obj: Obj, wanted: int | None) -> int:
        """The seconds between a deletion's start and its end; ``wanted`` is what the client asked for, or None.

        0: the object goes at once (upstream: ``CheckGracefulDelete``).
        """
        return 0

    def refuse_deletion(self, obj: Obj) -> str:
        """Why the object may not be deleted (``pods "x" is forbidden: ...``); "" where it may."""
        return ""

    def prepare_for_delete(self, obj: Obj) -> None:
        """Change what shows that deletion has begun, besides metadata.deletionTimestamp."""

    def is_held(self, obj: Obj) -> bool:
        """Whether finalizers keep a deleted object from going."""
        return bool(obj["metadata"].get("finalizers"))

    def sums(self, before: Obj | None, after: Obj | None) -> tuple[Sums | None, Sums | None]:
        """What an object added to the sums of its ``ref_path`` and what it adds now, by (what, name).

        ``before`` is None for a new one, ``after`` for one that goes. (None, None): nothing changes.
        """
        return None, None

    # -- what users see ---------------------------------------------------------------------------------------------

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """The cells of ``get`` for ``obj``, one for each of ``columns``, wide ones included."""
        from minikctl.lib.times import age

        return (obj["metadata"]["name"], age(obj["metadata"].get("creationTimestamp"), now))

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """Write the object as ``kubectl describe`` does (upstream: the kind's Describer; generic where it has none)."""
        from minikctl.kinds.describing import describe_generic

        describe_generic(out, obj)

    # -- capabilities: what verbs ask for instead of asking for the kind ----------------------------------------------

    def field_value(self, obj: Obj, label: str) -> str:
        """The value that a field selector compares for one of ``field_labels``; "" for a field that is not set."""
        value: Any = obj
        for part in label.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)

    def pod_template(self, obj: Obj) -> Obj | None:
        """The pod template (or for a Pod: the Pod itself, which has metadata and spec too) for ``set image`` and the
        like; None where the kind has none.
        """
        return None

    def job_template(self, obj: Obj) -> Obj | None:
        """The template of the Jobs that the object makes, for ``create job --from``; None where it makes none."""
        template = (obj.get("spec") or {}).get("jobTemplate")
        return template if isinstance(template, dict) else None

    def scale_paths(self) -> tuple[str, str] | None:
        """The paths of desired and actual replicas (``spec.replicas``, ``status.replicas``); None: cannot be scaled."""
        return None

    def selector(self, obj: Obj) -> Obj | None:
        """The label selector of the Pods (matchLabels, matchExpressions); None where the kind selects none."""
        return None

    def scale_selector(self, obj: Obj) -> str:
        """The selector of the Pods as a text, as the scale has it (``app=web``); "" without one."""
        from minikctl.lib.labels import from_label_selector

        selector = self.selector(obj)
        return "" if selector is None else str(from_label_selector(selector))

    def rollout(self) -> Any:
        """The kind's rollout capability (``kinds.rollouts.Rollout``): status, history, undo, pause; None without."""
        return None

    #: parts of the object that are written by a way of their own, besides status (upstream: subresources)
    parts: tuple[str, ...] = ()

    def take_part(self, part: str, obj: Obj, old: Obj) -> Obj:
        """The stored object ``old`` with what a write to one of ``parts`` takes from ``obj``, as an object of its own."""
        raise NotImplementedError

    def validate_part(self, part: str, obj: Obj, old: Obj) -> list[FieldError]:
        """The broken rules of ``obj``, which ``take_part`` gave."""
        raise NotImplementedError

    # -- for kinds that show the objects of another one (``KindInfo.hub``) -------------------------------------------

    def to_hub(self, obj: Obj) -> Obj:
        """The object as it is stored."""
        raise NotImplementedError

    def from_hub(self, obj: Obj) -> Obj:
        """A stored object as this kind has it; ``obj`` stays as it is."""
        raise NotImplementedError

    #: set by kinds whose warnings hold for each request, reads too (``Endpoints is deprecated``)
    request_warning: str | None = None


KIND: Callable[[KindInfo], Kind] = Kind
