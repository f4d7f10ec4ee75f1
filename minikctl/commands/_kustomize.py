"""``-k``: the objects of a kustomization in place of those of files."""

from __future__ import annotations

from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands._shared import FilesOptions

    Obj = dict[str, Any]

#: what the library around kustomize says where a verb sorts the objects and the kustomization has an order of its own
_TWO_ORDERS = (
    "Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). "
    "Using the kustomization file over the CLI flag."
)


def check(options: FilesOptions) -> None:
    """Raise UsageError where -k does not go with the other flags (upstream: ``FilenameOptions.validate``)."""
    if not options.kustomize:
        return
    if options.filename:
        raise UsageError("only one of -f or -k can be specified")
    if options.recursive:
        raise UsageError("the -k flag can't be used with -f or -R")


def build(session: Session, folder: str, *, restricted: bool = True, sorted_by_verb: bool = True) -> list[Obj]:
    """The objects of a kustomization, in order; warnings go to standard error. Raises MinikctlError.

    ``sorted_by_verb``: the verb wants kubectl's order, so that a kustomization with one of its own is told.
    """
    from minikctl import kustomize

    result = kustomize.Result()
    try:
        kustomize.build(folder, result, restricted=restricted)
    finally:
        for warning in result.warnings:
            session.complain(warning)
    if sorted_by_verb and result.has_order:
        session.complain(_TWO_ORDERS)
    return result.objects


def as_text(objects: Iterable[Obj]) -> str:
    """Objects as ``kustomize`` prints them. Raises MinikctlError."""
    from minikctl.printing.yamlout import dump

    return "---\n".join(map(dump, objects))


def documents(session: Session, folder: str, *, validation: bool) -> list[Any]:
    """The documents of a kustomization as ``api.manifests.load`` hands out those of files, and errors among them."""
    from minikctl import kinds
    from minikctl.api.manifests import read_text

    text = as_text(build(session, folder))
    found: list[Any] = list(read_text(text, folder, check=validation, recognize=kinds.served_kind))
    return found


def collected(error: MinikctlError) -> MinikctlError:
    """An error of building as verbs print it that collect errors, without ``error:`` before it (``get``, ``describe``)."""
    return CollectedError(str(error))


class CollectedError(MinikctlError):
    """An error that is printed as it is."""

    def user_message(self) -> str:
        """See MinikctlError."""
        return str(self)
