"""Taking the Pods off a node: which may go, and how they go (upstream: kubectl ``pkg/drain``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._nodes import SUFFIXES
from minikctl.errors import AggregateError, MinikctlError, NotFound, StatusError, TooManyRequests, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands.drain import DrainOptions

    Obj = dict[str, Any]

#: an eviction that a budget refuses is tried again after so many seconds
RETRY = 5.0
#: without --timeout kubectl tries for ever; here, as long in simulated time as this without a Pod that went
PATIENCE = 600.0
#: how long is waited for Pods that are on their way out, without --timeout
LONG = 168 * 3600.0

_MIRROR = "kubernetes.io/config.mirror"
_ON_THEIR_NODE = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL_STORAGE = "Pods with local storage (use --delete-emptydir-data to override)"
_UNMANAGED = "cannot delete Pods that declare no controller (use --force to override)"


class Verdict:
    """What is to become of a Pod: whether it goes, and what is to be said of it."""

    __slots__ = ("error", "goes", "warning")

    def __init__(self, *, goes: bool, warning: str = "", error: str = "") -> None:
        self.goes = goes
        self.warning = warning
        self.error = error


class Drain:
    """One node's share of ``drain``."""

    def __init__(self, session: Session, options: DrainOptions, node: str, dry_run: str) -> None:
        self.session = session
        self.options = options
        self.node = node
        self.dry_run = dry_run
        self.grace = options.grace_period if options.grace_period >= 0 else None

    def run(self) -> None:
        """Take the Pods off the node. Raises AggregateError with what stood in the way."""
        judged = self._judge()
        errors = _grouped((pod, verdict.error) for pod, verdict in judged)
        if errors:
            raise AggregateError(
                [
                    MinikctlError(text if text.startswith("cannot delete") else f"cannot delete {text}")
                    for text in errors
                ]
            )
        warnings = _grouped((pod, verdict.warning) for pod, verdict in judged)
        if warnings:
            self.session.complain(f"Warning: {'; '.join(warnings)}")
        pods = [pod for pod, verdict in judged if verdict.goes]
        if self.dry_run:
            self._pretend(pods)
            return
        try:
            if self.options.disable_eviction:
                self._delete(pods)
            else:
                self._evict(pods)
        except MinikctlError as error:
            self._tell_of_pending(error)
            raise

    def _tell_of_pending(self, error: MinikctlError) -> None:
        """Name the Pods that are still to go after an error."""
        pending = [pod for pod, verdict in self._judge() if verdict.goes]
        if pending:
            self.session.complain(f"There are pending pods in node {quote(self.node)} when an error occurred: {error}")
            for pod in pending:
                self.session.complain(f"pod/{pod['metadata']['name']}")

    # -- which Pods -------------------------------------------------------------------------------------------------

    def _judge(self) -> list[tuple[Obj, Verdict]]:
        """The Pods of the node, with what is to become of each."""
        from minikctl.lib import labels

        selector = labels.parse(self.options.pod_selector) if self.options.pod_selector else None
        pods = self.session.api.list("pods", selector=selector, node=self.node)
        return [(pod, self._verdict(pod)) for pod in pods]

    def _verdict(self, pod: Obj) -> Verdict:
        """Upstream: the filters of ``makeFilters``; the first that keeps a Pod decides, else the last that says a word."""
        if self._is_skipped(pod) or _MIRROR in (pod["metadata"].get("annotations") or {}):
            return Verdict(goes=False)
        if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            return Verdict(goes=True)
        controller = _controller_of(pod)
        verdict = self._of_node_owner(pod, controller) if controller is not None else None
        if verdict is None and not self.options.delete_emptydir_data and _has_local_storage(pod):
            verdict = Verdict(goes=False, error=_LOCAL_STORAGE)
        return verdict or self._of_owner(controller)

    def _of_owner(self, controller: Obj | None) -> Verdict:
        """What becomes of a Pod that nothing else keeps: one without a controller goes only by force."""
        if controller is not None:
            return Verdict(goes=True)
        if self.options.force:
            return Verdict(goes=True, warning="deleting Pods that declare no controller")
        return Verdict(goes=False, error=_UNMANAGED)

    def _is_skipped(self, pod: Obj) -> bool:
        """Whether the Pod's deletion has lasted so long that nobody waits for it (--skip-wait-for-delete-timeout)."""
        seconds, deleted = self.options.skip_wait_for_delete_timeout, pod["metadata"].get("deletionTimestamp")
        if seconds <= 0 or not deleted:
            return False
        from minikctl.lib.times import parse_time

        return int(self.session.api.now() - parse_time(deleted)) > seconds

    def _of_node_owner(self, pod: Obj, controller: Obj) -> Verdict | None:
        """What becomes of a Pod whose controller puts one on each node; None where it has another controller."""
        info = kinds.info_for_object(controller.get("apiVersion", ""), controller.get("kind", ""))
        if info is None or not kinds.load(info).pods_belong_to_nodes:
            return None
        if self.session.api.get(info.resource, pod["metadata"]["namespace"], controller["name"]) is None:
            text = str(NotFound(info.resource, controller["name"]))
            return None if self.options.force else Verdict(goes=False, error=text)
        if not self.options.ignore_daemonsets:
            return Verdict(goes=False, error=_ON_THEIR_NODE)
        return Verdict(goes=False, warning="ignoring DaemonSet-managed Pods")

    # -- how they go ------------------------------------------------------------------------------------------------

    def _pretend(self, pods: list[Obj]) -> None:
        for pod in pods:
            if self.options.disable_eviction and self.dry_run == "server":
                self.session.print(f"pod/{pod['metadata']['name']} deleted{SUFFIXES[self.dry_run]}")
            else:
                self.session.print(f"evicting pod {_full_name(pod)}{SUFFIXES[self.dry_run]}")

    def _delete(self, pods: list[Obj]) -> None:
        """Delete without asking the budgets."""
        with self.session.change() as api:
            for pod in pods:
                meta = pod["metadata"]
                with api.store.savepoint():
                    api.delete("pods", meta["namespace"], meta["name"], uid=meta["uid"], grace_period=self.grace)
        leaving = _Leaving(self.session, pods, "deleted")
        if not leaving.wait(self.options.timeout or LONG):
            raise AggregateError([MinikctlError(f"global timeout reached: {self._timeout}")])

    def _evict(self, pods: list[Obj]) -> None:
        """Ask for the eviction of each Pod, again and again where a budget refuses it, and wait until all are gone."""
        session = self.session
        session.api.tick()
        start = last_gone = session.api.now()
        deadline = start + self.options.timeout if self.options.timeout > 0 else None
        pending, leaving, errors = list(pods), _Leaving(session, [], "evicted"), list[MinikctlError]()
        while pending:
            is_late = deadline is not None and session.api.now() >= deadline
            gone_before = leaving.count
            pending = self._ask(pending, leaving, errors, is_late=is_late)
            if not pending:
                break
            leaving.wait(RETRY, until_all_are_gone=False)
            if leaving.count > gone_before:
                last_gone = session.api.now()
            if deadline is None and (not session.reconciles or session.api.now() - last_gone >= PATIENCE):
                errors += [MinikctlError(f"{_about(pod)}: gave up after 10m0s") for pod in pending]
                break
        left = (deadline - session.api.now()) if deadline is not None else LONG
        if not leaving.wait(max(left, 0.0)):
            errors += [
                MinikctlError(
                    f"error when waiting for pod {quote(pod['metadata']['name'])} in namespace "
                    f"{quote(pod['metadata']['namespace'])} to terminate: global timeout reached: {self._timeout}"
                )
                for pod in leaving.pods
            ]
        if errors:
            raise AggregateError(errors)

    def _ask(self, pods: list[Obj], leaving: _Leaving, errors: list[MinikctlError], *, is_late: bool) -> list[Obj]:
        """One round of evictions; returns the Pods that their budgets keep. ``is_late``: the time is up."""
        from minikctl.api.eviction import evict

        kept = []
        store = self.session.trusted.store
        with self.session.change():
            for pod in pods:
                self.session.print(f"evicting pod {_full_name(pod)}")
                if is_late:
                    errors.append(MinikctlError(f"{_about(pod)}: global timeout reached: {self._timeout}"))
                    continue
                try:
                    with store.savepoint():
                        meta = pod["metadata"]
                        self.session.allow("create", "pods", meta["namespace"], meta["name"], "eviction")
                        evict(self.session.trusted, pod, grace_period=self.grace)
                except NotFound:
                    continue
                except TooManyRequests as error:
                    self.session.complain(f"{_about(pod)} (will retry after 5s): {error}")
                    kept.append(pod)
                except StatusError as error:
                    errors.append(MinikctlError(f"{_about(pod)}: {error}"))
                else:
                    leaving.pods.append(pod)
        return kept

    @property
    def _timeout(self) -> str:
        from minikctl.lib.duration import format_duration

        return format_duration(self.options.timeout)


