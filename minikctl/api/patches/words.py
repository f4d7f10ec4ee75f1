"""What is wrong with a patch, in upstream's words, and what the API server answers to it.

Upstream: apimachinery ``mergepatch/errors.go`` and ``strategicpatch/errors.go``; the apiserver's ``handlers/patch.go``
(``interpretStrategicMergePatchError``).
"""

from __future__ import annotations

from minikctl.errors import BadRequest, MinikctlError, RequestInvalid, StatusError
from minikctl.lib import gofmt, gojson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: what clients read of every patch that is understood and cannot be applied
REJECTED = "the server rejected our request due to an error in our request"


class PatchError(MinikctlError):
    """A patch cannot be made or applied. ``code`` is that of the API server's answer: 400, 413, 422, or 500."""

    def __init__(self, message: str, code: int = 500) -> None:
        super().__init__(message)
        self.code = code

    def answer(self) -> StatusError:
        """What the API server answers: bad requests in full, others as a rejection or as an error of its own."""
        if self.code in {400, 413}:
            return (BadRequest if self.code == 400 else RequestEntityTooLarge)(str(self))
        return RequestInvalid(REJECTED) if self.code == 422 else StatusError(str(self))


class ConflictError(PatchError):
    """What a patch would change was changed by others, and it may not overwrite that.

    Upstream: ``mergepatch.ErrConflict``, which has both patches as YAML; ``dump`` writes that.
    """

    def __init__(
        self, patch: dict[str, Any], changed: dict[str, Any], dump: Callable[[Any], str] = gojson.compact
    ) -> None:
        super().__init__(
            f"patch:\n{dump(patch)}\nconflicts with changes made from original to current:\n{dump(changed)}\n", 409
        )
        self.patch = patch
        self.changed = changed

    def worded(self, dump: Callable[[Any], str]) -> ConflictError:
        """The same error with both patches written by ``dump`` (``-o yaml``'s writer, which the API does not know)."""
        return ConflictError(self.patch, self.changed, dump)


class RequestEntityTooLarge(StatusError):  # noqa: N818 - the API's own name
    """A JSON patch with too many operations."""

    reason = "RequestEntityTooLarge"
    code = 413


class UnsupportedMediaType(StatusError):  # noqa: N818 - the API's own name
    """A strategic merge patch for a kind that has no Go type: only the built-in ones know their merge keys."""

    reason = "UnsupportedMediaType"
    code = 415

    def __init__(self) -> None:
        super().__init__(
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
        )


def no_merge_key(item: dict[str, Any], key: str) -> PatchError:
    """An element of a merged list without the key that would say which one it is."""
    return PatchError(f"map: {gofmt.value(item)} does not contain declared merge key: {key}")


def bad_type(expected: str, actual: Any) -> PatchError:
    """A value of another type than the schema or a directive asks for; ``expected`` is Go's name."""
    return PatchError(f"expected a {expected}, but received a {go_type(actual)}")


def bad_directive(directive: Any, item: dict[str, Any]) -> PatchError:
    """``$patch`` with a word that nobody knows."""
    shown = directive if isinstance(directive, str) else f"%!s({go_type(directive)}={gofmt.value(directive)})"
    return PatchError(f"unknown patch type: {shown} in map: {gofmt.value(item)}")


def no_field(struct: str, field: str) -> PatchError:
    """A field with more in it than a scalar, which the kind does not have."""
    return PatchError(f'unable to find api field in struct {struct} for the json field "{field}"')


def lists_of_lists() -> PatchError:
    """Lists in merged lists."""
    return PatchError("lists of lists are not supported", 422)


def bad_format(what: str) -> PatchError:
    """A directive that does not have its form: ``what`` is primitive list, retainKeys, setElementOrder list."""
    return PatchError(f"invalid patch format of {what}", 400)


def go_type(value: Any) -> str:
    """The Go type of a JSON value, as ``reflect.TypeOf`` prints it."""
    names = {
        type(None): "%!s(<nil>)", bool: "bool", int: "int64", float: "float64", str: "string",
        list: "[]interface {}", dict: "map[string]interface {}",
    }
    return names[type(value)]
