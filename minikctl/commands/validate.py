"""``validate``: say everything that is wrong with manifests, where, and what was meant; without a state (our own)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from minikctl.api.validating.facts import Facts
    from minikctl.api.validating.running import Validation
    from minikctl.commands._session import Session

#: exit codes: nothing is wrong; something is; the command line is
VALID, INVALID, USAGE = 0, 1, 2
FORMATS = ("text", "json", "junit", "sarif", "github", "tap")


class ValidateOptions(Options):
    """Flags of ``validate``."""

    filename: list[str] = flag(
        "filename", "f", kind="strings", group="Input", complete="files", shown="FILE",
        help="A file, a folder or - for standard input, with the objects.",
    )
    recursive: bool = flag("recursive", "R", kind="bool", group="Input", help="Follow folders into their folders.")
    kustomize: str = flag(
        "kustomize", "k", group="Input", complete="files", shown="DIR", help="A folder with a kustomization: what it builds.",
    )
    crd: list[str] = flag(
        "crd", kind="strings", group="Input", complete="files", shown="FILE",
        help="A file or folder with CustomResourceDefinitions; those among the objects count anyhow.",
    )
    schema_dir: list[str] = flag(
        "schema-dir", kind="strings", group="Input", complete="files", shown="DIR",
        help="A folder with JSON Schemas of more kinds: GROUP/KIND_VERSION.json, or as in schemas/.",
    )
    with_state: bool = flag("with-state", kind="bool", group="Input", help="Let references lead to what is stored, too.")
    output: str = flag("output", "o", default="text", group="Output", choices=FORMATS, help=f"The format: {', '.join(FORMATS)}.")
    fail_on: str = flag(
        "fail-on", default="error", group="Checks", choices=("error", "warning"),
        help="From what on the exit code is 1: error or warning.",
    )
    disable: list[str] = flag(
        "disable", kind="strings", group="Checks", complete="rules", shown="RULE", help="Leave out these rules.",
    )
    list_rules: bool = flag("list-rules", kind="bool", group="Checks", help="Print the rules by name and stop.")
    jobs: int = flag("jobs", "j", kind="int", group="Options", help="How many processes work at once; 0: as many as pay.")


def run(options: ValidateOptions, session: Session) -> int:
    """Validate what is named and print the report."""
    try:
        return _run(options, session)
    except MinikctlError as error:
        error.exit_code = USAGE
        raise


def _run(options: ValidateOptions, session: Session) -> int:
    from minikctl.api.manifests import expand

    _check(options)
    if options.list_rules:
        _print_rules(session)
        return VALID
    names = [*options.filename, *options.args]
    if not names and not options.kustomize:
        raise UsageError("must specify files, folders or - (standard input) with -f")
    from minikctl.api.validating.running import Validation
    from minikctl.commands._progress import progress_on
    from minikctl.printing.reports import Settings, render

    definitions = list(_stored_definitions(session)) if options.with_state else ()
    kinds.use_definitions(None)  # here, custom kinds come from what is validated, in each process
    paths = expand(names, recursive=options.recursive).paths if names else []
    texts = _built(session, options.kustomize) if options.kustomize else {}
    crds = expand(options.crd, recursive=options.recursive).paths if options.crd else []
    with progress_on(session.env, "Validating") as progress:
        validation = Validation(
            [*paths, *texts], texts=texts, stdin=session.env.stdin, crds=crds, schema_dirs=options.schema_dir,
            namespace=session.namespace, disabled=options.disable, definitions=definitions,
        )
        report = validation.run(
            jobs=options.jobs, progress=progress, stored=(lambda: _stored(session, validation)) if options.with_state else None,
        )
    on_warnings = options.fail_on == "warning"
    colour = session.env.is_coloured(session.env.out)
    for text in render(report, options.output, Settings(colour=colour, on_warnings=on_warnings)):
        session.write(text)
    return INVALID if report.fails(on_warnings=on_warnings) else VALID


def _built(session: Session, folder: str) -> dict[str, bytes]:
    """What the kustomization in a folder builds, by the folder's name."""
    from minikctl.commands._kustomize import as_text, build

    return {folder: as_text(build(session, folder)).encode()}


def _check(options: ValidateOptions) -> None:
    """Raise UsageError for words that are none of those that there are."""
    _check_word("--output", options.output, FORMATS)
    _check_word("--fail-on", options.fail_on, ("error", "warning"))
    if options.jobs < 0:
        raise UsageError(f"--jobs must not be negative, not {options.jobs}")
    if options.disable:
        from minikctl.api.validating.problems import RULES

        for name in options.disable:
            _check_word("--disable", name, [rule.name for rule in RULES])


def _check_word(option: str, word: str, words: Sequence[str]) -> None:
    if word in words:
        return
    from minikctl.api.validating.spelling import closest

    near = closest(word, words)
    hint = f"did you mean {near}?" if near else f"must be one of: {', '.join(words)}"
    raise UsageError(f'invalid value "{word}" for {option}; {hint}')


def _print_rules(session: Session) -> None:
    from minikctl.api.validating.problems import RULES
    from minikctl.printing.table import format_table

    rows = [[rule.name, rule.severity, rule.summary] for rule in RULES]
    session.write(format_table(["RULE", "SEVERITY", "MEANING"], rows))


def _stored_definitions(session: Session) -> Iterable[dict[str, object]]:
    """The state's definitions of kinds."""
    return session.api.list("customresourcedefinitions.apiextensions.k8s.io")


def _stored(session: Session, validation: Validation) -> Iterator[Facts]:
    """What the stored objects are and have; what is wrong with them is no matter of this."""
    from minikctl.api.validating.facts import collect

    for info in [*kinds.built_in_kinds(), *validation.catalog.custom_kinds()]:
        if "list" not in info.verbs or info.hub:
            continue
        schema = validation.catalog.schema(info.api_version, info.kind)
        for obj in session.api.list(info.resource):
            facts = collect(obj, info, schema, session.namespace)
            facts.stored = True
            yield facts


COMMAND = Command(
    usage="validate [-f FILE|DIR|-]... [-k DIR]",
    summary="Say what is wrong with manifests, and where",
    description=(
        "Every object is checked against its schema and by the API server's rules, and all of them against each other: "
        "references that lead nowhere, selectors that match nothing. Nothing is stored, and no state is needed. Each problem has "
        "its place and, where it can be guessed, what was meant. The exit code is 0 where all is well, 1 where something is "
        "wrong (with --fail-on=warning: where anything was said), and 2 for a command line that is wrong."
    ),
    examples=(
        ("Check a file", "validate -f web.yaml"),
        ("Check all files of a folder and its folders, and fail on warnings too", "validate -R -f manifests/ --fail-on=warning"),
        ("Check what a kustomization builds", "validate -k overlays/production"),
        ("Check what another program writes, as annotations of a pull request", "validate -f - -o github"),
        ("Check custom resources; Secrets are made elsewhere", "validate -f app.yaml --crd crds/ --disable=missing-secret"),
        ("Show the rules", "validate --list-rules"),
    ),
    options=ValidateOptions,
    run=run,
    usage_exit_code=USAGE,
)
