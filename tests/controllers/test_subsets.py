import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.controllers.subsets import repack_subsets
from minikctl.lib.fnv import fnv1a_128


def address(name, ip=None):
    target = {"kind": "Pod", "name": name, "namespace": "default", "uid": f"uid-{name}"}
    return {"ip": ip or f"10.0.0.{name[1:]}", "targetRef": target}


def port(name, number):
    return {"name": name, "port": number, "protocol": "TCP"}


def one(ready=(), ports=(), not_ready=()):
    fields = {
        "addresses": [address(name) for name in ready], "notReadyAddresses": [address(name) for name in not_ready],
        "ports": [port(*found) for found in ports],
    }
    return {name: found for name, found in fields.items() if found}


HTTP, METRICS = ("http", 8080), ("metrics", 9090)


@pytest.mark.parametrize(("text", "digest"), [
    # the test vectors of the FNV authors
    ("", 0x6C62272E07BB014262B821756295C58D),
    ("a", 0xD228CB696F1A8CAF78912B704E4A8964),
    ("foobar", 0x343E1662793C64BF6F0D3597BA446F18),
])
def test_fnv_is_the_one_of_its_authors(text, digest):
    assert fnv1a_128(text) == digest


@pytest.mark.parametrize(("subsets", "packed"), [
    ([], []),
    ([one(["p1"], [HTTP]), one(["p2"], [HTTP])], [one(["p1", "p2"], [HTTP])]),
    # several ports of the same hosts stand in one subset, in the order of the ports' hashes
    ([one(["p1"], [METRICS]), one(["p1"], [HTTP])], [one(["p1"], [HTTP, METRICS])]),
    # hosts are sorted by address, as text
    ([one(["p9"], [HTTP]), one(["p10"], [HTTP])], [one(["p10", "p9"], [HTTP])]),
    # a Pod that is ready and one that is not share the subset
    ([one(["p1"], [HTTP]), one([], [HTTP], ["p2"])], [one(["p1"], [HTTP], ["p2"])]),
    # not ready wins
    ([one(["p1"], [HTTP]), one([], [HTTP], ["p1"])], [one([], [HTTP], ["p1"])]),
    # ports that only some hosts have make subsets of their own: as recorded
    (
        [one(["p1"], [HTTP]), one(["p1"], [METRICS]), one([], [METRICS], ["p3"])],
        [one(["p1"], [HTTP]), one(["p1"], [METRICS], ["p3"])],
    ),
    (
        [one(["p1", "p2"], [HTTP, METRICS]), one([], [METRICS], ["p3"])],
        [one(["p1", "p2"], [METRICS], ["p3"]), one(["p1", "p2"], [HTTP])],
    ),
    # headless, without ports
    ([one(["p1"]), one(["p2"])], [one(["p1", "p2"])]),
    ([{"ports": [port(*HTTP)]}], []),
])
def test_subsets_are_packed(subsets, packed):
    assert repack_subsets(subsets) == packed


def test_two_pods_of_one_address_are_two():
    subsets = [{"addresses": [address("p1", "10.0.0.1")]}, {"addresses": [address("p2", "10.0.0.1")]}]
    assert repack_subsets(subsets) == [{"addresses": [address("p1", "10.0.0.1"), address("p2", "10.0.0.1")]}]


names = st.sampled_from(["p1", "p2", "p3", "p4"])
subsets_of = st.lists(st.builds(
    one, st.lists(names, max_size=3, unique=True),
    st.lists(st.sampled_from([HTTP, METRICS, ("x", 1)]), min_size=1, max_size=3),
    st.lists(names, max_size=2, unique=True),
), max_size=5)


def meaning(subsets):
    """Of each pair of a host and a port, whether it is ready."""
    found = {}
    for subset in subsets:
        for number in [port["port"] for port in subset.get("ports", ())] or [0]:
            for field in ("addresses", "notReadyAddresses"):
                for host in subset.get(field, ()):
                    pair = (host["ip"], number)
                    found[pair] = found.get(pair, True) and field == "addresses"
    return found


@settings(max_examples=60, deadline=None)
@given(subsets_of, st.randoms())
def test_packing_keeps_the_meaning_and_is_canonical(subsets, random):
    packed = repack_subsets(subsets)
    assert meaning(packed) == meaning(subsets)
    assert repack_subsets(packed) == packed
    shuffled = list(subsets)
    random.shuffle(shuffled)
    assert repack_subsets(shuffled) == packed
