"""Right manifests, each by itself: nothing is said of any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minikctl.api.validating.catalog import Catalog
from minikctl.api.validating.running import Validation

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
#: the parts of kustomizations are no objects by themselves, and custom resources nothing without their definitions
OBJECTS = [
    path for path in SAMPLES.rglob("*.yaml")
    if not {"kustomize", "customresources"} & set(path.relative_to(SAMPLES).parts)
]


def documents():
    for path in sorted([*(HERE / "right").glob("*.yaml"), *(HERE / "bases").glob("*.yaml"), *OBJECTS]):
        for number, text in enumerate(re.split(r"(?m)^---\n", path.read_text())):
            yield pytest.param(text, id=f"{path.parent.name}/{path.stem}-{number}")


DOCUMENTS = list(documents())


def test_there_are_enough_of_them():
    assert len(DOCUMENTS) >= 100


@pytest.mark.parametrize("text", DOCUMENTS)
def test_nothing_is_said_of_what_is_right(text, tmp_path):
    path = tmp_path / "right.yaml"
    path.write_text(text)
    report = Validation([str(path)]).run(jobs=1)
    files, found, errors, warnings = report.count()
    assert list(report.problems()) == []
    assert (files, errors, warnings) == (1, 0, 0)
    assert found >= 1
    # A catalog that was made for one file leaves nothing behind for the next.
    assert Catalog().find("example.com/v1", "Fleet") is None


def test_custom_resources_are_right_beside_their_definition():
    report = Validation(sorted(map(str, (SAMPLES / "customresources").glob("*.yaml")))).run(jobs=1)
    assert list(report.problems()) == []
    assert report.count()[1] >= 2
