"""The verbs, in the order in which the help lists them.

``COMMANDS`` is the one list: the words of each verb, the module that has it as ``COMMAND``, and the line that the help
shows. A module is imported when its verb is run; a test fails when a module is missing here or says another summary.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._options import Command, Options

BASIC = "Basic commands"
WORKLOADS = "Rollouts and scale"
CLUSTER = "Cluster"
STATE = "State and time (minikctl's own)"
SETTINGS = "Settings and discovery"
REFUSED = "What only a real cluster has"


class CommandRef:
    """One row of ``COMMANDS``."""

    __slots__ = ("aliases", "group", "module", "summary", "words")

    def __init__(
        self, words: str, summary: str, group: str, *, module: str = "", aliases: tuple[str, ...] = ()
    ) -> None:
        """``module`` is given where it is not the words with dots and underscores (``rollout.status``)."""
        self.words = tuple(words.split())
        self.summary = summary
        self.group = group
        self.module = module or ".".join(word.replace("-", "_") for word in self.words)
        #: other names of the last word
        self.aliases = aliases

    def load(self) -> Command:
        """Import the verb's module and return its COMMAND."""
        from importlib import import_module

        command: Command = import_module(f"minikctl.commands.{self.module}").COMMAND
        return command


COMMANDS: tuple[CommandRef, ...] = (
    CommandRef("get", "Show objects", BASIC),
    CommandRef("describe", "Show objects in detail, with their events", BASIC),
    CommandRef("apply", "Make the stored objects as files say", BASIC, module="apply.from_files"),
    CommandRef("apply view-last-applied", "Print what was applied last", BASIC, module="lastapplied.view"),
    CommandRef("apply set-last-applied", "Note a file as what was applied last", BASIC, module="lastapplied.set"),
    CommandRef("apply edit-last-applied", "Change in an editor what was applied last", BASIC, module="lastapplied.edit"),
    CommandRef("edit", "Change objects in an editor", BASIC),
    CommandRef("diff", "Show what apply would change", BASIC),
    CommandRef("kustomize", "Build a kustomization and print its objects", BASIC),
    CommandRef("create", "Create objects from files or words", BASIC, module="create.from_file"),
    CommandRef("create namespace", "Create a namespace", BASIC, aliases=("ns",)),
    CommandRef("create quota", "Create a ResourceQuota", BASIC, aliases=("resourcequota",)),
    CommandRef("create secret generic", "Create a Secret of keys and values", BASIC),
    CommandRef("create secret docker-registry", "Create a Secret for an image registry", BASIC),
    CommandRef("create secret tls", "Create a Secret with a certificate and its key", BASIC),
    CommandRef("create configmap", "Create a ConfigMap", BASIC, aliases=("cm",)),
    CommandRef("create serviceaccount", "Create a ServiceAccount", BASIC, aliases=("sa",)),
    CommandRef("create token", "Print a token of a ServiceAccount", BASIC),
    CommandRef("create service clusterip", "Create a ClusterIP Service", BASIC),
    CommandRef("create service nodeport", "Create a NodePort Service", BASIC),
    CommandRef("create service loadbalancer", "Create a LoadBalancer Service", BASIC),
    CommandRef("create service externalname", "Create an ExternalName Service", BASIC),
    CommandRef("create deployment", "Create a Deployment", BASIC, aliases=("deploy",)),
    CommandRef("create clusterrole", "Create a ClusterRole", BASIC),
    CommandRef("create clusterrolebinding", "Create a ClusterRoleBinding", BASIC),
    CommandRef("create role", "Create a Role", BASIC),
    CommandRef("create rolebinding", "Create a RoleBinding", BASIC),
    CommandRef("create poddisruptionbudget", "Create a PodDisruptionBudget", BASIC, aliases=("pdb",)),
    CommandRef("create priorityclass", "Create a PriorityClass", BASIC, aliases=("pc",)),
    CommandRef("create job", "Create a Job", BASIC),
    CommandRef("create cronjob", "Create a CronJob", BASIC, aliases=("cj",)),
    CommandRef("create ingress", "Create an Ingress", BASIC, aliases=("ing",)),
    CommandRef("run", "Run one Pod", BASIC),
    CommandRef("expose", "Make a Service for what is there", BASIC),
    CommandRef("replace", "Replace objects by what files say", BASIC),
    CommandRef("patch", "Change fields of an object", BASIC),
    CommandRef("delete", "Delete objects by file, name or label", BASIC),
    CommandRef("validate", "Say what is wrong with manifests, and where", BASIC),
    CommandRef("wait", "Wait until objects meet a condition", BASIC),
    CommandRef("label", "Set and remove labels", BASIC),
    CommandRef("annotate", "Set and remove annotations", BASIC),
    CommandRef("logs", "Print what a container would have written", BASIC),
    CommandRef("debug", "Add containers and Pods to look into others with", BASIC),
    CommandRef("events", "List events, the newest last", BASIC),
    CommandRef("set image", "Give containers other images", WORKLOADS),
    CommandRef("set env", "Set environment variables of containers", WORKLOADS),
    CommandRef("set selector", "Give a Service another selector", BASIC),
    CommandRef("set serviceaccount", "Let Pods run as another ServiceAccount", WORKLOADS, aliases=("sa",)),
    CommandRef("set subject", "Bind a role to more users", BASIC),
    CommandRef("set resources", "Set what containers ask for and may use", WORKLOADS),
    CommandRef("scale", "Set the number of replicas", WORKLOADS),
    CommandRef("autoscale", "Let the number of replicas follow the load", WORKLOADS),
    CommandRef("rollout status", "Wait for a rollout and say how it went", WORKLOADS),
    CommandRef("rollout history", "Show the revisions of a workload", WORKLOADS),
    CommandRef("rollout undo", "Go back to an earlier revision", WORKLOADS),
    CommandRef("rollout pause", "Stop a rollout where it is", WORKLOADS),
    CommandRef("rollout resume", "Let a paused rollout go on", WORKLOADS),
    CommandRef("rollout restart", "Make all Pods of a workload anew, by its strategy", WORKLOADS),
    CommandRef("cluster-info", "Say where the cluster is", CLUSTER, module="cluster_info.addresses"),
    CommandRef("cluster-info dump", "Print everything that helps to look into problems", CLUSTER),
    CommandRef("top node", "Show what nodes use, as it is simulated", CLUSTER, aliases=("nodes", "no")),
    CommandRef("top pod", "Show what Pods use, as it is simulated", CLUSTER, aliases=("pods", "po")),
    CommandRef("cordon", "Let no new Pods come to nodes", CLUSTER),
    CommandRef("uncordon", "Let Pods come to nodes again", CLUSTER),
    CommandRef("drain", "Take the Pods off nodes", CLUSTER),
    CommandRef("taint", "Set and remove taints of nodes", CLUSTER),
    CommandRef("auth can-i", "Say whether something is allowed", CLUSTER),
    CommandRef("auth reconcile", "Bring roles and bindings up to what files say", CLUSTER),
    CommandRef("auth whoami", "Say who asks: name, groups and further attributes", CLUSTER),
    CommandRef("certificate approve", "Approve a request for a certificate", CLUSTER),
    CommandRef("certificate deny", "Deny a request for a certificate", CLUSTER),
    CommandRef("exec", "Refused: no process runs in a container", REFUSED),
    CommandRef("attach", "Refused: no process runs in a container", REFUSED),
    CommandRef("cp", "Refused: containers have no files", REFUSED),
    CommandRef("port-forward", "Refused: nothing listens in a container", REFUSED),
    CommandRef("proxy", "Refused: there is no API server", REFUSED),
    CommandRef("resolve", "Say what the cluster's DNS would answer", STATE),
    CommandRef("route", "Say which Pods would get requests, and what would stop them", STATE),
    CommandRef("env", "Print the environment that a container would see", STATE),
    CommandRef("fault node", "Lose a node, or let it run out of disk or memory", STATE),
    CommandRef("fault pod", "Crash a Pod, make it unready, or evict it", STATE),
    CommandRef("fault image", "Let images fail to be pulled, crash or be slow", STATE),
    CommandRef("fault api", "Let requests to the API fail", STATE),
    CommandRef("fault list", "List the faults", STATE),
    CommandRef("fault clear", "End faults, by name or all of them", STATE),
    CommandRef("reconcile", "Run one pass of the controllers", STATE),
    CommandRef("advance", "Move simulated time on", STATE),
    CommandRef("init", "Make a state file", STATE),
    CommandRef("shim", "Put a kubectl into a folder that is minikctl", STATE),
    CommandRef("state check", "Look whether the state file is whole", STATE),
    CommandRef("state info", "Show what is in the state file, in figures", STATE),
    CommandRef("state path", "Print the name of the state file", STATE),
    CommandRef("state backup", "Copy the state file", STATE),
    CommandRef("state restore", "Make the state what a backup is", STATE),
    CommandRef("state vacuum", "Make the state file smaller", STATE),
    CommandRef("state sql", "Look into the state with SQL", STATE),
    CommandRef("config view", "Print the configuration", SETTINGS),
    CommandRef("config current-context", "Print the context in use", SETTINGS),
    CommandRef("config get-contexts", "List the contexts", SETTINGS),
    CommandRef("config get-clusters", "List the clusters", SETTINGS),
    CommandRef("config get-users", "List the users", SETTINGS),
    CommandRef("config set", "Set one value of the configuration", SETTINGS),
    CommandRef("config unset", "Take one value of the configuration away", SETTINGS),
    CommandRef("config set-cluster", "Make a cluster or change one", SETTINGS),
    CommandRef("config set-credentials", "Make a user or change one", SETTINGS),
    CommandRef("config delete-cluster", "Forget a cluster", SETTINGS),
    CommandRef("config delete-user", "Forget a user", SETTINGS),
    CommandRef("config use-context", "Use another context", SETTINGS, aliases=("use",)),
    CommandRef("config set-context", "Make a context or change one", SETTINGS),
    CommandRef("config delete-context", "Forget a context", SETTINGS),
    CommandRef("config rename-context", "Give a context another name", SETTINGS),
    CommandRef("api-resources", "List the kinds that there are", SETTINGS),
    CommandRef("api-versions", "List the API versions that there are", SETTINGS),
    CommandRef("explain", "Say what the fields of a kind are for", SETTINGS),
    CommandRef("options", "List the flags that every command has", SETTINGS),
    CommandRef("kuberc set", "Set a default for a flag, or an alias, in the preferences", SETTINGS),
    CommandRef("kuberc view", "Print the preferences", SETTINGS),
    CommandRef("plugin list", "List the plugins on PATH", SETTINGS),
    CommandRef("completion", "Print the completion script of a shell", SETTINGS),
    CommandRef("version", "Say which version this is, and of which Kubernetes", SETTINGS),
)

