"""Objects in the user's editor, again and again until they are right or nothing is changed any more.

``edit``, ``apply edit-last-applied`` and ``create --edit`` are this loop with a ``Mode`` each: what stands at the top of
the file, and what becomes of the objects that come back. Upstream: kubectl ``cmd/util/editor/editoptions.go``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._editor import Editor, remove
from minikctl.commands._resources import Target
from minikctl.errors import AggregateError, Invalid, MinikctlError, NotFound, RequestInvalid, SilentExit, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._session import Session
    from minikctl.printing import Printer

    Obj = dict[str, Any]

#: what the edited text is called in messages
SOURCE = "edited-file"

OBJECT_HEADER = (
    "# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
    "# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
    "# reopened with the relevant failures.\n#\n"
)
LAST_APPLIED_HEADER = (
    "# Please edit the 'last-applied-configuration' annotations below.\n"
    "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n"
)
NOTHING_CHANGED = "Edit cancelled, no changes made."
EMPTY = "Edit cancelled, saved file was empty."
STILL_WRONG = "Edit cancelled, no valid changes were saved."


class Results:
    """What came of one round: why the editor has to be opened again, and what cannot be mended there."""

    def __init__(self, path: str = "") -> None:
        #: the file of the round
        self.path = path
        #: (head, lines below it) that the next round's file begins with
        self.reasons: list[tuple[str, list[str]]] = []
        #: objects that the user can put right in the editor
        self.invalid = 0
        self.not_found = 0
        #: objects that another attempt may help
        self.retryable = 0

    def add(self, error: MinikctlError, target: Target) -> str:
        """Take note of an object's error; returns what to say of it (upstream: ``addError``)."""
        named = f'{target.info.resource} "{target.name}"'
        if isinstance(error, (Invalid, RequestInvalid)):
            self.invalid += 1
            self.reasons.append((f"{named} was not valid", _causes(error)))
            return f"error: {named} is invalid"
        if isinstance(error, NotFound):
            self.not_found += 1
            return f"error: {named} could not be found on the server"
        self.retryable += 1
        return f"error: {named} could not be patched: {error}"

    def header(self) -> str:
        """The reasons as comments."""
        lines = []
        for head, others in self.reasons:
            lines.append(f"# {_commented(head)}{':' if others else ''}\n")
            lines += [f"# * {_commented(other)}\n" for other in others]
            lines.append("#\n")
        return "".join(lines)


def _causes(error: StatusError) -> list[str]:
    if isinstance(error, Invalid):
        return [str(each) for each in error.errors]
    return [error.message] if error.message.startswith("patch: ") else []


def _commented(text: str) -> str:
    """A text that goes over lines, as one comment (upstream: ``hashOnLineBreak``)."""
    last = len(text) - 1
    return "".join(
        "\n# " if char == "\n" and place < last and text[place + 1] != "#" else char for place, char in enumerate(text)
    )


class Mode:
    """What is edited, and what becomes of it. ``header``: the top of a YAML file."""

    header = OBJECT_HEADER

    def save(self, targets: Sequence[Target], updated: Sequence[Target], results: Results) -> None:
        """Do what was asked for with the objects that came back, and print it.

        Errors that the editor may mend go into ``results``. Raises MinikctlError for others.
        """
        raise NotImplementedError


def save_each(session: Session, updated: Sequence[Target], save: Callable[[Api, Target], None]) -> None:
    """Save one object after the other; what is done is done when a later one ends it all. Raises its error."""
    failure: MinikctlError | None = None
    with session.change() as api:
        for target in updated:
            try:
                save(api, target)
            except MinikctlError as error:
                failure = error
                break
        session.show_warnings()
    if failure is not None:
        raise failure


