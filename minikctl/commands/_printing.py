"""What verbs print about the objects that they changed: ``deployment.apps/web created``, or the object with ``-o``."""

from __future__ import annotations

from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands._shared import PrintOptions
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

#: --dry-run as kubectl resolves it
DRY_RUNS = {"none": "", "false": "", "client": "client", "server": "server"}


def dry_run_mode(text: str, session: Session | None = None) -> str:
    """``--dry-run``: "" (none), client or server. Raises UsageError in kubectl's words (upstream: GetDryRunStrategy)."""
    if text in DRY_RUNS:
        return DRY_RUNS[text]
    if text in ("unchanged", "true"):
        message = "--dry-run is deprecated and can be replaced with --dry-run=client."
        if text == "true":
            message = "--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client."
        if session is not None:
            session.warn(message)
        return "client"
    raise UsageError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".')


def propagation(cascade: str, session: Session | None = None) -> str:
    """``--cascade`` as the API's propagation policy. Raises UsageError (upstream: GetCascadingStrategy)."""
    policies = {
        "background": "Background",
        "foreground": "Foreground",
        "orphan": "Orphan",
        "true": "Background",
        "false": "Orphan",
    }
    if cascade in policies:
        if cascade in ("true", "false") and session is not None:
            session.complain(
                f"warning: --cascade={cascade} is deprecated (boolean value) and can be replaced with "
                f"--cascade={policies[cascade].lower()}."
            )
        return policies[cascade]
    raise UsageError(f'invalid cascade value ({cascade}). Must be "background", "foreground", or "orphan"')


class ChangePrinter:
    """Prints each object that a verb has changed."""

    def __init__(
        self, session: Session, options: PrintOptions, *, dry_run: str = "", keep_order: bool = False, typed: bool = False
    ) -> None:
        """Raises MinikctlError for an unknown format.

        ``keep_order``: the fields of JSON stay in the object's order. ``typed``: they have that of the Go type, for verbs
        that print kubectl's own types; else they are sorted.
        """
        self.session = session
        #: whether the objects that are printed have to have their managedFields
        self.managed = options.show_managed_fields and options.output.lower() in ("json", "yaml", "kyaml")
        self.suffix = {"": "", "client": " (dry run)", "server": " (server dry run)"}[dry_run]
        self.keep_order = keep_order
        self.typed = typed
        self.printer = None
        if options.output and options.output != "name":
            from minikctl.printing import make_printer

            self.printer = make_printer(
                options.output,
                template=options.template,
                allow_missing=options.allow_missing_template_keys,
                show_managed_fields=options.show_managed_fields,
                keep_order=True,
            )
        elif options.template and not options.output:
            from minikctl.printing import make_printer

            self.printer = make_printer(
                "go-template", template=options.template, allow_missing=options.allow_missing_template_keys
            )
        self.name_only = options.output == "name"

    @property
    def prints_objects(self) -> bool:
        """Whether -o asked for the objects themselves."""
        return self.printer is not None

    def print_object(self, obj: Obj) -> None:
        """Print an object, or a List, in the format of -o, which there has to be."""
        assert self.printer is not None
        if self.managed:
            from minikctl.commands._managing import attach

            obj = attach(self.session.api, obj)
        if not self.keep_order:
            from minikctl.printing.structorder import by_name, in_struct_order

            obj = in_struct_order(obj) if self.typed else by_name(obj)
        self.session.write(self.printer.print(obj))

    def print(self, info: KindInfo, obj: Obj, operation: str) -> None:
        """Print one object: ``operation`` is what was done ("created")."""
        name = obj["metadata"].get("name") or "<unknown>"
        # What is answered with success and no more is a Status.
        resource = "status" if obj.get("kind") == "Status" else info.singular_resource
        if self.printer is not None:
            self.print_object(obj)
        elif self.name_only:
            self.session.print(f"{resource}/{name}")
        else:
            self.session.print(f"{resource}/{name} {operation}{self.suffix}")


def in_source(error: MinikctlError, action: str, source: str) -> MinikctlError:
    """Say in an error which file it is about: ``error when creating "web.yaml": ...`` (upstream: AddSourceToErr)."""
    from minikctl.errors import StatusError

    if not source:
        return error
    context = f'error when {action} "{source}"'
    if isinstance(error, StatusError):
        return error.in_context(context)
    return MinikctlError(f"{context}: {error}")
