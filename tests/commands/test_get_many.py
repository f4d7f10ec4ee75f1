"""``get`` of very many objects holds their rows, not them."""

import gc

import pytest

from minikctl.store import reading


class Counted(dict):
    """An object that can be counted."""

    alive = most = 0

    def __init__(self, *args):
        super().__init__(*args)
        Counted.alive += 1
        Counted.most = max(Counted.most, Counted.alive)

    def __del__(self):
        Counted.alive -= 1


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["get", "configmaps"], 2), (["get", "configmaps", "-A", "--show-labels"], 2), (["get", "configmaps,secrets"], 2),
        (["get", "configmaps", "-o", "name"], 2), (["get", "configmaps", "-l", "app=many"], 2),
        (["get", "configmaps", "-o", "json"], 60), (["get", "configmaps", "--sort-by=.metadata.name"], 60),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else str(words),
)
def test_rows_are_made_one_after_the_other(cluster, monkeypatch, words, most):
    text = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}, labels: {{app: many}}}}\n" for number in range(50)
    )
    cluster.ok("apply", "-f", "-", stdin=text)
    expected = cluster.ok(*words)
    loads = reading.decode
    monkeypatch.setattr(reading, "decode", lambda text: Counted(loads(text)))
    gc.collect()
    Counted.alive = Counted.most = 0
    assert cluster.ok(*words) == expected
    assert 1 <= Counted.most <= most
    assert "c49" in expected
