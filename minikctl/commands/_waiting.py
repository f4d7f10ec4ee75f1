"""Waiting in simulated time: passes, and jumps to the next timer when nothing is due."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from minikctl.commands._session import Session


def run_until(session: Session, done: Callable[[], bool], timeout: float) -> bool:
    """Run passes, and let time jump, until ``done()``; False when ``timeout`` seconds of simulated time went by first.

    ``done`` is asked before the first pass and after each. Each pass is a transaction of its own, so that a command
    that is killed while it waits leaves whole passes. Where passes are switched off (--no-reconcile), nothing but time
    can pass, and the answer is that of now.
    """
    if done():
        return True
    if not session.reconciles:
        return False
    session.api.tick()
    begin = session.api.now()
    deadline = begin + timeout
    line = session.progress
    while True:
        if line is not None:
            from minikctl.lib.duration import human_duration

            line.say("Waiting", detail=f"{human_duration(session.api.now() - begin)} of simulated time")
        with session.change(reconcile=False) as api:
            reconciler = session.reconciler()
            result = reconciler.run_pass()
        if done():
            return True
        if result.writes or reconciler.is_due():
            continue
        due = reconciler.next_time()
        if due is None or due > deadline:
            with session.change(reconcile=False) as api:
                api.advance_to(deadline)
            return False
        with session.change(reconcile=False) as api:
            api.advance_to(due)
