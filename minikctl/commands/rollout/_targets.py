"""What the verbs of ``rollout`` share: which objects are meant, and the capability that each must have."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import find_targets
from minikctl.commands._resources import without_custom_kinds
from minikctl.commands._shared import FilenameOptions, SelectorOptions
from minikctl.errors import MinikctlError, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session
    from minikctl.commands._shared import PrintOptions
    from minikctl.kinds.rollouts import Rollout

    Obj = dict[str, Any]


class RolloutOptions(FilenameOptions, SelectorOptions):
    """Flags of every verb of ``rollout``."""


def find(options: RolloutOptions, session: Session) -> Found:
    """The objects that the words and files name. Raises UsageError where there are none of them."""
    return without_custom_kinds(find_targets(
        session,
        options,
        options.args,
        nothing_named="required resource not specified",
        selector=options.selector,
        all_of_kind=True,
    ))


def capability(target: Target, missing: str) -> Rollout:
    """What ``rollout`` can do with the target's kind. Raises MinikctlError with ``missing`` where that is nothing."""
    rollout: Rollout | None = kinds.load(target.info).rollout()
    if rollout is None:
        raise MinikctlError(missing)
    return rollout


def none_of(what: str, target: Target) -> str:
    """What kubectl says of a kind that has no ``what`` (history viewer, rollbacker).

    Kinds without Pods it does not even look at (upstream: ``GroupKindElement.Accept``).
    """
    info = target.info
    if kinds.load(info).pod_template(target.obj or {}) is None:
        noun = "history" if what == "history viewer" else what
        return (
            f'error retrieving {noun} for "{info.qualified_kind}", no visitor method exists for '
            f"{{{info.group} {info.kind}}}"
        )
    return f'no {what} has been implemented for "{info.qualified_kind}"'


def say_if_none(session: Session, found: Found) -> None:
    """Say on standard error that a selector found nothing; it is no error. ``history`` and ``undo`` do not say it."""
    if not found.targets and not found.errors:
        session.complain(f"No resources found in {session.namespace} namespace.")


def change_each(
    session: Session,
    options: Any,
    found: Found,
    change: Callable[[Rollout, Obj], Obj],
    done: str,
    missing: str,
) -> None:
    """Change every target by ``change(capability, object)``, store it, and print what was done."""
    from minikctl.commands._printing import ChangePrinter

    print_options: PrintOptions = options
    printer = ChangePrinter(session, print_options, typed=True)
    errors = found.errors
    say_if_none(session, found)
    with session.change() as api:
        for target in found.targets:
            name = f'{target.info.resource} "{target.name}"'
            try:
                rollout = capability(target, f"{name} {missing}")
                with api.store.savepoint():
                    stored, _ = api.patch(
                        target.info.resource,
                        target.namespace,
                        target.name,
                        lambda obj, rollout=rollout: change(rollout, obj),  # type: ignore[misc]
                    )
            except StatusError as error:
                errors.append(MinikctlError(f"failed to patch: {error}"))
                continue
            except MinikctlError as error:
                # with the word in it, so that each of several lines has it
                errors.append(MinikctlError(f"error: {error}"))
                continue
            printer.print(target.info, stored, done)
        session.show_warnings()
    session.end_with(errors, reads_first=True)
