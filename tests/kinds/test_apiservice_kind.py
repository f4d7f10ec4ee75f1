"""APIServices as ``get`` shows them."""

from __future__ import annotations

import pytest

from minikctl import kinds

KIND = kinds.load(kinds.info_for("apiservices.apiregistration.k8s.io"))


@pytest.mark.parametrize(
    ("spec", "conditions", "expected"),
    [
        ({}, [], ("Local", "Unknown")), ({}, [{"type": "Available", "status": "True", "reason": "Local"}], ("Local", "True")),
        ({"service": {"namespace": "n", "name": "s"}}, [{"type": "Other", "status": "True"}], ("n/s", "Unknown")),
        ({"service": {"namespace": "n", "name": "s"}}, [{"type": "Available", "status": "False", "reason": "MissingEndpoints"}],
         ("n/s", "False (MissingEndpoints)")),
    ],
)
def test_the_columns(spec, conditions, expected):
    obj = {"metadata": {"name": "a", "creationTimestamp": "1970-01-01T00:00:00Z"}, "spec": spec, "status": {"conditions": conditions}}
    assert tuple(KIND.row(obj, 60.0)) == ("a", *expected, "60s")