class Editing:
    """The loop over rounds in the editor."""

    def __init__(
        self, session: Session, mode: Mode, *, output: str, validation: str, windows_line_endings: bool,
        save_config: bool = False,
    ) -> None:
        """``output``: "" (YAML), yaml, json or kyaml. Raises UsageError for another format only when the file is written."""
        self.session = session
        self.mode = mode
        self.output = output
        self.validation = validation
        self.windows_line_endings = windows_line_endings
        self.save_config = save_config
        self.suffix = ".json" if output == "json" else ".yaml"

    def run(self, targets: Sequence[Target]) -> None:
        """Let the user edit the objects (``target.obj``) in one file until they are stored or given up.

        Raises MinikctlError; the user's last text is then kept, and its file named, where there was one.
        """
        original = self._written(targets)
        editor = Editor(self.session)
        results, edited, again = Results(), b"", False
        while True:
            before = edited
            content = without_comments(edited) if again else original
            header = "" if self.output == "json" else self._lines(self.mode.header + results.header())
            path = ""
            try:
                edited, path = editor.edit(header.encode() + content, self.suffix)
            except MinikctlError as error:
                raise self._kept(error, results.path) from error
            remove(results.path)
            if again and plain(before) == plain(edited):
                raise self._kept(MinikctlError(STILL_WRONG), path)
            results = Results(path)
            finished = self._round(targets, original, edited, results)
            if finished:
                return
            again = True

    def _round(self, targets: Sequence[Target], original: bytes, edited: bytes, results: Results) -> bool:
        """One round after the editor was closed; whether it was the last one. See ``run`` for what is raised."""
        problem = self._problem(edited)
        if problem:
            words = f'<nil>: Invalid value: "The edited file failed validation": {problem}'
            wrong = RequestInvalid(words)
            self.session.complain(results.add(wrong, targets[0]))
            results.reasons[-1][1].append(words)
            return False
        if plain(original) == plain(edited):
            return self._given_up(NOTHING_CHANGED, results.path)
        if not any(line.strip()[:1] not in (b"", b"#") for line in edited.split(b"\n")):
            return self._given_up(EMPTY, results.path)
        try:
            updated = self._read(edited)
        except MinikctlError as error:
            results.reasons.append((f"The edited file had a syntax error: {error}", []))
            return False
        try:
            self._complete(updated)
            self.mode.save(targets, updated, results)
        except MinikctlError as error:
            raise self._kept(error, results.path) from error
        if results.retryable:
            program = self.session.program
            self.session.complain(f"You can run `{program} replace -f {results.path}` to try this update again.")
            raise SilentExit
        if results.not_found:
            self.session.complain(f'The edits you made on deleted resources have been saved to "{results.path}"')
            raise SilentExit
        if not results.invalid:
            remove(results.path)
        return not results.invalid

    def _given_up(self, words: str, path: str) -> bool:
        remove(path)
        self.session.complain(words)
        return True

    def _kept(self, error: MinikctlError, path: str) -> MinikctlError:
        """Say where the user's text is, before the error."""
        import os

        if path and os.path.exists(path):
            self.session.complain(f'A copy of your changes has been stored to "{path}"')
        return error

    def _written(self, targets: Sequence[Target]) -> bytes:
        """The objects as the file has them: one by itself, several as a List, without managedFields."""
        objects = [target.obj or {} for target in targets]
        obj = objects[0]
        if len(objects) != 1:
            obj = {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": objects}
        return self._lines(self._printer().print(obj)).encode("utf-8", "surrogateescape")

    def _printer(self) -> Printer:
        if self.output not in ("", "json", "kyaml", "yaml"):
            raise MinikctlError(
                f'unable to match a printer suitable for the output format "{self.output}", allowed formats are: '
                "json,kyaml,yaml"
            )
        from minikctl.printing import make_printer

        return make_printer(self.output or "yaml")  # without managedFields: who manages what is not the user's to edit

    def _lines(self, text: str) -> str:
        return text.replace("\n", "\r\n") if self.windows_line_endings else text

    def _problem(self, edited: bytes) -> str:
        """What kubectl itself finds wrong with the text, "" for nothing (upstream: ``paramVerifyingSchema``)."""
        if self.validation == "ignore":
            return ""
        from minikctl.api.manifests.decoding import validation_problems
        from minikctl.api.manifests.streams import StreamError, load_yaml

        try:
            problems = validation_problems(load_yaml(plain(edited), 1).value)
        except StreamError as error:
            return str(error).removeprefix("error converting YAML to JSON: ")
        return problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]" if problems else ""

    @staticmethod
    def _read(edited: bytes) -> list[Target]:
        """The objects of the text. Raises AggregateError."""
        from minikctl.api.manifests import read_text

        updated: list[Target] = []
        errors: list[MinikctlError] = []
        for item in read_text(edited, SOURCE, check=False, recognize=kinds.info_for_object):
            if isinstance(item, MinikctlError):
                errors.append(item)
                continue
            assert item.info is not None
            meta = item.obj.get("metadata") or {}
            updated.append(Target(item.info, meta.get("namespace") or "", meta.get("name") or "", item.obj))
        if errors:
            raise AggregateError(errors)
        return updated

    def _complete(self, updated: Sequence[Target]) -> None:
        """Put the objects into the request's namespace, and with --save-config into their annotation.

        Raises MinikctlError for another namespace (upstream: ``RequireNamespace``).
        """
        from minikctl.api.patches import lastapplied

        for target in updated:
            assert target.obj is not None
            if target.info.namespaced:
                namespace = self.session.namespace
                if target.namespace and target.namespace != namespace:
                    raise MinikctlError(
                        f'the namespace from the provided object "{target.namespace}" does not match the namespace '
                        f"\"{namespace}\". You must pass '--namespace={target.namespace}' to perform this operation."
                    )
                target.namespace = namespace
                target.obj["metadata"] = {**(target.obj.get("metadata") or {}), "namespace": namespace}
            if self.save_config:
                target.obj = lastapplied.with_annotation(target.obj)


def without_comments(text: bytes) -> bytes:
    """The text without the lines that are comments (upstream: ``ManualStrip``)."""
    lines = text.split(b"\n")
    kept = [line for line in lines[:-1] if not _is_comment(line)]
    last = lines[-1]
    return b"".join(line + b"\n" for line in kept) + (b"" if _is_comment(last) else last)


def _is_comment(line: bytes) -> bool:
    line = line.strip()
    return line.startswith(b"#") and not line.startswith(b"#!")


def plain(text: bytes) -> bytes:
    """What a text says, as JSON; of one that is no YAML, the text without comments (upstream: ``StripComments``)."""
    from minikctl.api.manifests.streams import StreamError, load_yaml
    from minikctl.lib.gojson import compact

    try:
        return compact(load_yaml(text, 1).value).encode("utf-8", "surrogatepass")
    except StreamError:
        return without_comments(text)


def original_of(target: Target, targets: Sequence[Target]) -> Target:
    """The object that the user was given, by its UID. Raises MinikctlError where there was none of this UID."""
    from minikctl.lib.gofmt import syntax

    uid = _uid(target)
    for each in targets:
        if _uid(each) == uid:
            return each
    raise MinikctlError(f"no original object found for &unstructured.Unstructured{{Object:{syntax(target.obj)}}}")


def _uid(target: Target) -> str:
    return str(((target.obj or {}).get("metadata") or {}).get("uid") or "")


def without_managed_fields(obj: Obj) -> Obj:
    """The object as it is edited: who manages what is no concern of the user's."""
    from minikctl.printing import visible

    return visible(obj, show_managed_fields=False)
