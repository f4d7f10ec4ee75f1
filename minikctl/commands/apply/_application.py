"""One run of ``apply``: its options as they are understood, what it has come by, and what it prints of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._printing import ChangePrinter
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


class Application:
    """What the steps of a run share (upstream: ``ApplyOptions``). ``api`` is set while its transaction is open."""

    __slots__ = (
        "api", "dry_run", "namespaces", "objects", "options", "printer", "session", "uids", "validation",
    )

    api: Api

    def __init__(
        self, session: Session, options: Any, printer: ChangePrinter, dry_run: str, validation: str
    ) -> None:
        self.session = session
        self.options = options
        self.printer = printer
        self.dry_run = dry_run
        self.validation = validation
        #: the UIDs that were applied, and the namespaces of what was: --prune leaves the ones and looks into the others
        self.uids: set[str] = set()
        self.namespaces: set[str] = set()
        #: what -o prints at the end, when all has gone well
        self.objects: list[Obj] = []

    def visit(self, target: Target) -> None:
        """Remember the namespace of an object that is applied."""
        if target.info.namespaced:
            self.namespaces.add(target.namespace)

    def done(self, info: KindInfo, obj: Obj, operation: str) -> None:
        """Say what became of an object, or keep it for -o."""
        self.keep(obj)
        if self.printer.prints_objects:
            self.objects.append(obj)
        else:
            self.printer.print(info, obj, operation)

    def keep(self, obj: Obj) -> None:
        """Remember an object that --prune must leave."""
        uid = obj["metadata"].get("uid")
        if uid:
            self.uids.add(uid)

    def warn_if_deleting(self, obj: Obj) -> None:
        """Warn of changes to what is on its way out (upstream: ``WarnIfDeleting``)."""
        if obj["metadata"].get("deletionTimestamp"):
            self.session.warn(
                f"Detected changes to resource {obj['metadata']['name']} which is currently being deleted."
            )

    def print_objects(self) -> None:
        """What -o asked for: one object as itself, several as a List (upstream: ``printObjects``)."""
        if len(self.objects) == 1:
            self.printer.print_object(self.objects[0])
        elif self.objects:
            self.printer.print_object({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": self.objects})
