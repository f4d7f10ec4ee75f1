# ruff: noqa: ARG002 - the methods here are what subclasses override, with all that these need
"""What ``rollout`` can do with a kind: status, history, undo, pause, resume and restart, with kubectl's words.

``Rollout`` is the capability that ``Kind.rollout()`` hands out; a verb asks for it instead of asking which kind it has.
A kind with revisions overrides ``status``, ``history``, ``template_of`` and ``undo``; what stands here holds for all.
Nothing is stored here: a method returns the changed object, and the verb sends it to the API.
Upstream: ``kubectl/pkg/polymorphichelpers`` (rollout_status.go, history.go, rollback.go, objectpauser.go,
objectrestarter.go).
"""

from __future__ import annotations

from minikctl.errors import MinikctlError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]

CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause"
RESTARTED_AT_ANNOTATION = "kubectl.kubernetes.io/restartedAt"

ROLLED_BACK = "rolled back"
NO_HISTORY = "No rollout history found."


class Rollout:
    """The rollout capability of one kind."""

    def __init__(self, info: KindInfo) -> None:
        self.info = info

    # -- status -----------------------------------------------------------------------------------------------------

    def status(self, obj: Obj, revision: int, reader: Reader) -> tuple[str, bool]:
        """Return the line that ``rollout status`` prints (with its newline), and whether the rollout is done.

        ``revision``: the revision that is waited for, 0 for whichever is the latest. Raises MinikctlError where the
        rollout has failed, or where another revision runs than the one asked for.
        """
        raise MinikctlError(f"no status viewer has been implemented for {self._group_kind()}")

    # -- history ----------------------------------------------------------------------------------------------------

    def history(self, obj: Obj, reader: Reader) -> dict[int, Obj]:
        """Return the objects that keep the revisions (ReplicaSets, ControllerRevisions) by revision, oldest first."""
        raise MinikctlError(f"no history viewer has been implemented for {quote(self._group_kind())}")

    def template_of(self, obj: Obj, kept: Obj) -> Obj:
        """Return the pod template that ``kept``, an object out of ``history``, stands for."""
        template: Obj = kept["spec"]["template"]
        return template

    def object_of(self, obj: Obj, kept: Obj) -> Obj:
        """Return what ``rollout history -o yaml`` prints for ``kept``, an object out of ``history``."""
        return kept

    def find_revision(self, obj: Obj, revision: int, reader: Reader) -> Obj:
        """Return the object that keeps ``revision``.

        Raises MinikctlError: ``unable to find the specified revision``.
        """
        kept = self.history(obj, reader).get(revision)
        if kept is None:
            raise MinikctlError("unable to find the specified revision")
        return kept

    def view_history(self, obj: Obj, reader: Reader, revision: int = 0) -> str:
        """Return the text of ``rollout history``: the table of all revisions, or the template of one.

        Tabs in a template stay tabs, as kubectl leaves them. Raises as ``find_revision``.
        """
        kept = self.history(obj, reader)
        if not kept:
            return NO_HISTORY
        if revision > 0:
            return self._view_revision(obj, self.find_revision(obj, revision, reader))
        rows = [("REVISION", "CHANGE-CAUSE")]
        rows += [(str(number), change_cause(keeper) or "<none>") for number, keeper in kept.items()]
        width = max(len(row[0]) for row in rows) + 2
        return "".join(f"{number.ljust(width)}{cause}\n" for number, cause in rows)

    def _view_revision(self, obj: Obj, kept: Obj) -> str:
        template = self.template_of(obj, kept)
        cause = change_cause(kept)
        if cause:
            metadata = template.get("metadata") or {}
            annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE_ANNOTATION: cause}
            template = {**template, "metadata": {**metadata, "annotations": annotations}}
        return describe_template(template)

    # -- undo -------------------------------------------------------------------------------------------------------

    def undo(
        self, obj: Obj, to_revision: int, reader: Reader, *, dry_run: str = "none", program: str = "kubectl",
    ) -> tuple[str, Obj | None]:
        """Go back to ``to_revision``, or with 0 to the one before the present.

        Returns the words that follow the object's name, and the object to store; None for the latter where nothing is
        to be stored: the template is in use already, or ``dry_run`` is "client" (the words are then the template that
        would be restored). ``program`` is what messages call the program. Raises MinikctlError where there is no such
        revision, or where the object may not be rolled back now.
        """
        raise MinikctlError(f"no rollbacker has been implemented for {quote(self._group_kind())}")

    # -- pause, resume, restart ---------------------------------------------------------------------------------------

    def pause(self, obj: Obj) -> Obj:
        """Return ``obj`` paused. Raises MinikctlError where it is already, or where its kind knows no pause."""
        raise self.refusal(obj, "pausing is not supported")

    def resume(self, obj: Obj) -> Obj:
        """Return ``obj`` resumed. Raises MinikctlError where it is not paused, or where its kind knows no pause."""
        raise self.refusal(obj, "resuming is not supported")

    def restart(self, obj: Obj, now: float) -> Obj:
        """Return ``obj`` with a template that says when it was restarted, so that all its Pods are made anew.

        ``now`` in seconds since the epoch. kubectl refuses a second restart within one second, when the text of the
        time would be the same; here, where time may stand still, the text moves on by a second.
        """
        from minikctl.lib.times import format_time, parse_time

        spec = obj["spec"]
        template = spec["template"]
        metadata = template.get("metadata") or {}
        annotations = dict(metadata.get("annotations") or {})
        time = format_time(now)
        if annotations.get(RESTARTED_AT_ANNOTATION) == time:
            time = format_time(parse_time(time) + 1)
        annotations[RESTARTED_AT_ANNOTATION] = time
        template = {**template, "metadata": {**metadata, "annotations": annotations}}
        return {**obj, "spec": {**spec, "template": template}}

    # -- words --------------------------------------------------------------------------------------------------------

    def refusal(self, obj: Obj, words: str) -> MinikctlError:
        """The error that says ``words`` of ``obj``: ``deployments.apps "web" is already paused``."""
        return MinikctlError(f"{self.info.resource} {quote(obj['metadata']['name'])} {words}")

    def _group_kind(self) -> str:
        """Kind and group as Go prints a GroupKind: ``Deployment.apps``."""
        return self.info.qualified_kind


def revision_not_found(revision: int) -> MinikctlError:
    """The error of ``undo`` to a revision that is not kept."""
    return MinikctlError(f"unable to find specified revision {revision} in history")


def skipped(revision: int) -> str:
    """The words of an ``undo`` to the template that is in use already."""
    return f"skipped rollback (current template already matches revision {revision})"


def change_cause(obj: Obj) -> str:
    """What the annotation of ``obj`` says about why it was changed; "" where it says nothing."""
    cause: str = (obj["metadata"].get("annotations") or {}).get(CHANGE_CAUSE_ANNOTATION, "")
    return cause


def describe_template(template: Obj) -> str:
    """Return the Pod Template section of ``describe`` with its tabs as they are, as ``rollout`` prints it."""
    from minikctl.kinds.podspec.describe import describe_pod_template

    out = _Tabs()
    describe_pod_template(out, template)
    return "".join(out.parts)


class _Tabs:
    """A ``kinds.base.Writer`` that aligns nothing."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, level: int, text: str) -> None:
        """Keep ``text`` after ``level`` indents."""
        self.parts.append("  " * level + text)

    def events(self, obj: Obj) -> None:
        """A template has no events."""
