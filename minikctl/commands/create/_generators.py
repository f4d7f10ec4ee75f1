"""What the verbs that make an object out of words share: the flags, the names of fields, storing and printing.

A generator builds its object with the fields in the order of the API's types (kind, apiVersion, metadata, spec,
status), because that is the order in which ``--dry-run=client -o json`` shows them.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import validation_mode
from minikctl.commands._options import Options, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, PrintOptions, ValidateOptions
from minikctl.errors import MinikctlError, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class UncheckedOptions(DryRunOptions, PrintOptions, FieldManagerOptions):
    """Flags of every generator; fields that nobody knows are errors in any case."""

    validate = "strict"
    save_config: bool = flag("save-config", kind="bool", help="Remember the object in itself, as apply does.")


class GeneratorOptions(UncheckedOptions, ValidateOptions):
    """Flags of the generators of ``create``."""


class ContentOptions(Options):
    """Where the content of a ConfigMap or Secret comes from, besides literals."""

    from_file: list[str] = flag(
        "from-file",
        kind="strings",
        complete="files",
        help="A file (its name is the key), KEY=FILE, or a folder with a key for each file in it.",
    )
    from_env_file: list[str] = flag(
        "from-env-file",
        kind="strings",
        complete="files",
        help="A file with a line KEY=VALUE for each key.",
    )


def one_name(session: Session, options: UncheckedOptions, words: str) -> str:
    """The only argument: the object's name. Raises UsageError in kubectl's words (upstream: NameFromCommandArgs).

    The flags of every generator are looked at too, as kubectl does before it looks at the generator's own.
    """
    args = options.args if options.dash < 0 else options.args[: options.dash]
    if len(args) == 1:
        dry_run_mode(options.dry_run)
        validation_mode(options.validate)
        ChangePrinter(session, options)
        return args[0]
    usage = f"\nSee '{session.program} {words} -h' for help and examples"
    if not args:
        raise UsageError(f"exactly one NAME is required, got 0{usage}")
    raise UsageError(f"exactly one NAME is required, got {len(args)}{usage}")


def metadata(session: Session, name: str, *, labels: dict[str, str] | None = None, namespaced: bool = True) -> Obj:
    """The metadata of a generated object: a namespace is written only where -n asks for one."""
    meta: Obj = {"name": name}
    if namespaced and session.namespace_given:
        meta["namespace"] = session.namespace
    if labels:
        meta["labels"] = labels
    return meta


def with_config(obj: Obj) -> Obj:
    """A generated object that carries itself in the annotation of apply, with its fields in the order that they have."""
    from json import dumps

    from minikctl.api.patches.lastapplied import ANNOTATION
    from minikctl.lib.gojson import escaped

    text = escaped(dumps(obj, ensure_ascii=False, separators=(",", ":"))) + "\n"
    meta = {key: value for key, value in obj["metadata"].items() if key not in _AFTER_ANNOTATIONS}
    meta["annotations"] = dict(sorted({**(meta.pop("annotations", None) or {}), ANNOTATION: text}.items()))
    meta |= {key: value for key, value in obj["metadata"].items() if key in _AFTER_ANNOTATIONS}
    return {**obj, "metadata": meta}


#: the fields of metadata that stand behind its annotations
_AFTER_ANNOTATIONS = ("ownerReferences", "finalizers")


def create(session: Session, options: UncheckedOptions, obj: Obj, *, failed: str = "", done: str = "created") -> None:
    """Store a generated object (or, with --dry-run=client, do not) and print it.

    ``failed``: what kubectl puts before an error of the API, such as ``failed to create deployment: ``; "": the API's
    error is shown as it is. ``done``: what was done with it, in the printed line. Raises MinikctlError.
    """
    dry_run = dry_run_mode(options.dry_run, session)
    validation = validation_mode(options.validate)
    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    assert info is not None
    printer = ChangePrinter(session, options, dry_run=dry_run, typed=True)
    if options.save_config:
        obj = with_config(obj)
    if dry_run == "client":
        printer.print(info, obj, done)
        return
    if info.namespaced:
        obj["metadata"]["namespace"] = session.namespace
    with session.change(dry_run=bool(dry_run)) as api:
        try:
            stored = api.create(obj, client=True, validation=validation)
        except StatusError as error:
            raise MinikctlError(f"{failed}{error}") if failed else error from error
        session.show_warnings()
        printer.print(info, stored, done)
