"""``state check`` finds what is wrong with a state file, and nothing in a sound one."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = str(ROOT / "samples" / "webshop" / "shop-v1.yaml")


@pytest.fixture
def shop(cluster):
    """A state with some life in it: objects that came, changed, own each other and went."""
    cluster.ok("apply", "-f", SHOP)
    cluster.ok("label", "deployment", "shop", "round=one")
    cluster.ok("create", "configmap", "gone")
    cluster.ok("delete", "configmap", "gone")
    cluster.settle()
    return cluster


def change(cluster, *statements):
    with contextlib.closing(sqlite3.connect(cluster.state)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def problems(cluster):
    result = cluster("state", "check")
    assert result.code == (1 if result.err else 0)
    return result.err.splitlines()


#: what a Pod has added up to and nothing does any more
SUMS = [f"sums: pods/{what}" for what in ("labels/default of ", "priorities of 0 ", "requested of pods ", "scored of cpu ", "scored of memory ")]
POD = "(SELECT id FROM objects WHERE resource = 'pods' ORDER BY name LIMIT 1)"
#: the second write after what a new state has prepared
SECOND = "(SELECT base + 2 FROM state)"


def pod_name(cluster):
    return cluster.ok("get", "pods", "-o", "name").split()[0].removeprefix("pod/")


def test_a_sound_state(shop):
    result = shop("state", "check")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{shop.state} is whole: ")


def test_a_new_state(cluster):
    cluster.ok("get", "ns")
    assert problems(cluster) == []


def test_without_passes_nothing_is_wrong_yet(shop):
    shop.ok("delete", "deployment", "shop", "--wait=false", "--no-reconcile")
    assert problems(shop) == [], "the garbage collector has not been shown yet that the owner went"
    shop.settle()
    shop.ok("advance", "2m")
    assert problems(shop) == []
    assert shop.ok("get", "pods", "-o", "name") == ""


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE state SET revision = 3"], ["state: the counter stands at 3, but the journal has a write "]),
        (["DELETE FROM state"], ["state: it has 0 rows instead of one"]),
        (["UPDATE state SET last_time = 7.0"], ["state: its newest write is said to be of 7.0, but the journal has one of "]),
        ([f"DELETE FROM labels WHERE object = {POD} AND key = 'app'"], ["pods default/POD: it is not found by its label app=shop"]),
        (
            [f"INSERT INTO labels VALUES ('a', 'b', {POD})"],
            ["pods default/POD: it is found by the label a=b, which it does not have"],
        ),
        (["INSERT INTO labels VALUES ('a', 'b', 4711)"], ["labels: object number 4711 is not there"]),
        (["INSERT INTO owners VALUES ('a', 4711)"], ["owners: object number 4711 is not there"]),
        ([f"DELETE FROM owners WHERE object = {POD}"], ["pods default/POD: it is not found by its owner "]),
        ([f"UPDATE objects SET ref = 'elsewhere' WHERE id = {POD}"], ["pods default/POD: it is looked up by 'elsewhere' instead of 'node-"]),
        ([f"UPDATE objects SET uid = 'other' WHERE id = {POD}"], ["pods default/POD: it is that of write ", "pods default/POD: its metadata.uid is '"]),
        (
            [f"UPDATE objects SET name = 'other' WHERE id = {POD}"],
            [
                "pods default/other: it is there, but the journal has no such object",
                "pods default/other: its metadata.name is 'POD' instead of 'other'",
                "pods default/POD: it was written at ",
            ],
        ),
        (
            [f"UPDATE objects SET revision = (SELECT previous FROM journal j WHERE j.revision = objects.revision) WHERE id = {POD}"],
            ["pods default/POD: it is that of write "],
        ),
        (
            [f"DELETE FROM labels WHERE object = {POD}", f"DELETE FROM owners WHERE object = {POD}", f"DELETE FROM objects WHERE id = {POD}"],
            ["pods default/POD: it was written at ", *SUMS],
        ),
        (
            [f"UPDATE journal SET body = '[]' WHERE revision = (SELECT revision FROM objects WHERE id = {POD})"],
            ["pods default/POD: write ", *SUMS],
        ),
        (
            [f"UPDATE journal SET body = replace(body, '\"app\":\"shop\"', '\"app\":\"bakery\"') WHERE revision = (SELECT revision FROM objects WHERE id = {POD})"],
            ["pods default/POD: it is found by the label app=shop, which", "pods default/POD: it is not found by its label app=bakery", "sums: pods/labels/default of ", "sums: pods/labels/default of "],
        ),
        (["UPDATE sums SET amount = amount + 1 WHERE what = 'pods/requested' AND name = 'pods' AND ref = 'node-2'"], ["sums: pods/requested of pods is said to be 2 for 'node-2' instead of 1"]),
        (["DELETE FROM sums WHERE what = 'pods/requested' AND name = 'pods' AND ref = 'node-2'"], ["sums: pods/requested of pods is not there for 'node-2', but has to be 1"]),
        (["INSERT INTO sums VALUES ('pods/ports', 'node-1', 'any', 3)"], ["sums: pods/ports of any is said to be 3 for 'node-1' instead of 0"]),
        (["UPDATE journal SET verb = 'forget' WHERE revision = 5"], ["journal 5 (", "journal 5 ("]),
        ([f"UPDATE journal SET body = NULL WHERE revision = {SECOND}"], ["journal ", "namespaces "]),
        ([f"DELETE FROM journal WHERE revision = {SECOND}"], ["namespaces kube-node-lease: it is there, but the journal has no such object", "namespaces kube-node-lease: write "]),
        (["UPDATE cursors SET revision = 99999 WHERE controller = 'kubelet'"], ["cursors: kubelet has read up to 99999, but the newest write is "]),
        (["INSERT INTO timers VALUES ('kubelet', 'x', 'soon', 0)"], ["timers: that of kubelet for x has no time"]),
        (["DROP TABLE labels"], ["file: no such table: labels"]),
        (["UPDATE journal SET time = 'soon' WHERE revision = 7"], ["file: a row is not what it should be: "]),
    ],
)
def test_damage(shop, statements, expected):
    name = pod_name(shop)
    change(shop, *statements)
    digest = hashlib.sha256(Path(shop.state).read_bytes()).digest()
    found = problems(shop)
    wanted = ["error: " + line.replace("POD", name) for line in expected]
    assert len(found) == len(wanted), found
    assert [line[: len(prefix)] for line, prefix in zip(found, wanted, strict=True)] == wanted
    assert hashlib.sha256(Path(shop.state).read_bytes()).digest() == digest


def test_a_gap_in_the_middle_of_a_life(shop):
    """Pruning takes the beginning of an object's history; anything else that is missing was lost."""
    with contextlib.closing(sqlite3.connect(shop.state)) as raw:
        lost, following = raw.execute(
            "SELECT a.revision, b.revision FROM journal a JOIN journal b ON b.previous = a.revision "
            "WHERE a.previous IS NOT NULL AND b.verb = 'update' LIMIT 1"
        ).fetchone()
    change(shop, f"DELETE FROM journal WHERE revision = {lost}")
    (line,) = problems(shop)
    assert line.startswith(f"error: journal {following} (")
    assert f"it follows write {lost}, but the object's last one was " in line


