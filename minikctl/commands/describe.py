"""``describe`` (upstream: kubectl ``cmd/describe``; what is printed of a kind stands in the kind's module)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import find_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._resources import kind_for, list_objects
from minikctl.commands._shared import AllNamespacesOptions, FilenameOptions, SelectorOptions
from minikctl.errors import NotFound, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


class DescribeOptions(FilenameOptions, SelectorOptions, AllNamespacesOptions):
    """Flags of ``describe``."""

    chunk_size: int = flag("chunk-size", kind="int", default=500, help="Lists are read at once: no answer depends on it.")
    show_events: bool = flag(
        "show-events",
        kind="bool",
        default=True,
        help="Print the events of each object; those of several are printed only where this is given.",
    )


def run(options: DescribeOptions, session: Session) -> None:
    """Describe every object that is named; two newlines stand between two of them."""
    if not options.args and not options.filename and not options.kustomize:
        raise UsageError(
            f'You must specify the type of resource to describe. Use "{session.program} api-resources" for a complete list of '
            "supported resources.\n"
        )
    found = find_targets(
        session,
        options,
        options.args,
        collects=True,
        selector=options.selector,
        all_namespaces=options.all_namespaces,
        all_of_kind=True,
    )
    errors = found.errors
    objects = [(target.info, target.obj) for target in found.targets if target.obj is not None]
    if len(errors) == 1 and len(options.args) == 2 and isinstance(errors[0], NotFound):
        _describe_matching(options, session, objects, errors[0])
        return
    show_events = options.show_events
    if "show-events" not in options.given and (len(objects) > 1 or errors):
        show_events = False
    first = True
    for info, obj in objects:
        text = describe(session, info, obj, show_events=show_events)
        session.write(text if first else "\n\n" + text)
        first = False
    if not objects and not errors:
        if options.all_namespaces:
            session.complain("No resources found")
        else:
            session.complain(f"No resources found in {session.namespace} namespace.")
    session.end_with(errors, reads_first=True)


def _describe_matching(
    options: DescribeOptions, session: Session, found: list[tuple[KindInfo, Obj]], error: NotFound
) -> None:
    """Describe the objects of a kind whose names begin with the second word (upstream: ``DescribeMatchingResources``).

    Raises ``error`` where there are none. ``found``: what the two words meant besides (``deploy/web svc/nope``).
    """
    word, prefix = options.args
    if "/" in word:
        matching = [(info, obj) for info, obj in found if obj["metadata"]["name"].startswith(prefix)]
    elif "," in word:
        raise UsageError("you may only specify a single resource type")
    else:
        matching = _by_prefix(session, word, prefix)
    if not matching:
        raise error
    show_events = options.show_events and "show-events" in options.given
    for info, obj in matching:
        session.write(describe(session, info, obj, show_events=show_events) + "\n")


def _by_prefix(session: Session, word: str, prefix: str) -> list[tuple[KindInfo, Obj]]:
    """Objects whose names begin so."""
    info = kind_for(word, session)
    namespace = session.namespace if info.namespaced else None
    return [(info, obj) for obj in list_objects(session, info, namespace) if obj["metadata"]["name"].startswith(prefix)]


def describe(session: Session, info: KindInfo, obj: Obj, *, show_events: bool = True) -> str:
    """The description of one object."""
    from minikctl.printing.describing import DescribeWriter

    def events(about: Obj) -> list[Obj]:
        meta = about["metadata"]
        return session.reader.list("events", meta.get("namespace") or None, node=meta.get("uid", ""))

    kind = kinds.load(info)
    if kind.request_warning:
        session.warn(kind.request_warning, received=True)
    writer = DescribeWriter(events if show_events else None, session.api.now(), _faults(session, info, obj))
    kind.describe(writer, obj, session.reader)
    text: str = writer.render()
    return text


def _faults(session: Session, info: KindInfo, obj: Obj) -> list[str]:
    """What goes wrong with the object on purpose: kubectl has no such section, nor has any object without a fault."""
    faults = session.trusted.list("faults.minikctl.dev")
    if not faults:
        return []
    from minikctl.kinds.fault.matching import concerns, is_active, sentence, what

    return [
        f"{fault['metadata']['name']}:\t{what(fault)}, {sentence(fault)}"
        for fault in faults if concerns(fault, info.resource, obj) and is_active(fault, session.api.now())
    ]


COMMAND = Command(
    usage="describe (-f FILE | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    summary="Show objects in detail, with their events",
    examples=(
        ("A Deployment", "describe deployment web"),
        ("All Pods with a label", "describe pods -l app=web"),
        ("What a file names", "describe -f web.yaml"),
    ),
    options=DescribeOptions,
    run=run,
    complete="resources",
)
