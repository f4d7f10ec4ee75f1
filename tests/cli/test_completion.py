"""Completion: verbs, flags, and names out of the state; the scripts work in the shells that are there."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest


def candidates(cluster, *words):
    out = cluster.ok("__complete", "--", *words)
    return [line.split("\t")[0] for line in out.splitlines()]


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "deployment", "web", "--image=x", "--replicas=2")
    cluster.ok("create", "namespace", "dev")
    cluster.ok("create", "deployment", "other", "--image=x", "-n", "dev")
    return cluster


CASES = [
    (["ge"], ["get"]),
    (["roll"], ["rollout"]),
    (["rollout", "re"], ["resume", "restart"]),
    (["get", "deplo"], ["deployments", "deploy"]),
    (["get", "deployments", ""], ["web"]),
    (["get", "deploy", "w"], ["web"]),
    (["get", "deploy", "-n", "dev", ""], ["other"]),
    (["-n", "dev", "get", "deploy", ""], ["other"]),
    (["get", "deploy/"], ["deploy/web"]),
    (["scale", "deploy/w"], ["deploy/web"]),
    (["get", "deployments", "web", ""], []),
    (["get", "ns", "kube-n"], ["kube-node-lease"]),
    (["get", "pods", "-n", "de"], ["default", "dev"]),
    (["get", "pods", "--namespace", "dev"], ["dev"]),
    (["get", "pods", "--namespace=dev"], ["--namespace=dev"]),
    (["get", "pods", "--no-h"], ["--no-headers"]),
    (["get", "pods", "-o", "j"], ["json", "jsonpath="]),
    (["config", "use-context", ""], ["minikctl"]),
    (["explain", "deployme"], ["deployments."]),
    (["explain", "deployments.s"], ["deployments.spec.", "deployments.status."]),
    (["explain", "deployments.ap"], ["deployments.apiVersion", "deployments.apps."]),
    (["explain", "deployments.apps.spec.rep"], ["deployments.apps.spec.replicas"]),
    (["explain", "pods.spec.containers.li"], ["pods.spec.containers.lifecycle.", "pods.spec.containers.livenessProbe."]),
    (["explain", "--api-version=autoscaling/v1", "hpa.spec.t"], ["hpa.spec.targetCPUUtilizationPercentage"]),
    (["explain", "--api-version", "autoscaling/v1", "hpa.spec.m"], ["hpa.spec.maxReplicas", "hpa.spec.minReplicas"]),
    (["explain", "pods..s"], []),
    (["explain", "nosuch.s"], []),
    (["explain", "pods.spec.nosuch.s"], []),
    (["explain", "pods", ""], []),
    (["explain", "pods", "--output", "plaintext-"], ["plaintext-openapiv2"]),
    (["frobnicate", "x"], []),
]


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[" ".join(words) for words, _ in CASES])
def test_candidates(filled, words, expected):
    assert candidates(filled, *words) == expected


def test_every_flag_has_its_help_beside_it(cluster):
    lines = cluster.ok("__complete", "--", "get", "--").splitlines()
    assert any(line.startswith("--selector=\tOnly objects with these labels") for line in lines)


def test_a_tab_makes_no_state(cluster, tmp_path):
    assert candidates(cluster, "get", "pods", "") == []
    assert not (tmp_path / "state.db").exists()


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        ("bash", 'source <("$0" completion bash); COMP_WORDS=(minikctl get ns kube-n); COMP_CWORD=3; _minikctl_complete; echo "$COMPREPLY"'),
        ("fish", '{0} completion fish | source; complete -C "minikctl get ns kube-n"'),
        ("zsh", 'autoload -Uz compinit; compinit -u -D; source <({0} completion zsh); [ -n "$functions[_minikctl_complete]" ] && echo kube-node-lease'),
    ],
)
def test_scripts(cluster, tmp_path, shell, script):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    cluster.ok("get", "ns")
    program = tmp_path / "minikctl"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m minikctl "$@"\n')
    program.chmod(0o755)
    words = [shell, "-c", script, str(program)] if shell == "bash" else [shell, "-c", script.format(program)]
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(words, env={**cluster.environ, "PATH": path, "TERM": "dumb"}, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["kube-node-lease"], done.stderr


def test_an_unknown_shell(cluster):
    result = cluster("completion", "tcsh")
    assert (result.code, result.err.splitlines()[0]) == (1, 'error: Unsupported shell type "tcsh".')