#: words that stand before other words (``rollout``, ``create secret``): what the help says of them
FAMILIES: dict[str, str] = {
    "create": "Create an object from files or words",
    "create secret": "Create a Secret",
    "create service": "Create a Service",
    "auth": "Who may do what",
    "certificate": "Approve and deny requests for certificates",
    "set": "Change one thing of an object",
    "rollout": "Watch, undo, pause and restart rollouts",
    "cluster-info": "Say where the cluster is",
    "top": "Show what nodes and Pods use, as it is simulated",
    "kuberc": "Preferences: aliases, and other defaults for flags",
    "plugin": "Programs on PATH that add verbs",
    "apply": "Make the stored objects as files say",
    "state": "Look at the state file and look after it",
    "fault": "Let things go wrong: nodes, Pods, images, requests",
    "config": "Contexts: which state file and which namespace is in use",
}

#: other names of families
FAMILY_ALIASES: dict[tuple[str, ...], tuple[str, ...]] = {("create", "svc"): ("create", "service")}


def find_command(words: list[str]) -> tuple[CommandRef | None, int]:
    """The verb that ``words`` begin with, and how many of them name it.

    (None, n): the first n words are a family without a verb; (None, 0): they are nothing that there is.
    """
    known = (*FAMILY_ALIASES.get(tuple(words[:2]), words[:2]), *words[2:])
    best: CommandRef | None = None
    length = 0
    for ref in COMMANDS:
        count = len(ref.words)
        if (
            count > length
            and len(known) >= count
            and known[: count - 1] == ref.words[:-1]
            and (known[count - 1] == ref.words[-1] or known[count - 1] in ref.aliases)
        ):
            best, length = ref, count
    for count in (2, 1):
        if count > length and len(known) >= count and " ".join(known[:count]) in FAMILIES:
            return None, count
    return best, length


def field_manager(words: tuple[str, ...], options: Options) -> str:
    """Who a verb is to managedFields: ``--field-manager``, else what kubectl calls itself.

    Upstream: ``AddFieldManagerFlagVar``: ``kubectl-create`` for ``create configmap``, ``kubectl-client-side-apply`` and,
    for ``apply --server-side``, ``kubectl``. Verbs without the flag (``scale``, ``cordon``) send no name, so that the API
    server takes the program's.
    """
    if "field-manager" in options.given:
        return str(getattr(options, "field_manager", "")) or "kubectl"
    if "field-manager" not in options.FLAGS or getattr(options, "server_side", False):
        return "kubectl"
    return "kubectl-client-side-apply" if words[0] in ("apply", "diff") else f"kubectl-{words[0]}"
