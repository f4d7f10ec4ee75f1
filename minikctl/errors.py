"""The tree of errors: what the API would answer, what the command line refuses, and how each is worded.

Upstream: apimachinery ``api/errors`` (Status errors), ``util/validation/field`` (field errors) and kubectl's
``cmd/util/helpers.go`` (``StandardErrorMessage``), which decides what a user reads. Exactly one place,
``minikctl.cli``, catches these, prints ``error.user_message()`` to standard error and exits with ``error.exit_code``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class MinikctlError(Exception):
    """An error with a message for the user; printed as ``error: MESSAGE``."""

    exit_code = 1
    #: what stands on standard output by the time of the error, without its own way there (see printing.errors)
    stdout = ""
    #: the manifest that the error is about, where there is one: something with ``source``, ``text``, ``line``, ``item``
    origin: Any = None
    #: which of the objects of files it is about, counted from 1; 0: none of them
    place = 0

    def user_message(self) -> str:
        """What goes to standard error, without the final newline."""
        text = str(self)
        return text if text.startswith("error: ") else f"error: {text}"


class PlainError(MinikctlError):
    """An error whose message is printed as it is, without ``error:`` before it."""

    def user_message(self) -> str:
        """Return the message itself."""
        return str(self)


class UsageError(MinikctlError):
    """The command line's words are off. kubectl says ``error: ...`` and exits 1."""


class OutputError(MinikctlError):
    """What was to be printed cannot be: the disk that standard output goes to is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"write /dev/stdout: {(error.strerror or str(error)).lower()}")


class SilentExit(MinikctlError):  # noqa: N818 - it is a way out, not a complaint
    """Leave with an exit code and say nothing more (what was to be said is said)."""

    def __init__(self, exit_code: int = 1) -> None:
        super().__init__("")
        self.exit_code = exit_code


class AggregateError(MinikctlError):
    """Several errors at once (upstream: ``utilerrors.Aggregate``); they may be aggregates themselves.

    ``str()`` is Go's ``[a, b]``, repeated messages once. What a user reads is kubectl's ``checkErr``: a line for each
    error without ``error:`` before it, but an only one as it would be alone.
    """

    def __init__(self, errors: Iterable[MinikctlError]) -> None:
        self.errors = list(errors)
        texts = list(dict.fromkeys(_flat_messages(self)))
        super().__init__(texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]")

    def user_message(self) -> str:
        """Each error's message, a line each."""
        if len(self.errors) == 1:
            only = self.errors[0]
            if not isinstance(only, AggregateError):
                return only.user_message()
            return _lines(only.errors)
        return _lines(self.errors)


class ReadingError(AggregateError):
    """What came wrong while manifests were read: one error among those of a verb."""


def _lines(errors: Iterable[MinikctlError]) -> str:
    """A line for each error; one that ends a line itself leaves an empty one, as in kubectl."""
    text = "\n".join(_message(error) for error in errors)
    return text + "\n" if text.endswith("\n") else text


def _flat_messages(error: MinikctlError) -> Iterator[str]:
    """The messages of an error and of those in it (upstream: ``aggregate.visit``)."""
    if isinstance(error, AggregateError):
        for each in error.errors:
            yield from _flat_messages(each)
    else:
        yield str(error)


def _message(error: MinikctlError) -> str:
    """One of several errors (upstream: ``messageForError``): the API's in full, others without ``error:``.

    An object that is not valid has no list here: ``Error from server (Invalid): error when creating "a.yaml": ...``.
    """
    return StatusError.user_message(error) if isinstance(error, StatusError) else str(error)


class StateError(MinikctlError):
    """The state file cannot be used: absent folder, no permission, not ours, too new, damaged, locked for too long."""


# ---------------------------------------------------------------------------------------------------------------------
# What the API server answers
# ---------------------------------------------------------------------------------------------------------------------