class _Leaving:
    """Pods on their way out; each that is gone is told of."""

    def __init__(self, session: Session, pods: list[Obj], word: str) -> None:
        self.session = session
        self.pods = list(pods)
        self.word = word
        #: how many have gone
        self.count = 0

    def wait(self, seconds: float, *, until_all_are_gone: bool = True) -> bool:
        """Let time pass until all are gone, or so many seconds of it; whether all are gone."""
        from minikctl.commands._waiting import run_until

        run_until(self.session, lambda: self._look() and until_all_are_gone, seconds)
        return not self.pods

    def _look(self) -> bool:
        left = []
        for pod in self.pods:
            meta = pod["metadata"]
            stored = self.session.api.get("pods", meta["namespace"], meta["name"])
            if stored is None or stored["metadata"]["uid"] != meta["uid"]:
                self.session.print(f"pod/{meta['name']} {self.word}")
                self.count += 1
            else:
                left.append(pod)
        self.pods = left
        return not left


def _about(pod: Obj) -> str:
    meta = pod["metadata"]
    return f"error when evicting pods/{quote(meta['name'])} -n {quote(meta['namespace'])}"


def _full_name(pod: Obj) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _controller_of(pod: Obj) -> Obj | None:
    owners = pod["metadata"].get("ownerReferences") or ()
    return next((owner for owner in owners if owner.get("controller")), None)


def _has_local_storage(pod: Obj) -> bool:
    return any(volume.get("emptyDir") is not None for volume in pod["spec"].get("volumes") or ())


def _grouped(said: Any) -> list[str]:
    """What was said of Pods, each saying once with the Pods that it was said of."""
    found: dict[str, list[str]] = {}
    for pod, text in said:
        if text:
            found.setdefault(text, []).append(_full_name(pod))
    return [f"{text}: {', '.join(names)}" for text, names in found.items()]