def test_an_owner_that_is_lost(shop):
    uid = shop.ok("get", "rs", "-o", "jsonpath={.items[0].metadata.uid}")
    change(
        shop,
        f"DELETE FROM labels WHERE object = (SELECT id FROM objects WHERE uid = '{uid}')",
        f"DELETE FROM owners WHERE object = (SELECT id FROM objects WHERE uid = '{uid}')",
        f"DELETE FROM objects WHERE uid = '{uid}'",
        f"DELETE FROM journal WHERE uid = '{uid}'",
    )
    found = problems(shop)
    assert len(found) == 3, "its three Pods"
    assert all("its owner replicasets.apps/default/shop-" in line and "nothing is due to collect it" in line for line in found)


def test_a_corrupt_page(shop):
    shop.ok("apply", "-f", "-", stdin="".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}}}\ndata: {{x: {'y' * 300}}}\n" for n in range(200)
    ))
    data = bytearray(Path(shop.state).read_bytes())
    for page in range(4, len(data) // 16384, 3):
        data[page * 16384 : page * 16384 + 64] = b"\xff" * 64
    Path(shop.state).write_bytes(data)
    result = shop("state", "check")
    assert (result.code, result.out) == (1, "")
    assert all(line.startswith("error: file: ") for line in result.err.splitlines())
    assert Path(shop.state).read_bytes() == data


def test_no_file(cluster):
    result = cluster("state", "check")
    assert (result.code, result.out, result.err) == (1, "", f"error: there is no state file {cluster.state}\n")