class StatusError(MinikctlError):
    """An answer of the API that is not success (upstream: ``metav1.Status`` in ``errors.StatusError``).

    ``reason`` and ``code`` are the API's; ``context`` is what kubectl puts before the message, such as
    ``error when creating "web.yaml"`` (see ``in_context``).
    """

    reason = ""
    code = 500

    def __init__(self, message: str, *, context: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.context = context

    def in_context(self, context: str) -> StatusError:
        """Return the same error with ``context`` set before its message (a copy; the class stays)."""
        copy = self.__class__.__new__(self.__class__)
        copy.__dict__.update(self.__dict__)
        copy.args = self.args
        copy.context = f"{context}: {self.context}" if self.context else context
        return copy

    def user_message(self) -> str:
        """Kubectl's words: ``Error from server (Reason): [context: ]message``."""
        message = f"{self.context}: {self.message}" if self.context else self.message
        return f"Error from server ({self.reason}): {message}" if self.reason else f"Error from server: {message}"


class NotFound(StatusError):  # noqa: N818 - the API's own name
    """``deployments.apps "web" not found``."""

    reason = "NotFound"
    code = 404

    def __init__(self, resource: str, name: str = "", *, message: str = "") -> None:
        """``resource`` is the qualified plural (``deployments.apps``); ``message`` replaces the usual words."""
        super().__init__(message or f'{resource} "{name}" not found')
        self.resource = resource
        self.name = name


class AlreadyExists(StatusError):  # noqa: N818 - the API's own name
    """``deployments.apps "web" already exists``."""

    reason = "AlreadyExists"
    code = 409

    def __init__(self, resource: str, name: str) -> None:
        super().__init__(f'{resource} "{name}" already exists')
        self.resource = resource
        self.name = name


class Conflict(StatusError):  # noqa: N818 - the API's own name
    """The object was changed by somebody else in between, or a precondition does not hold."""

    reason = "Conflict"
    code = 409

    def __init__(self, resource: str, name: str, detail: str = "") -> None:
        detail = detail or (
            "the object has been modified; please apply your changes to the latest version and try again"
        )
        super().__init__(f'Operation cannot be fulfilled on {resource} "{name}": {detail}')
        self.resource = resource
        self.name = name


class Forbidden(StatusError):  # noqa: N818 - the API's own name
    """``pods "x" is forbidden: exceeded quota ...``."""

    reason = "Forbidden"
    code = 403

    def __init__(self, resource: str, name: str, detail: str) -> None:
        super().__init__(f'{resource} "{name}" is forbidden: {detail}')
        self.resource = resource
        self.name = name


class BadRequest(StatusError):  # noqa: N818 - the API's own name
    """The request itself is malformed: it does not decode."""

    reason = "BadRequest"
    code = 400


class MethodNotAllowed(StatusError):  # noqa: N818 - the API's own name
    """The resource does not offer this verb."""

    reason = "MethodNotAllowed"
    code = 405


class InternalError(StatusError):
    """The API failed by itself (a fault that was asked for)."""

    reason = "InternalError"
    code = 500


class RequestTimeout(StatusError):  # noqa: N818 - the API's own name
    """The request was not answered in time: a fault that was asked for (upstream: ``NewTimeoutError``)."""

    reason = "Timeout"
    code = 504


class TooManyRequests(StatusError):  # noqa: N818 - the API's own name
    """The API asks to come back later: a fault that was asked for, or a disruption budget."""

    reason = "TooManyRequests"
    code = 429


class RequestInvalid(StatusError):  # noqa: N818 - the API's own name
    """The request cannot be carried out as it stands, without field errors (a JSON patch that does not apply)."""

    reason = "Invalid"
    code = 422

    def user_message(self) -> str:
        """Kubectl's words for an Invalid status without details."""
        return f"The request is invalid: {self.message}"


class Invalid(StatusError):  # noqa: N818 - the API's own name
    """The object breaks rules: every field error at once."""

    reason = "Invalid"
    code = 422

    def __init__(self, qualified_kind: str, name: str, errors: Iterable[FieldError]) -> None:
        """``qualified_kind`` is ``Deployment.apps`` or, in the core group, ``Service``."""
        self.kind = qualified_kind.partition(".")[0]
        self.name = name
        self.errors = list(errors)
        texts = [str(error) for error in self.errors]
        joined = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
        super().__init__(f'{qualified_kind} "{name}" is invalid: {joined}')

    def user_message(self) -> str:
        """Kubectl's words: one error on the same line, several as a list, each line once.

        Upstream: ``StandardErrorMessage`` and ``statusCausesToAggrError`` (which drops repeated messages).
        """
        texts = list(dict.fromkeys(str(error) for error in self.errors))
        head = f'The {self.kind} "{self.name}" is invalid: '
        if len(texts) == 1:
            return head + texts[0] + ("\n" if texts[0].endswith("\n") else "")  # the line is ended in any case
        return head + "".join(f"\n* {text}" for text in texts)


# ---------------------------------------------------------------------------------------------------------------------
# Field errors
# ---------------------------------------------------------------------------------------------------------------------


class FieldError:
    """One broken rule of one field (upstream: ``field.Error``).

    ``kind`` is the first words ("Invalid value", "Required value" ...), ``path`` the field (``spec.ports[0].name``),
    ``value`` the bad value as it stands in the object, ``detail`` the rest. ``str()`` gives upstream's ``ErrorBody``
    after the path.
    """

    __slots__ = ("detail", "kind", "path", "value")

    def __init__(self, kind: str, path: str, value: Any = None, detail: str = "") -> None:
        self.kind = kind
        self.path = path
        self.value = value
        self.detail = detail

    def __repr__(self) -> str:
        return f"FieldError({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldError) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        if self.kind in {"Required value", "Forbidden", "Too long", "Internal error"} or self.value is NO_VALUE:
            body = self.kind
        else:
            body = f"{self.kind}: {show_value(self.value)}"
        if self.detail:
            body += f": {self.detail}"
        return f"{self.path}: {body}"


#: the value of a field error that shows none (upstream: ``field.OmitValueType``)
NO_VALUE = object()


def show_value(value: Any) -> str:
    """A bad value as field errors show it: strings quoted as Go does, objects and lists as compact JSON."""
    import json

    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_ESCAPES = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
}


