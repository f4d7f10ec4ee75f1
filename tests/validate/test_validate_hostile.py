"""Input that nobody means well: a right answer or a clear error, in bounded memory, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from minikctl.api.validating.running import Validation

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def found(tmp_path, data, name="hostile.yaml"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    report = Validation([str(path)]).run(jobs=1)
    return [f"{problem.line}:{problem.column} {problem.rule} {problem.message}" for problem in report.problems()], report.count()


def bomb(levels, width=10):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def merge_bomb(levels):
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


CASES = {
    "alias bomb": (bomb(12), ["1:1 syntax document contains excessive aliasing"]),
    "merge bomb": (merge_bomb(30), None),
    "brackets": ("[" * 100_000, ["1:1 syntax exceeded max depth of 200"]),
    "braces": ("{" * 100_000, None),
    "braces and keys": ('{"a":' * 100_000, None),
    "block nesting": ("\n".join(" " * n + "a:" for n in range(1500)), ["201:1 syntax exceeded max depth of 200"]),
    "dashes": ("- " * 100_000, None),
    "nested data": (CONFIG % "deep" + "data:\n  a: " + "[" * 190 + "]" * 190 + "\n", None),
    "NUL": ("apiVersion: v1\nkind: \0\n", ["1:1 syntax control characters are not allowed"]),
    "NUL alone": ("\0", ["1:1 syntax control characters are not allowed"]),
    "a program": (bytes(range(256)) * 100, None),
    "latin-1": (CONFIG.encode() % b"caf\xe9", None),
    "cut UTF-8": (CONFIG.encode() % b"x" + b"data: {a: \xe2\x82", None),
    "lone surrogate": (b"\xed\xa0\x80: 1\n", None),
    "huge integer": (CONFIG % "h" + "data: {a: " + "9" * 100_000 + "}\n", []),  # more than a float holds is a text
    "huge exponent": ('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "h"}, "data": {"a": 1e999999}}', None),
    "infinity": (CONFIG % "h" + "data: {a: .inf}\n", None),
    "huge replicas": ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: h}\nspec: {replicas: 1" + "0" * 400 + "}\n", None),
    "quantity": ("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: h}\nspec: {hard: {cpu: 1e999999999}}\n", []),  # as much as there is
    "long key": (CONFIG % "h" + "data: {? " + "k" * 100_000 + " : v}\n", None),
    "long line": (CONFIG % "h" + "x: " + "y" * 1_000_000 + "\n", None),
    "long name": (CONFIG % ("n" * 1_000_000), None),
    "self reference": (CONFIG % "h" + "data: &d {a: *d}\n", None),
    "self merge": ("a: &a\n  <<: *a\n", None),
    "tags": ("!!python/object/apply:os.system [echo]\n", None),
    "tags on fields": (CONFIG % "h" + "data: {a: !!python/name:os.system x, b: !!int x, c: !!binary '%'}\n", None),
    "many keys": (CONFIG % "h" + "data:\n" + "".join(f"  k{n}: v\n" for n in range(20_000)), []),
    "too much data": (CONFIG % "h" + f"data: {{a: {'x' * ((1 << 20) + 1)}}}\n", ["2:7 too-long Too long: may not be more than 1048576 bytes"]),
    "many duplicates": (CONFIG % "h" + "data:\n" + "  k: v\n" * 5_000, None),
    "many unknown fields": (CONFIG % "h" + "".join(f"f{n}: v\n" for n in range(2_000)), None),
    "many separators": ("---\n" * 50_000, []),
    "version": ("%YAML 9.9\n---\na: 1\n", None),
    "only a mark": (b"\xff\xfe", []),
    "odd UTF-16": (b"\xff\xfea", None),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_input_has_an_answer(tmp_path, name):
    data, expected = CASES[name]
    problems, (files, _, errors, _) = found(tmp_path, data)
    assert files == 1
    if expected is None:
        assert errors >= 1
        assert all(len(problem) < 2_000_000 for problem in problems)
    else:
        assert [problem.split(" for", 1)[0] for problem in problems] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_known_by_their_marks(tmp_path, encoding):
    text = CONFIG % "h" + "data: {a: é}\nspec: 1\n"
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    elif encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert found(tmp_path, data)[0] == ['5:1 unknown-field unknown field "spec"']


def test_line_ends_of_windows_do_not_move_columns(tmp_path):
    assert found(tmp_path, (CONFIG % "h" + "spec: 1\n").replace("\n", "\r\n"))[0] == ['4:1 unknown-field unknown field "spec"']


def test_ten_thousand_documents_of_which_one_is_wrong(tmp_path):
    texts = [CONFIG % f"n{number}" for number in range(10_000)]
    texts[7_654] = CONFIG % "Wrong"
    problems, count = found(tmp_path, "---\n".join(texts))
    assert [problem.split(":", 2)[:2] for problem in problems] == [[str(7_654 * 4 + 3), "18 invalid-value metadata.name"]]
    assert count == (1, 10_000, 1, 0)


def test_a_document_of_two_megabytes(tmp_path):
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: large}\nspec:\n  containers:\n  - name: c\n    image: nginx\n    env:\n"
    env = "".join(f"    - {{name: VARIABLE_{n}, value: {'x' * 190}}}\n" for n in range(9_000))
    assert len(env) > 2_000_000
    assert found(tmp_path, head + env)[0] == []
    assert found(tmp_path, f"{head}{env}    imagePulPolicy: Always\n")[0] == [
        '9009:5 unknown-field unknown field "spec.containers[0].imagePulPolicy"',
    ]


def test_a_list_of_thousands_with_a_wrong_one_each(tmp_path):
    items = "".join(f"- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: n{n}}}, dat: {{}}}}\n" for n in range(500))
    problems, count = found(tmp_path, f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert count == (1, 500, 500, 0)
    assert problems[-1] == '503:61 unknown-field unknown field "dat"'


@pytest.mark.parametrize("name", ["brackets of 100 MB", "braces of 100 MB", "aliases"])
def test_memory_is_bounded(tmp_path, name):
    """In a process of its own, which may have no more than 1 GiB."""
    path = tmp_path / "huge.yaml"
    text = {"brackets of 100 MB": "[" * 100_000_000, "braces of 100 MB": '{"a":' * 20_000_000, "aliases": bomb(60, 100)}[name]
    path.write_text(text)
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); from minikctl.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "validate", "-f", str(path)], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.returncode == 1, done
    assert done.stderr == ""
    assert "[syntax]" in done.stdout
    assert len(done.stdout) < 2_000
