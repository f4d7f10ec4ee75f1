import pytest

from minikctl.api.manifests import positions

TEXT = b"""\
apiVersion: v1
kind: Pod
metadata:
  name: x
  labels:
    app.kubernetes.io/name: a
    app: b
spec:
  containers:
  - name: one
    ports: [{containerPort: 80}, {containerPort: 81, name: web}]
  -   name: two
      image: y
  "quoted key": 1
  0x10: hex
  <<: {merged: 1}
data: {a.b: 1, a: {b: 2, c: 3}, e: &x {f: 1}, g: *x}
"""

PLACES = [
    ("apiVersion", (11, 1)), ("metadata", (13, 1)), ("metadata.name", (14, 3)), ("metadata.labels.app", (17, 5)),
    ("metadata.labels[app.kubernetes.io/name]", (16, 5)), ("metadata.labels.app.kubernetes.io/name", (16, 5)),
    ("spec.containers", (19, 3)), ("spec.containers[0]", (20, 5)), ("spec.containers[0].name", (20, 5)),
    ("spec.containers[1]", (22, 7)), ("spec.containers[1].image", (23, 7)),
    ("spec.containers[0].ports[1].name", (21, 54)), ("spec.containers[0].ports[1]", (21, 34)),
    ("spec[quoted key]", (24, 3)), ("spec.16", (25, 3)), ("data.a.b", (27, 8)), ("data.a.c", (27, 26)),
    ("data.e.f", (27, 40)),
    # what is not there has the place of what is around it
    ("spec.containers[1].ports[0].name", (22, 7)), ("spec.containers[7]", (19, 3)), ("spec.nope.deeper", (18, 1)),
    ("nope", (11, 1)),
    ("metadata.labels[nope]", (15, 3)), ("data.g.f", (27, 47)), ("", (11, 1)),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
def test_fields_have_places(path, place):
    assert positions(TEXT, 11)(path) == place


def test_json_has_places_too():
    lookup = positions(b'{"a": {\n  "b": [1,\n 2]}}')
    assert (lookup("a"), lookup("a.b"), lookup("a.b[1]")) == ((1, 2), (2, 3), (3, 2))


def test_broken_text_has_places_up_to_the_break():
    lookup = positions(b"a:\n  b: 1\n  c: [\n", 5)
    assert (lookup("a.b"), lookup("a.c"), lookup("d")) == ((6, 3), (7, 3), (5, 1))


def test_nothing_has_the_first_place():
    assert positions(b"", 3)("a") == (3, 1)
