"""Options that several verbs share, each group with the name that kubectl's source gives it."""

from __future__ import annotations

from minikctl.commands._options import Options, flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.commands._options import Flag

#: the groups of what every verb takes: what help shows, and what stands in the list of ``options`` alone
GLOBAL, IDLE, REFUSED = "Global options", "Without effect", "Refused"


class ServerOptions(Options):
    """Flags about a connection to a server, which there is not: ``_connection`` says what becomes of each."""

    cluster: str = flag("cluster", group=GLOBAL, help="The cluster of the configuration to use.")
    user: str = flag(
        "user", group=GLOBAL, help="A user of the configuration; each of them is the administrator."
    )
    token: str = flag(
        "token", group=GLOBAL, secret=True, help="Ask as the ServiceAccount that this token was made for."
    )
    request_timeout: str = flag(
        "request-timeout", default="0", group=GLOBAL,
        help="How long to wait for another command to be done, and for changes to watch (1s, 2m, 3h; 0: no bound).",
    )
    level: int = flag("v", "v", kind="int32", group=IDLE, help="No requests are sent, so none are logged.")
    vmodule: str = flag("vmodule", kind="vmodule", group=IDLE, help="As -v.")
    profile: str = flag("profile", default="none", group=IDLE, help="none; nothing else is supported.")
    profile_output: str = flag(
        "profile-output", default="profile.pprof", group=IDLE, help="The file of --profile.", complete="files"
    )
    cache_dir: str = flag("cache-dir", group=IDLE, help="Nothing is cached.", complete="files")
    disable_compression: bool = flag(
        "disable-compression", kind="bool", group=IDLE, help="Nothing is compressed."
    )
    insecure_skip_tls_verify: bool = flag(
        "insecure-skip-tls-verify", kind="bool", group=IDLE, help="There is no certificate to be checked."
    )
    match_server_version: bool = flag(
        "match-server-version", kind="bool", group=IDLE, help="Client and server have the same version."
    )
    log_flush_frequency: float = flag(
        "log-flush-frequency", kind="duration", default=5.0, group=IDLE, help="Nothing is logged."
    )
    server: str = flag("server", "s", group=REFUSED, help="There is no API server.")
    username: str = flag("username", group=REFUSED, help="As --server.")
    password: str = flag("password", group=REFUSED, secret=True, help="As --server.")
    certificate_authority: str = flag("certificate-authority", group=REFUSED, help="As --server.", complete="files")
    client_certificate: str = flag("client-certificate", group=REFUSED, help="As --server.", complete="files")
    client_key: str = flag("client-key", group=REFUSED, help="As --server.", complete="files")
    tls_server_name: str = flag("tls-server-name", group=REFUSED, help="As --server.")


class GlobalOptions(ServerOptions):
    """What every verb takes, before or after its own words."""

    namespace: str = flag(
        "namespace", "n", help="The namespace of this request.", group=GLOBAL, complete="namespaces"
    )
    context: str = flag(
        "context", help="The context of the configuration to use.", group=GLOBAL, complete="contexts"
    )
    kubeconfig: str = flag(
        "kubeconfig", help="The configuration file to use.", group=GLOBAL, complete="files"
    )
    impersonate: str = flag(
        "as", group=GLOBAL, shown="USER",
        help="Ask as this user, who may do what roles and bindings say: jane, system:serviceaccount:NAMESPACE:NAME.",
    )
    impersonate_group: list[str] = flag(
        "as-group", kind="array", group=GLOBAL, shown="GROUP", help="A group of the user of --as; may be repeated."
    )
    impersonate_uid: str = flag("as-uid", group=GLOBAL, shown="UID", help="The UID of the user of --as.")
    impersonate_user_extra: list[str] = flag(
        "as-user-extra", kind="array", group=GLOBAL, shown="KEY=VALUE",
        help="A further attribute of the user of --as; may be repeated.",
    )
    kuberc: str = flag(
        "kuberc", help="The file with preferences ($KUBERC; off: none).", group=GLOBAL, complete="files"
    )
    state: str = flag(
        "state", help="The state file to use ($MINIKCTL_STATE).", group=GLOBAL, complete="files"
    )
    now: str = flag("now", help="Stop the clock at this time ($MINIKCTL_NOW).", group=GLOBAL, shown="TIME")
    seed: str = flag("seed", help="Draw names and UIDs from this seed ($MINIKCTL_SEED).", group=GLOBAL)
    no_reconcile: bool = flag(
        "no-reconcile",
        kind="bool",
        group=GLOBAL,
        help="Store only; run no pass of the controllers after it ($MINIKCTL_RECONCILE=off).",
    )
    color: str = flag(
        "color", default="auto", group=GLOBAL, shown="WHEN", choices=("auto", "always", "never"),
        help="Colours: auto (at a terminal), always or never ($NO_COLOR).",
    )
    warnings_as_errors: bool = flag(
        "warnings-as-errors",
        kind="bool",
        group=GLOBAL,
        help="End with exit code 1 where a warning was printed.",
    )


