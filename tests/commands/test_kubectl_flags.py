"""Every verb and flag of kubectl 1.36 (``kubectl_flags.yaml``) is here with its shorthand, type and default, or says loudly why not."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml

from minikctl.commands import COMMANDS, FAMILIES, field_manager
from minikctl.commands._connection import PROFILES, REFUSED
from minikctl.commands._help import shown_default
from minikctl.commands._shared import GlobalOptions
from minikctl.printing import FORMATS, TABLE_FORMATS

ROOT = Path(__file__).parents[2]
KUBECTL = yaml.load(Path(__file__).with_name("kubectl_flags.yaml").read_text(), Loader=yaml.CSafeLoader)
OURS = {" ".join(ref.words): ref for ref in COMMANDS}
EVERYWHERE = "(all verbs)"

#: verbs of kubectl that are not there, each with the reason; `docs/differences.md` names them
NO_VERBS: dict[str, str] = {}
#: flags of kubectl that are not known: (verb, flag) and the reason
NO_FLAGS: dict[tuple[str, str], str] = {}
_SERVER = "is not possible in a simulated cluster: there is no server to connect to"
_PROCESS = "is not possible in a simulated cluster: no process runs"
_PROGRAMS = "is not supported: no plugins, functions and Helm charts are run"
#: flags that are known and end with an error that says why: a command line with each, and words of the error
NOT_SUPPORTED = {
    **{(EVERYWHERE, name): (f"get nodes --{name}=x", _SERVER) for name in REFUSED},
    (EVERYWHERE, "profile"): ("get nodes --profile=cpu", "is not supported"),
    ("run", "attach"): ("run web --image=x --attach", _PROCESS),
    ("run", "rm"): ("run web --image=x --rm --attach", _PROCESS),
    ("debug", "attach"): ("debug node/node-1 --image=x --attach", _PROCESS),
    **{
        ("kustomize", name): (f"kustomize . --{name}", _PROGRAMS)
        for name in ("as-current-user", "enable-alpha-plugins", "enable-helm", "helm-debug", "network")
    },
    **{
        ("kustomize", name): (f"kustomize . --{name}=x", _PROGRAMS)
        for name in ("env", "helm-api-versions", "helm-command", "helm-kube-version", "mount", "network-name")
    },
}
#: verbs that look at their words and then say why they cannot do more
REFUSED_VERBS = {ref for ref in COMMANDS if ref.group == "What only a real cluster has"}
#: flags that are taken and change no answer, neither here nor kubectl's, and why
NOTHING_TO_SEE = {
    "chunk_size": "answers do not depend on how lists are read", "cache_dir": "answers do not come from a cache",
    "disable_compression": "nothing is sent", "insecure_skip_tls_verify": "there is no certificate",
    "match_server_version": "the versions are the same", "log_flush_frequency": "nothing is logged", "vmodule": "nothing is logged",
    "profile_output": "it goes with --profile", "use_protocol_buffers": "nothing is sent", "insecure": "there is no certificate",
    "detach_keys": "they go with --attach", "cached": "nothing is cached", "concurrency": "nothing is sent",
    "merge": "one file is read in any case",
}
#: flags that only minikctl shows: what kubectl has of them
MORE = {
    (EVERYWHERE, "state"): "minikctl's own", (EVERYWHERE, "now"): "minikctl's own", (EVERYWHERE, "seed"): "minikctl's own",
    (EVERYWHERE, "no-reconcile"): "minikctl's own", (EVERYWHERE, "color"): "minikctl's own",
    ("config set-context", "state-file"): "minikctl's own",
    ("autoscale", "cpu-percent"): "deprecated: kubectl takes it and does not show it",
    **{
        (verb, "record"): "deprecated: kubectl takes it and does not show it"
        for verb in (
            "annotate", "apply", "autoscale", "create", "edit", "expose", "label", "patch", "run", "scale", "set image",
            "set resources", "set selector", "set serviceaccount",
        )
    },
    ("apply", "applyset"): "kubectl has it with KUBECTL_APPLYSET=true",
}
#: defaults that are shown otherwise, with the reason
OTHER_DEFAULTS = {
    (EVERYWHERE, "cache-dir"): "nothing is cached, so there is no folder",
    ("config view", "output"): "the same: yaml",
}


def flags_of(verb):
    """The flags that a verb takes: its own, and those of all verbs."""
    return GlobalOptions.FLAGS if verb == EVERYWHERE else {**GlobalOptions.FLAGS, **OURS[verb].load().options.FLAGS}


def theirs():
    """(verb, flag, what kubectl says of it) of all that kubectl has."""
    for name, flag in KUBECTL["global"].items():
        yield EVERYWHERE, name, flag
    for verb, flags in KUBECTL["verbs"].items():
        for name, flag in flags.items():
            yield verb, name, flag


ALL = [(verb, name, flag) for verb, name, flag in theirs() if verb not in NO_VERBS]
THERE = [each for each in ALL if each[:2] not in NO_FLAGS]


def test_the_verbs_are_there(capsys):
    missing = set(KUBECTL["verbs"]) - set(OURS)
    assert missing == set(NO_VERBS)
    known = [each for each in ALL if each[1] in flags_of(each[0])]
    verbs = len(KUBECTL["verbs"])
    with capsys.disabled():
        sys.stdout.write(f"\nkubectl {KUBECTL['version']}: verbs {verbs - len(missing)} of {verbs}, flags {len(known)} of {len(list(theirs()))}, "
              f"{len(NOT_SUPPORTED)} of them refused; {len(REFUSED_VERBS)} verbs refuse their work\n")
    assert [each[:2] for each in ALL if each not in known] == list(NO_FLAGS)


def test_tables_have_nothing_that_is_there_by_now():
    assert not [verb for verb in NO_VERBS if verb in OURS]
    assert not [pair for pair in NO_FLAGS if pair[1] in flags_of(pair[0])]
    recorded = {(verb, name) for verb, name, _ in theirs()}
    assert set(NOT_SUPPORTED) <= recorded
    assert set(OTHER_DEFAULTS) <= recorded
    assert not recorded & set(MORE)


@pytest.mark.parametrize("verb", [EVERYWHERE, *KUBECTL["verbs"]])
def test_flags_are_as_kubectl_has_them(verb):
    flags = {name: flag for other, name, flag in THERE if other == verb}
    assert {name: seen(verb, name, flag) for name, flag in flags.items()} == flags


def seen(verb, name, flag):
    """What is recorded of a flag of kubectl, as it is here."""
    ours = flags_of(verb)[name]
    default = flag["default"] if (verb, name) in OTHER_DEFAULTS else shown_default(ours)
    if name == "field-manager":
        default = f"'{field_manager(OURS[verb].words, OURS[verb].load().options())}'"
    found = {"short": ours.short} if ours.short else {}
    found |= {"type": ours.kind, "default": default}
    if ours.bare is not None and ours.kind != "bool":
        found["bare"] = True
    if "choices" in flag:  # where nothing is offered to choose from, the printers know
        all_of_them = {*FORMATS, *TABLE_FORMATS, "none", *PROFILES}
        known = set(flag["choices"]) <= (set(ours.choices) or all_of_them)
        found["choices"] = flag["choices"] if known else list(ours.choices)
    return found


@pytest.mark.parametrize("verb", [EVERYWHERE, *(verb for verb in KUBECTL["verbs"] if verb not in NO_VERBS)])
def test_no_flag_is_there_that_kubectl_does_not_know(verb):
    known = set(KUBECTL["global"]) | set(KUBECTL["verbs"].get(verb, ()))
    own = GlobalOptions.FLAGS if verb == EVERYWHERE else OURS[verb].load().options.FLAGS
    assert {name for name in own if name not in known} == {name for other, name in MORE if other == verb}


def test_every_flag_is_looked_at():
    """No flag is taken and forgotten: somewhere its value is read."""
    text = "\n".join(path.read_text() for path in (ROOT / "minikctl" / "commands").rglob("*.py"))
    text += (ROOT / "minikctl" / "cli.py").read_text()
    read = set(re.findall(r"\.([a-z_0-9]+)", text))
    flags = [flag for ref in COMMANDS if ref not in REFUSED_VERBS for flag in ref.load().options.FLAGS.values()]
    refused = {(verb, name) for verb, name in NOT_SUPPORTED if verb != EVERYWHERE}
    unread = {flag.attribute for flag in (*flags, *GlobalOptions.FLAGS.values())} - read
    unread -= {flags_of(verb)[name].attribute for verb, name in refused}
    assert unread - set(NOTHING_TO_SEE) == set()


@pytest.mark.parametrize(("flag", "line", "words"), [(flag, *rest) for flag, rest in NOT_SUPPORTED.items()], ids=str)
def test_what_is_not_supported_says_so(flag, line, words, cluster):
    result = cluster(*shlex.split(line))
    assert result.code == 1
    assert result.out == ""
    assert words in result.err
    assert result.err.startswith(f"error: --{flag[1]}") or flag[0] in ("run", "debug")


def test_deprecated_flags_are_taken_and_not_shown(cluster):
    cluster.ok("create", "deployment", "web", "--image=a")
    result = cluster("set", "image", "deployment/web", "a=b", "--record", "-n=default", "--token=")
    assert (result.code, result.out) == (0, "deployment.apps/web image updated\n")
    assert result.err == "Flag --record has been deprecated, --record will be removed in the future\n"
    cause = "minikctl set image deployment/web a=b --record=true --namespace=default --token=CLASSIFIED"
    assert f"2         {cause}\n" in cluster.ok("rollout", "history", "deployment/web")
    assert "--record" not in cluster.ok("set", "image", "--help")


def test_what_is_not_supported_is_written_down():
    text = (ROOT / "docs" / "differences.md").read_text()
    for verb, name in NOT_SUPPORTED:
        assert f"`--{name}`" in text or verb == "kustomize", name
    for ref in REFUSED_VERBS:
        assert f"`{ref.words[0]}`" in text


def test_a_flag_about_a_server_that_is_empty_is_none(cluster):
    assert cluster.ok("get", "nodes", *(f"--{name}=" for name in REFUSED)) == cluster.ok("get", "nodes")


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        (["--profile=heap"], "error: --profile=heap is not supported: what is measured of kubectl is not there to be measured\n"),
        (["--profile=x"], "error: unknown profile 'x'\n"),
        (["--request-timeout=x"],
         "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
         "corresponding time unit (e.g. 1s | 2m | 3h)\n"),
        (["--vmodule=a"], 'error: invalid argument "a" for "--vmodule" flag: syntax error: expect comma-separated list of '
         "filename=N\nSee 'minikctl get --help' for usage.\n"),
        (["-v=x"], 'error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax\n'
         "See 'minikctl get --help' for usage.\n"),
        (["--cluster=nope"], 'error: no server found for cluster "nope"\n'),
        (["--user=nope"], 'error: auth info "nope" does not exist\n'),
        (["--token=nope"], "error: You must be logged in to the server (Unauthorized)\n"),
        (["--token=nope", "--as=x"],
         "error: --as is not possible together with --token: only the administrator can be somebody else\n"),
    ],
)
def test_flags_about_a_connection(argv, err, cluster):
    result = cluster("get", "nodes", *argv)
    assert (result.code, result.out, result.err) == (1, "", err)


@pytest.mark.parametrize(
    "argv",
    [
        ["-v=0"], ["-v5"], ["--v", "3"], ["--vmodule=a=1,b=2"], ["--profile=none"], ["--profile-output=x"], ["--cache-dir=/x"],
        ["--disable-compression"], ["--insecure-skip-tls-verify"], ["--match-server-version"], ["--log-flush-frequency=1s"],
        ["--request-timeout=5"], ["--request-timeout=1m"], ["--cluster=minikctl"], ["--user=minikctl"], ["--chunk-size=1"],
    ],
)
def test_flags_that_change_no_answer(argv, cluster):
    assert cluster("get", "nodes", *argv).__dict__ == cluster("get", "nodes").__dict__


def test_a_high_level_of_logging_says_that_nothing_is_logged(cluster):
    result = cluster("get", "nodes", "-v=8")
    assert result.code == 0
    assert result.err == "note: -v=8 shows nothing more: no requests are sent that could be logged\n"


def test_a_token_is_who_it_was_made_for(cluster):
    cluster.ok("create", "serviceaccount", "reader")
    cluster.ok("create", "clusterrolebinding", "r", "--clusterrole=view", "--serviceaccount=default:reader")
    token = cluster.ok("create", "token", "reader").strip()
    assert "No resources found" in cluster("get", "pods", f"--token={token}").err
    result = cluster("create", "configmap", "c", f"--token={token}")
    assert (result.code, result.out) == (1, "")
    assert 'User "system:serviceaccount:default:reader" cannot create resource "configmaps"' in result.err
    assert "system:serviceaccount:default:reader" in cluster.ok("auth", "whoami", f"--token={token}")
    cluster.ok("create", "clusterrolebinding", "e", "--clusterrole=edit", "--serviceaccount=default:reader")
    cluster.ok("create", "configmap", "c", f"--token={token}")
    assert token not in cluster.ok("state", "sql", "SELECT command FROM journal")


def test_warnings_of_the_api_are_counted(cluster):
    result = cluster("get", "endpoints", "--warnings-as-errors")
    assert result.code == 1
    assert result.err.endswith("\nerror: 1 warning received\n")
    cluster.ok("run", "web", "--image=x")
    result = cluster("delete", "pod", "web", "--force", "--warnings-as-errors")  # kubectl's own
    assert (result.code, result.err.partition(":")[0]) == (0, "Warning")


def test_another_cluster_is_another_state(cluster, tmp_path):
    del cluster.environ["MINIKCTL_STATE"]
    cluster.ok("config", "set-cluster", "other", f"--server=minikctl://{tmp_path}/other.db")
    cluster.ok("create", "configmap", "c", "--cluster=other")
    assert cluster("get", "cm", "c").code == 1
    assert cluster("get", "cm", "c", "--cluster=other").code == 0


@pytest.mark.parametrize("ref", COMMANDS, ids=lambda ref: " ".join(ref.words))
def test_where_to_look_for_help(ref, cluster):
    """A wrong flag is answered in the words of cobra, with the whole name of the verb."""
    result = cluster(*ref.words, "--no-such-flag")
    words = " ".join(ref.words)
    assert result.code == ref.load().usage_exit_code
    assert result.err.startswith("error: unknown flag: --no-such-flag\nSee 'minikctl " + words)


def test_the_families_are_those_of_kubectl():
    families = {verb.rpartition(" ")[0] for verb in KUBECTL["verbs"]} - {""}
    assert families <= {*FAMILIES, *(verb for verb in OURS)}
