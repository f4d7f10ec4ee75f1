"""A real API over a real state file, and passes over it: what the clusters of the stories have in common."""

import io

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.reconcile import Reconciler
from minikctl.store import Store

NOW = "2026-06-01T12:00:00Z"


class Running:
    """A new state in a transaction; time moves only by ``advance``."""

    def __init__(self, folder):
        """``folder``: where the state file goes."""
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": NOW, "MINIKCTL_SEED": "1"})
        self.store = Store(str(folder / "state.db"), lambda store: fill(store, env))
        self.store.begin()
        self.api = Api(self.store, env)
        self.reconciler = Reconciler(self.api)

    def run_pass(self):
        return self.reconciler.run_pass()

    def settle(self):
        return self.reconciler.until_stable()

    def advance(self, seconds):
        return self.reconciler.advance_to(self.api.now() + seconds)

    def events_about(self, name):
        """The events about objects of this name in the namespace default, in order."""
        events = self.api.list("events", "default")
        events.sort(key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [event for event in events if event["involvedObject"]["name"] == name]
