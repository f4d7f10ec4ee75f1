"""What is kept from one Pod to the next chooses the nodes that looking at everything anew would choose."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scheduling import ZONE, Nodes, node, pod, selecting

from minikctl.controllers.scheduler.plan import Plan
from minikctl.controllers.scheduler.tally import Follower, Tally
from minikctl.lib.labels import parse

ZONES = st.lists(st.sampled_from(("", "a", "b", "c")), min_size=1, max_size=6)
#: (app, how much, whether it says itself how it is to be spread)
PODS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(("10m", "900m")), st.sampled_from(("", "own"))), max_size=24
)
OWN = {"topologySpreadConstraints": [
    {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selecting("x")}
]}


def _placed(folder, zones, pods):
    """Where ``pods`` are put; a Service of each app makes that the system's spreading holds for them."""
    cluster = Nodes(folder, [node(f"n{number}", zone, cpu="2") for number, zone in enumerate(zones)])
    for app in "xy":
        cluster.api.create({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": app},
            "spec": {"selector": {"app": app}, "ports": [{"port": 80}]},
        })
    for number, (app, cpu, own) in enumerate(pods):
        cluster.api.create(pod(f"p{number}", app, requests={"cpu": cpu}, **(OWN if own else {})))
    cluster.reconciler.until_stable()
    found = [cluster.api.get("pods", "default", f"p{number}")["spec"].get("nodeName") for number in range(len(pods))]
    cluster.store.close()
    return found


@settings(max_examples=25, deadline=None)
@given(zones=ZONES, pods=PODS)
def test_ranked_as_valued_anew(tmp_path_factory, zones, pods):
    ranked = _placed(tmp_path_factory.mktemp("ranked"), zones, pods)
    plain = Plan._is_plain
    Plan._is_plain = lambda *_: False
    try:
        assert _placed(tmp_path_factory.mktemp("anew"), zones, pods) == ranked
    finally:
        Plan._is_plain = plain


def test_a_follower_gives_each_pod_once_however_late_its_labels_come():
    tally = Tally()
    tally.add("n1", {"app": "x"}, count=3)
    tally.add("n1", {"app": "y"})
    tally.add("n1", {"app": "x"}, going=True)
    follower = Follower(tally, parse("app=x"))
    assert list(follower.news()) == [("n1", 3)]
    tally.add("n2", {"app": "x", "tier": "web"})
    tally.add("n3", {"app": "x"})
    assert sorted(follower.news()) == [("n2", 1), ("n3", 1)]
    assert list(follower.news()) == []


def test_a_follower_of_one_label_does_not_look_at_others():
    tally = Tally()
    for number in range(100):
        tally.add("n1", {"app": f"a{number}", "tier": "web"})
    assert [each.labels["app"] for each in tally.having(parse("tier=web,app=a7"))] == ["a7"]
    assert len(tally.having(parse("app!=a7"))) == 100
    assert tally.having(parse("app=new")) == []