def quote(text: str) -> str:
    """Quote ``text`` as Go's ``%q`` does (double quotes, backslash escapes, printable Unicode kept)."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    out = []
    for char in text:
        code = ord(char)
        if char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char.isprintable():
            out.append(char)
        elif code < 0x20 or code == 0x7F:
            out.append(f"\\x{code:02x}")
        elif 0xD800 <= code < 0xE000:  # half of a surrogate pair is no character to Go
            out.append("\\ufffd")
        else:
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(out) + '"'


def required(path: str, detail: str = "") -> FieldError:
    """``path: Required value[: detail]``."""
    return FieldError("Required value", path, "", detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """``path: Invalid value: VALUE: detail``."""
    return FieldError("Invalid value", path, value, detail)


def not_supported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """``path: Unsupported value: VALUE: supported values: "A", "B"``; the values are sorted, as upstream sorts its sets."""
    return FieldError(
        "Unsupported value", path, value, "supported values: " + ", ".join(quote(s) for s in sorted(supported))
    )


def duplicate(path: str, value: Any) -> FieldError:
    """``path: Duplicate value: VALUE``."""
    return FieldError("Duplicate value", path, value)


def not_found(path: str, value: Any) -> FieldError:
    """``path: Not found: VALUE``."""
    return FieldError("Not found", path, value)


def forbidden(path: str, detail: str) -> FieldError:
    """``path: Forbidden: detail``."""
    return FieldError("Forbidden", path, "", detail)


def too_long(path: str, most: int) -> FieldError:
    """``path: Too long: may not be more than N bytes``."""
    return FieldError("Too long", path, "", f"may not be more than {most} bytes")


def too_many(path: str, actual: int, most: int) -> FieldError:
    """``path: Too many: N: must have at most M items``."""
    return FieldError("Too many", path, actual, f"must have at most {most} item{'' if most == 1 else 's'}")
