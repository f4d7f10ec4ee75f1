"""One run of a verb: its options for all verbs, the context, the open state, what it prints and how it ends.

A verb reads through ``session.api`` and writes inside of ``with session.change():``, which is one transaction with one
pass of the controllers at its end. What the verb prints meanwhile is held back until the transaction is committed.
"""

from __future__ import annotations

import gc
import os

from minikctl import kinds
from minikctl.commands import _contexts
from minikctl.errors import AggregateError, MinikctlError, ReadingError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api
    from minikctl.commands._progress import Line
    from minikctl.commands._shared import GlobalOptions
    from minikctl.env import Env
    from minikctl.kinds.custom import Definitions
    from minikctl.reconcile import Reconciler

    Obj = dict[str, Any]

#: where the cause of a change is noted
CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause"


class Session:
    """What a verb works with."""

    def __init__(self, env: Env, options: GlobalOptions, command: str) -> None:
        """``command`` is the command line as the journal shall have it."""
        self.env = env
        self.options = options
        self.command = command
        #: who writes, as managedFields name it
        self.field_manager = "kubectl"
        #: the command line, where --record asks for it to be noted in what it changes
        self.change_cause = ""
        #: how many warnings the API gave
        self.received = 0
        self._warned: set[str] = set()
        self._api: Api | None = None
        #: the API as the user of --as sees it, where there is one
        self._guarded: Any = None
        #: the seconds of --request-timeout; 0: no bound
        self.request_timeout = 0.0
        self._config: Obj | None = None
        #: the line that shows a person at a terminal what is being done; None: nobody has asked for it yet, or nobody watches
        self._progress: Line | None = None
        kinds.use_definitions(self._definitions)
        if options.now:
            env.fix_clock(options.now, "--now")
        if options.seed:
            env.seed = options.seed

    # -- context ----------------------------------------------------------------------------------------------------

    @property
    def program(self) -> str:
        """What messages call the program."""
        return self.env.program

    @property
    def config_path(self) -> str:
        """The configuration file in use."""
        return _contexts.config_path(self.env.environ, self.options.kubeconfig)

    @property
    def config(self) -> Obj:
        """The configuration. Raises MinikctlError when it cannot be read."""
        if self._config is None:
            self._config = _contexts.load_config(
                self.env.environ, self.config_path, must_exist=bool(self.options.kubeconfig)
            )
        return self._config

    @property
    def context_name(self) -> str:
        """The context in use ("" where there is none)."""
        return str(self.options.context or self.config.get("current-context") or "")

    @property
    def context(self) -> Obj:
        """The context in use. Raises MinikctlError for one that does not exist."""
        name = self.context_name
        found = _contexts.find(self.config, "contexts", name)
        if found is None:
            if self.options.context:
                raise MinikctlError(f'context "{name}" does not exist')
            return {}
        return found

    @property
    def namespace(self) -> str:
        """The namespace of the request: -n, else the context's, else default."""
        return str(self.options.namespace or self.context.get("namespace") or "default")

    @property
    def namespace_given(self) -> bool:
        """Whether -n was on the command line (objects of another namespace are then refused)."""
        return bool(self.options.namespace)

    @property
    def state_path(self) -> str:
        """The state file in use: --state, else $MINIKCTL_STATE, else the context's."""
        path = self.options.state or self.env.environ.get("MINIKCTL_STATE")
        return path or _contexts.state_of(
            self.config, self.context, self.context_name, self.env.environ, self.options.cluster
        )

    # -- the state --------------------------------------------------------------------------------------------------

    @property
    def api(self) -> Api:
        """The API over the state file, which is opened (and made, if need be) now; for the user of --as, if there is one."""
        options = self.options
        if self.is_guarded:
            if self._guarded is None:
                from minikctl.api.rbac.guard import GuardedApi

                self._guarded = GuardedApi(self.trusted, self.user)
            guarded: Api = self._guarded
            return guarded
        if options.impersonate_group or options.impersonate_uid or options.impersonate_user_extra:
            raise UsageError("requesting uid, groups or user-extra for  without impersonating a user")
        return self.trusted

    @property
    def is_guarded(self) -> bool:
        """Whether it is not the administrator who asks (--as, --token)."""
        return bool(self.options.impersonate or self.options.token)

    @property
    def reader(self) -> Api:
        """As ``api``, but what the user may not see is just not there: for what is shown beside what was asked for."""
        if not self.is_guarded:
            return self.api
        from minikctl.api.rbac.guard import Lenient

        guarded: Any = self.api
        lenient: Any = Lenient(guarded)
        found: Api = lenient
        return found

    def allow(self, verb: str, resource: str, namespace: str, name: str, subresource: str = "") -> None:
        """Raise Forbidden where who asks may not: for requests that are none of the API's own methods."""
        if self.is_guarded:
            api: Any = self.api
            api.check(verb, resource, namespace, name, subresource=subresource)

    @property
    def user(self) -> User:
        """Who asks."""
        from minikctl.api.rbac.user import administrator, impersonated

        options = self.options
        if options.token:
            from minikctl.commands import _connection

            return _connection.bearer(self.trusted, options.token)
        if not options.impersonate:
            return administrator()
        extra: dict[str, list[str]] = {}
        for pair in options.impersonate_user_extra:
            key, equals, value = pair.partition("=")
            if equals:
                extra.setdefault(key.lower(), []).append(value)
        return impersonated(options.impersonate, options.impersonate_group, uid=options.impersonate_uid, extra=extra)

    @property
    def trusted(self) -> Api:
        """The API itself, whoever asks: for what a cluster does of its own accord."""
        if self._api is None:
            from minikctl.api.server import Api
            from minikctl.store import Store

            store = Store(self.state_path, self._fill, self.lock_timeout())
            store.command = self.command
            store.manager = self.field_manager
            if self.env.revisions is not None:
                self.env.revisions.append(store.revision)
            self._api = Api(store, self.env)
        return self._api

    def _definitions(self) -> Definitions | None:
        """The kinds that the state defines, for a name that is not built in: only then the state is opened for it.

        A state that is not there yet defines none, and is not made for the question.
        """
        if self._api is None and not os.path.exists(self.state_path):
            return None
        return self.trusted.definitions()

    def _fill(self, store: Any) -> None:
        from minikctl.api.bootstrap import fill

        fill(store, self.env)

    def lock_timeout(self) -> float:
        """The seconds that a write waits for another command. Raises UsageError for a wrong $MINIKCTL_LOCK_TIMEOUT."""
        from minikctl.store.opening import LOCK_TIMEOUT

        if self.request_timeout:
            return self.request_timeout
        text = self.env.environ.get("MINIKCTL_LOCK_TIMEOUT")
        if not text:
            return LOCK_TIMEOUT
        from minikctl.lib.duration import parse_duration

        try:
            return parse_duration(text)
        except ValueError as error:
            raise UsageError(f"MINIKCTL_LOCK_TIMEOUT: {error}") from error

    def state_error(self, error: Exception) -> MinikctlError | None:
        """The user's words for an error of the database (full disk, damage ...); None for any other error."""
        if self._api is None:
            return None
        from minikctl.store.opening import translated

        return translated(error, self._api.store.path, self._api.store.lock_timeout)

    @property
    def reconciles(self) -> bool:
        """Whether a pass follows a change (--no-reconcile, MINIKCTL_RECONCILE=off)."""
        return not self.options.no_reconcile and self.env.environ.get("MINIKCTL_RECONCILE", "").lower() not in (
            "off",
            "0",
            "false",
            "no",
        )

    def reconciler(self) -> Reconciler:
        """Runs passes; only inside of ``change``."""
        from minikctl.reconcile import Reconciler

        reconciler = Reconciler(self.trusted)
        line = self.progress
        if line is not None:
            if not line.label:
                line.say("Reconciling")
            reconciler.on_sync = line.tick
        return reconciler

    def change(self, *, dry_run: bool = False, reconcile: bool = True) -> Transaction:
        """One transaction: ``with session.change() as api:``. It ends with one pass unless ``reconcile`` is False.

        ``dry_run``: everything is done and then taken back. An exception takes everything back; a verb that goes on
        with the next object after an error collects errors and raises them after the block.
        """
        return Transaction(self, dry_run=dry_run, reconcile=reconcile and self.reconciles and not dry_run)

    def close(self) -> None:
        """Close the state file, if it was opened."""
        if self._progress is not None:
            self._progress.close()
            self._progress = None
        kinds.use_definitions(None)
        if self._api is not None:
            if self.env.revisions is not None:
                self.env.revisions.append(self._api.store.revision)
            self._api.store.close()
            self._api = None

    @property
    def progress(self) -> Line | None:
        """The line that shows what is being done while it takes its time; None where nobody watches."""
        if self._progress is None and self.env.err.is_terminal():
            from minikctl.commands._progress import line_on

            self._progress = line_on(self.env)
        return self._progress

    def recorded(self, obj: Obj) -> Obj:
        """``obj`` with the command line as the cause of its change, where --record asks for that; else as it is."""
        if not self.change_cause:
            return obj
        meta = obj.get("metadata") or {}
        annotations = {**(meta.get("annotations") or {}), CHANGE_CAUSE_ANNOTATION: self.change_cause}
        return {**obj, "metadata": {**meta, "annotations": annotations}}

    # -- printing ---------------------------------------------------------------------------------------------------

    def print(self, text: str = "") -> None:
        """Write a line to standard output."""
        self.env.out.write(text + "\n")

    def write(self, text: str) -> None:
        """Write to standard output as it is."""
        self.env.out.write(text)

    def complain(self, text: str) -> None:
        """Write a line to standard error."""
        self.env.err.write(text + "\n")

    def warn(self, text: str, *, received: bool = False) -> None:
        """Write a warning to standard error; ``received``: it is the API's, said once, which --warnings-as-errors counts."""
        if received:
            if text in self._warned:  # upstream: a WarningWriter that says nothing twice
                return
            self._warned.add(text)
            self.received += 1
        self.env.err.write(f"Warning: {text}\n")

    def show_warnings(self) -> None:
        """Print the warnings that the API gave since the last time."""
        if self._api is not None and self._api.warnings:
            warnings, self._api.warnings = self._api.warnings, []
            for text in warnings:
                self.warn(text, received=True)

    def end_with(self, errors: Iterable[MinikctlError], *, reads_first: bool = False, looks_up_first: bool = False) -> None:
        """Raise the errors that a verb collected while it went on, if there are any.

        Those of reading manifests come last, for kubectl visits each object as it reads it, and only then hears what was
        wrong with the files (upstream: ``EagerVisitorList`` in ``ContinueOnErrorVisitor``). ``reads_first``: the verb asks
        for all objects before it does anything (``Result.Infos``). ``looks_up_first``: the errors of reading have each a
        line of its own, among those of looking up, as the objects stand in the file.
        """
        found = list(errors)
        if looks_up_first:
            reads_first = True
            found = [one for error in found for one in (error.errors if isinstance(error, ReadingError) else (error,))]
            found.sort(key=lambda error: (error.place == 0, error.place))
        if not reads_first:
            found.sort(key=lambda error: isinstance(error, ReadingError))
        if len(found) == 1:
            raise found[0]
        if found:
            raise AggregateError(found)


