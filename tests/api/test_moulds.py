"""A mould makes the same objects as creating each of them, whatever is written in between."""

import io

import pytest

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.errors import AlreadyExists, Forbidden
from minikctl.store import Store
from minikctl.store.texts import decode, encode

TEMPLATE = {
    "apiVersion": "v1", "kind": "Pod",
    "metadata": {"generateName": "web-", "namespace": "default", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}, {"name": "d", "image": 'dé"x'}]},
}
LIMITS = {
    "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l", "namespace": "default"},
    "spec": {"limits": [{"type": "Container", "default": {"cpu": "200m"}, "defaultRequest": {"cpu": "100m"}}]},
}
PRIORITY = {
    "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 7,
    "globalDefault": True,
}
QUOTA = {
    "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "default"},
    "spec": {"hard": {"pods": "6"}},
}
#: what is written after the second and the fifth Pod
STORIES = {
    "nothing": (),
    "limits": (LIMITS,),
    "a default priority": (PRIORITY,),
    "a quota": (QUOTA,),
    "limits, then a quota": (LIMITS, QUOTA),
}


def told(tmp_path, name, written, *, moulded, **spec):
    """All rows of the journal of a state in which nine Pods were made (as long as that goes)."""
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / f"{name}.db"), lambda store: fill(store, env))
    store.begin()
    api = Api(store, env)
    template = {**TEMPLATE, "spec": {**TEMPLATE["spec"], **spec}}
    make = api.mould(template) if moulded else lambda: api.create(decode(encode(template)))
    made = []
    for number in range(9):
        if number in (2, 5) and number // 3 < len(written):
            api.create(decode(encode(written[number // 3])))
        try:
            made.append(make())
        except Forbidden as error:
            made.append(str(error))
    rows = store._execute("SELECT verb, resource, name, uid, body FROM journal ORDER BY revision").fetchall()
    labels = store._execute("SELECT * FROM labels ORDER BY 1, 2, 3").fetchall()
    store.close()
    return made, rows, labels


@pytest.mark.parametrize("written", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize("spec", [{}, {"automountServiceAccountToken": False}, {"priority": None}], ids=str)
def test_a_mould_makes_what_create_makes(tmp_path, written, spec):
    assert told(tmp_path, "a", written, moulded=True, **spec) == told(tmp_path, "b", written, moulded=False, **spec)


def test_each_has_a_name_a_uid_and_a_volume_of_its_own(tmp_path):
    made, rows, _ = told(tmp_path, "a", (), moulded=True)
    assert [decode(body) for verb, resource, *_, body in rows if resource == "pods"] == made
    for path in (("metadata", "name"), ("metadata", "uid"), ("metadata", "resourceVersion"), ("spec", "volumes", 0, "name")):
        found = set()
        for pod in made:
            value = pod
            for step in path:
                value = value[step]
            found.add(value)
        assert len(found) == len(made), path


def test_what_a_savepoint_takes_back_is_made_anew(tmp_path):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda store: fill(store, env))
    store.begin()
    api = Api(store, env)
    make = api.mould(TEMPLATE)
    make()
    def limited():
        with store.savepoint():
            api.create(decode(encode(LIMITS)))
            assert make()["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "100m"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        limited()
    assert make()["spec"]["containers"][0]["resources"] == {}
    store.close()


def test_a_name_that_is_taken_is_drawn_anew(tmp_path, monkeypatch):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda store: fill(store, env))
    store.begin()
    api = Api(store, env)
    make = api.mould(TEMPLATE)
    taken = make()["metadata"]["name"]
    names = iter([taken, taken, "web-free", *[taken] * 100])
    monkeypatch.setattr(api, "draw_name", lambda _: next(names))
    revision = store.revision
    assert make()["metadata"]["name"] == "web-free"
    assert store.revision == revision + 1
    with pytest.raises(AlreadyExists):
        make()
    assert store.revision == revision + 1
    assert [pod["metadata"]["name"] for pod in store.list("pods")] == sorted([taken, "web-free"])
    store.close()
