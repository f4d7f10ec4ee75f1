"""Command lines answered as the real kubectl 1.36 answered them: output, errors and exit codes, to the byte."""

from __future__ import annotations

import shlex

import pytest
from recordings import FOLDER, Recording, ask, comparable, real_kubectl

RECORDINGS = [Recording(path) for path in sorted(FOLDER.glob("*.yaml"))]
ENTRIES = [(recording, entry) for recording in RECORDINGS if not recording.story for entry in recording.entries]
STORIES = [recording for recording in RECORDINGS if recording.story]
IDS = [entry["run"] for _, entry in ENTRIES]


KUBECTL = real_kubectl()


@pytest.mark.parametrize(("recording", "entry"), ENTRIES, ids=IDS)
def test_answer_is_the_recorded_one(recording, entry, cluster, tmp_path, monkeypatch):
    recording.write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert answer(cluster, entry) == (entry["code"], entry["out"], entry["err"])


def answer(cluster, entry):
    result = cluster(*shlex.split(entry["run"]), MINIKCTL_PROGRAM="kubectl")
    return result.code, comparable(result.out), comparable(result.err)


@pytest.mark.parametrize("recording", STORIES, ids=lambda recording: recording.path.stem)
def test_story_goes_as_recorded(recording, cluster, tmp_path, monkeypatch):
    recording.write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    for entry in recording.entries:
        assert answer(cluster, entry) == (entry["code"], entry["out"], entry["err"]), entry["run"]
        cluster.settle()


@pytest.mark.skipif(KUBECTL is None, reason="there is no real kubectl 1.36 here")
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.path.stem)
def test_recording_is_true(recording, tmp_path):
    recording.write_files(tmp_path)
    for entry in recording.entries:
        if not entry.get("server"):
            assert ask(KUBECTL, entry["run"], tmp_path) == (entry["code"], entry["out"], entry["err"]), entry["run"]