class FilesOptions(Options):
    """-f."""

    #: the folder of -k, and whether folders are followed (-R), for verbs that have it
    kustomize: str = ""
    recursive: bool = False
    filename: list[str] = flag(
        "filename",
        "f",
        kind="strings",
        group="Input",
        complete="files",
        shown="FILE",
        help="A file, a folder or - for standard input, with the objects.",
    )


class FileOptions(FilesOptions):
    """-f and -R."""

    recursive: bool = flag("recursive", "R", kind="bool", group="Input", help="Follow folders into their folders.")


class FilenameOptions(FileOptions):
    """-f, -R and -k (upstream: FilenameOptions)."""

    kustomize: str = flag(
        "kustomize", "k", group="Input", complete="files", shown="DIR", help="A folder with a kustomization."
    )


class SelectorOptions(Options):
    """-l."""

    selector: str = flag(
        "selector",
        "l",
        group="Selection",
        help="Only objects with these labels: key=value, key!=value, key in (a,b), !key.",
    )


class FieldSelectorOptions(Options):
    """--field-selector."""

    field_selector: str = flag(
        "field-selector", group="Selection", help="Only objects with these fields: status.phase=Running."
    )


class AllNamespacesOptions(Options):
    """-A."""

    all_namespaces: bool = flag("all-namespaces", "A", kind="bool", group="Selection", help="In all namespaces.")


class PrintOptions(Options):
    """-o and what belongs to it, for verbs that print what they changed (upstream: PrintFlags)."""

    output: str = flag(
        "output",
        "o",
        group="Output",
        complete="outputs",
        help="json, yaml, name, go-template=..., jsonpath=... and so on: print the object in this format.",
    )
    template: str = flag("template", group="Output", help="The template of -o go-template or jsonpath.")
    allow_missing_template_keys: bool = flag(
        "allow-missing-template-keys",
        kind="bool",
        default=True,
        group="Output",
        help="Print nothing for a field that is not there, instead of an error.",
    )
    show_managed_fields: bool = flag(
        "show-managed-fields",
        kind="bool",
        group="Output",
        help="Keep metadata.managedFields in json and yaml.",
    )


class DryRunOptions(Options):
    """--dry-run (upstream: AddDryRunFlag)."""

    dry_run: str = flag(
        "dry-run",
        default="none",
        bare="unchanged",
        group="Options",
        choices=("none", "client", "server"),
        help="none, client (print only) or server (run all checks, store nothing).",
    )


class FieldManagerOptions(Options):
    """--field-manager."""

    field_manager: str = flag("field-manager", group="Options", help="The name to track field ownership under.")


class RecordOptions(Options):
    """--record (upstream: RecordFlags)."""

    record: bool = flag(
        "record", kind="bool", deprecated="--record will be removed in the future",
        help="Note the command line in the object, as the cause of its change.",
    )


class ValidateOptions(Options):
    """--validate (upstream: AddValidateFlags)."""

    validate: str = flag(
        "validate",
        default="strict",
        bare="strict",
        group="Options",
        help="strict (or true): unknown fields are errors; warn; ignore (or false).",
    )


def shown_globals() -> list[Flag]:
    """The flags of every verb as help shows them: those about the request first, none that change nothing."""
    flags = [flag for flag in GlobalOptions.FLAGS.values() if flag.group == GLOBAL]
    return sorted(flags, key=lambda flag: flag.name in ServerOptions.FLAGS)


def leading_words(argv: Sequence[str]) -> tuple[list[str], list[int]]:
    """The words that may name a verb, with their positions: flags and the values of flags are passed over.

    Upstream: cobra's ``stripFlags``. A flag that is not one for all verbs is taken to have its value with it or none.
    """
    values = {f"--{f.name}" for f in GlobalOptions.FLAGS.values() if f.bare is None}
    values |= {f"-{f.short}" for f in GlobalOptions.FLAGS.values() if f.short and f.bare is None}
    words, positions = [], []
    skip = False
    for position, word in enumerate(argv):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and len(word) > 1:
            skip = word in values
        else:
            words.append(word)
            positions.append(position)
    return words, positions