class Transaction:
    """See ``Session.change``."""

    def __init__(self, session: Session, *, dry_run: bool, reconcile: bool) -> None:
        self.session = session
        self.dry_run = dry_run
        self.reconcile = reconcile

    def _count_strikes(self) -> None:
        """Write down which faults made requests fail, though nothing else of the transaction happened."""
        from minikctl.api.faults import count_strikes

        api = self.session.trusted
        api.store.begin()
        count_strikes(api)
        if self.session.reconciles:
            self.session.reconciler().run_pass()
        api.store.commit()

    def __enter__(self) -> Api:
        """Start to write; waits for other commands."""
        asked = self.session.api
        api = self.session.trusted
        api.store.begin()
        api.tick()
        api.dry_run = self.dry_run
        if not api.store.policy:  # a state of an earlier version
            from minikctl.api.rbac import policy

            policy.fill(api.store, self.session.env, api.now())
        self.session.env.out.hold()
        return asked

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Commit with a pass, or take back; then print what was held."""
        session, store = self.session, self.session.trusted.store
        out = session.env.out
        # What a large pass leaves is gone with the transaction: a look for cycles between the two would find it all there.
        collecting = gc.isenabled()
        gc.disable()
        try:
            if error is not None or self.dry_run:
                store.rollback()
                if session.trusted.strikes:
                    self._count_strikes()
            else:
                if session.trusted.strikes:
                    from minikctl.api.faults import count_strikes

                    count_strikes(session.trusted)
                if self.reconcile:
                    session.reconciler().run_pass()
                store.commit()
        except BaseException:
            out.drop()
            try:  # noqa: SIM105 - contextlib costs a start-up
                store.rollback()
            except Exception:  # noqa: BLE001, S110 - what went wrong first is what is told
                pass
            raise
        finally:
            if collecting:
                gc.enable()
        if error is None:
            out.release()
        else:  # nothing of it happened
            out.drop()
