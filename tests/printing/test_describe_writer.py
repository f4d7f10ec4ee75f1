import pytest

from minikctl.printing.describing import DescribeWriter

NOW = 1795262400.0  # 2026-11-21T12:00:00Z
OBJ = {"metadata": {"name": "web"}}


def test_lines_are_indented_and_lined_up():
    out = DescribeWriter()
    out.write(0, "Name:\tweb\n")
    out.write(0, "Pod Template:\n")
    out.write(1, "Labels:\tapp=web\n")
    out.write(0, "\tversion=2\n")
    out.write(1, "Containers:\n")
    out.write(2, "Image:\tnginx\n")
    out.write(2, "Host Port:\t<none>\n")
    # rollout history --revision prints the tabs
    assert out.raw() == (
        "Name:\tweb\nPod Template:\n  Labels:\tapp=web\n\tversion=2\n  Containers:\n    Image:\tnginx\n"
        "    Host Port:\t<none>\n"
    )
    assert out.render() == (
        "Name:  web\n"
        "Pod Template:\n"
        "  Labels:  app=web\n"
        "           version=2\n"
        "  Containers:\n"
        "    Image:      nginx\n"
        "    Host Port:  <none>\n"
    )


def test_what_would_steer_a_terminal_is_made_visible():
    out = DescribeWriter()
    out.write(0, "a:\t\x1b[31mred\r\n")
    assert out.render() == "a:  ^[[31mred\\r\n"


def described(events):
    out = DescribeWriter(lambda obj: events if obj is OBJ else [], NOW)
    out.write(0, "NewReplicaSet:\tweb-1\n")
    out.events(OBJ)
    return out.render()


def test_no_events():
    assert described([]) == "NewReplicaSet:  web-1\nEvents:         <none>\n"
    out = DescribeWriter()
    out.events(OBJ)  # --show-events=false
    assert out.render() == ""


def test_events():
    events = [
        {"type": "Warning", "reason": "BackOff", "message": " Back-off restarting\n", "count": 4,
         "firstTimestamp": "2026-11-21T11:50:00Z", "lastTimestamp": "2026-11-21T11:59:57Z",
         "source": {"component": "kubelet", "host": "node-1"}},
        {"type": "Normal", "reason": "ScalingReplicaSet", "message": "Scaled up", "count": 1,
         "firstTimestamp": "2026-11-21T11:50:00Z", "lastTimestamp": "2026-11-21T11:50:00Z",
         "source": {"component": "deployment-controller"}},
    ]
    assert described(events) == (
        "NewReplicaSet:  web-1\n"
        "Events:\n"
        "  Type     Reason             Age               From                   Message\n"
        "  ----     ------             ----              ----                   -------\n"
        "  Normal   ScalingReplicaSet  10m               deployment-controller  Scaled up\n"
        "  Warning  BackOff            3s (x4 over 10m)  kubelet                Back-off restarting\n"
    )


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({"eventTime": "2026-11-21T11:59:00.000000Z", "reportingComponent": "scheduler"}, "60s\tscheduler"),
        ({"eventTime": "2026-11-21T11:50:00Z", "series": {"count": 3, "lastObservedTime": "2026-11-21T11:59:55.5Z"},
          "reportingComponent": "x"}, "4s (x3 over 10m)\tx"),
        ({"source": {}, "firstTimestamp": None, "eventTime": None}, "<unknown>\t"),
        ({"source": {"component": "c"}, "count": 2, "firstTimestamp": "2026-11-21T11:00:00Z"},
         "<unknown> (x2 over 60m)\tc"),
    ],
)
def test_ages_and_sources(event, shown):
    out = DescribeWriter(lambda _: [event], NOW)
    out.events(OBJ)
    assert out.raw().split("\n")[3].split("\t", 2)[2].rpartition("\t")[0] == shown
