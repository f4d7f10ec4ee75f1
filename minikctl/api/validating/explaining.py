"""The places of what an error is about: for a person who has just read kubectl's words for it.

An error that knows its manifest (``error.origin``) is looked into again with everything that ``validate`` knows. Field
errors are taken as they came: those of an update are not to be found in the manifest alone.
"""

from __future__ import annotations

from minikctl.errors import AggregateError, BadRequest, Invalid, RequestInvalid, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.manifests import Passage
    from minikctl.api.validating.problems import Problem
    from minikctl.errors import MinikctlError


#: what the API says of a manifest; its other answers are about what is stored
_ABOUT_MANIFESTS = (BadRequest, Invalid, RequestInvalid)


def explained(error: MinikctlError) -> Iterator[Problem]:
    """Yield what is wrong in the manifests that ``error`` (or each of several) is about, with its place."""
    if isinstance(error, AggregateError):
        for each in error.errors:
            yield from explained(each)
    elif error.origin is None or (isinstance(error, StatusError) and not isinstance(error, _ABOUT_MANIFESTS)):
        return
    elif isinstance(error, Invalid):
        yield from _field_errors(error)
    elif getattr(error, "column", 0) and error.origin.item is None:
        yield from _syntax_error(error.origin)
    else:
        yield from _problems(error)


def _field_errors(error: Invalid) -> Iterator[Problem]:
    from minikctl.api.validating.checking import field_problem
    from minikctl.api.validating.placing import place

    unique = {str(each): each for each in error.errors}.values()
    yield from place(error.origin, [(field_problem(each), "value", each.value) for each in unique], error.name)


def _syntax_error(origin: Passage) -> Iterator[Problem]:
    from minikctl.api.validating.placing import add_unread_excerpt
    from minikctl.api.validating.reading import Unreadable, read_objects

    for each in read_objects(origin.text, origin.source, origin.line):
        if isinstance(each, Unreadable):
            add_unread_excerpt(each.problem, each.text, each.line)
            yield each.problem
            return


def _problems(error: MinikctlError) -> Iterator[Problem]:
    """What ``validate`` finds in the document; where it knows less of the kind than who refused it, nothing."""
    from minikctl.api.validating.catalog import Catalog
    from minikctl.api.validating.units import Unit, work

    origin: Passage = error.origin
    outcome = work(Unit(origin.source, origin.text, origin.line), Catalog(), "default")
    for document in outcome.documents:
        if origin.item is None or document.item == origin.item:
            for problem in document.problems:
                if problem.is_error and not (isinstance(error, StatusError) and problem.rule == "unknown-kind"):
                    yield problem
