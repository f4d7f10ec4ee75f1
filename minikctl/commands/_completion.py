"""Shell completion: the scripts for bash, zsh and fish, and what they ask for (``minikctl __complete WORDS``).

The scripts know nothing; at each Tab they call ``__complete`` with the words so far, the last one being completed, and
get one candidate a line (with a tab and a description after it where there is one). Verbs and flags come from the
declarations, names from the state, so that a Tab costs what a ``get`` costs.
"""

from __future__ import annotations

import os

from minikctl.commands import COMMANDS, FAMILIES, find_command
from minikctl.commands._options import Options, parse
from minikctl.commands._session import Session
from minikctl.commands._shared import GlobalOptions
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from minikctl.commands._options import Flag
    from minikctl.env import Env

SHELLS = ("bash", "zsh", "fish")

_BASH = """\
# {program} completion for bash: source <({program} completion bash)
_{function}_complete() {{
    local IFS=$'\\n' words candidate
    words=("${{COMP_WORDS[@]:1:COMP_CWORD}}")
    COMPREPLY=()
    while read -r candidate; do
        COMPREPLY+=("${{candidate%%$'\\t'*}}")
    done < <({program} __complete -- "${{words[@]}}" 2>/dev/null)
    [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[/.] ]] && compopt -o nospace
    return 0
}}
complete -o default -F _{function}_complete {program}
"""

_ZSH = """\
#compdef {program}
# {program} completion for zsh: source <({program} completion zsh)
_{function}_complete() {{
    local -a candidates
    local line
    for line in "${{(@f)$({program} __complete -- "${{(@)words[2,CURRENT]}}" 2>/dev/null)}}"; do
        [[ -n $line ]] && candidates+=("${{${{line//:/\\\\:}}/$'\\t'/:}}")
    done
    local -a joined
    [[ ${{#candidates}} -eq 1 && ${{candidates[1]}} == *. ]] && joined=(-S '')
    if (( ${{#candidates}} )); then _describe 'values' candidates "${{joined[@]}}"; else _files; fi
}}
if [ "$funcstack[1]" = "_{function}_complete" ]; then
    _{function}_complete "$@"
else
    compdef _{function}_complete {program}
fi
"""

_FISH = """\
# {program} completion for fish: {program} completion fish | source
function __{function}_complete
    set -l words (commandline -opc) (commandline -ct)
    {program} __complete -- $words[2..-1] 2>/dev/null
end
complete -c {program} -f -a '(__{function}_complete)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def script(shell: str, program: str) -> str:
    """The completion script of a shell. Raises KeyError for one that is not known."""
    return _SCRIPTS[shell].format(program=program, function=program.replace("-", "_"))


def complete(words: list[str], env: Env) -> int:
    """Print the candidates for the last of ``words`` (after a leading ``--``). Never fails: there are none then."""
    if words[:1] == ["--"]:
        words = words[1:]
    try:
        found = candidates(words or [""], env)
    except MinikctlError:
        return 0
    for candidate in dict.fromkeys(found):
        env.out.write(candidate + "\n")
    return 0


def candidates(words: list[str], env: Env) -> list[str]:
    """The candidates for the last of ``words``, which are those after the program's name."""
    *before, current = words
    plain = _plain_words(before, GlobalOptions.FLAGS)
    ref, count = find_command(plain)
    command = ref.load() if ref is not None else None
    own = command.options.FLAGS if command else {}
    flags = {**{name: flag for name, flag in own.items() if not flag.deprecated}, **GlobalOptions.FLAGS}
    plain = _plain_words(before, flags)
    wanting = _flag_named(flags, before[-1]) if before else None
    if wanting is not None and wanting.bare is None:
        return _values(wanting, current, before[:-1], env, "")
    if not current.startswith("-") and count == len(plain):
        verbs = _verbs(plain, current)
        if command is None or verbs:
            return verbs
    if current.startswith("--") and "=" in current:
        name, _, text = current.partition("=")
        wanting = _flag_named(flags, name)
        return _values(wanting, text, before, env, name + "=") if wanting else []
    if current.startswith("-"):
        return [
            f"--{flag.name}{'' if flag.bare is not None else '='}\t{flag.help}"
            for flag in flags.values()
            if f"--{flag.name}".startswith(current)
        ]
    if command is None:
        return []
    return _arguments(command.complete, plain[count:], current, before, env)


def _verbs(plain: list[str], current: str) -> list[str]:
    """The words that may follow ``plain`` in a verb's name."""
    found: dict[str, str] = {}
    for ref in COMMANDS:
        if len(ref.words) > len(plain) and ref.words[: len(plain)] == tuple(plain):
            word = ref.words[len(plain)]
            if word.startswith(current):
                is_verb = len(ref.words) == len(plain) + 1
                summary = ref.summary if is_verb else FAMILIES.get(" ".join([*plain, word]), "")
                found.setdefault(word, summary)
    return [f"{word}\t{summary}" for word, summary in found.items()]


def _plain_words(words: list[str], flags: dict[str, Flag]) -> list[str]:
    """The words that are neither flags nor the values of those in ``flags``."""
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            flag = _flag_named(flags, word)
            skip = flag is not None and flag.bare is None
        else:
            found.append(word)
    return found


def _flag_named(flags: dict[str, Flag], word: str) -> Flag | None:
    if word.startswith("--"):
        return flags.get(word[2:])
    if word.startswith("-") and len(word) == 2:
        return next((flag for flag in flags.values() if flag.short == word[1]), None)
    return None


def _session(before: list[str], env: Env) -> Session | None:
    """A session as the words so far ask for it; None where there is no state yet (a Tab makes none)."""
    options = GlobalOptions()
    values = {f"--{f.name}": f for f in GlobalOptions.FLAGS.values()} | {
        f"-{f.short}": f for f in GlobalOptions.FLAGS.values() if f.short
    }
    kept: list[str] = []
    for position, word in enumerate(before):
        name, equals, _ = word.partition("=")
        if name in values:
            kept.append(word)
            if not equals and values[name].bare is None:
                kept += before[position + 1 : position + 2]
    parse(kept, options, Options())
    session = Session(env, options, "__complete")
    if os.path.exists(session.state_path):
        return session
    session.close()
    return None


def _values(flag: Flag, current: str, before: list[str], env: Env, prefix: str) -> list[str]:
    """Candidates for the value of a flag."""
    offers: dict[str, Callable[[], list[str]]] = {
        "namespaces": lambda: _names("namespaces", before, env),
        "contexts": lambda: _contexts(env),
        "outputs": lambda: ["wide", "name", "yaml", "json", "jsonpath=", "go-template=", "custom-columns="],
        "rules": _rules,
    }
    found = offers[flag.complete]() if flag.complete in offers else list(flag.choices)
    return [prefix + each for each in found if each.startswith(current)]


def _rules() -> list[str]:
    from minikctl.api.validating.problems import RULES

    return [rule.name for rule in RULES]


def _contexts(env: Env) -> list[str]:
    options = GlobalOptions()
    session = Session(env, options, "__complete")
    try:
        return [each.get("name", "") for each in session.config.get("contexts") or ()]
    finally:
        session.close()


def _names(resource: str, before: list[str], env: Env, *, namespaced: bool = False) -> list[str]:
    session = _session(before, env)
    if session is None:
        return []
    try:
        namespace = session.namespace if namespaced else None
        return [name for _, _, name in session.api.store.names(resource, namespace)]
    finally:
        session.close()


def _arguments(offer: str, done: list[str], current: str, before: list[str], env: Env) -> list[str]:
    """Candidates for an argument of a verb."""
    if offer == "contexts":
        return [name for name in _contexts(env) if name.startswith(current)]
    if offer not in {"resources", "workloads", "fields"}:
        return []
    session = _session(before, env)  # which knows the kinds that the state defines
    try:
        if offer == "fields":
            from minikctl.commands._fields import candidates_for

            return [] if done else candidates_for(current, before)
        return _objects(offer, done, current, before, env)
    finally:
        if session is not None:
            session.close()


def _objects(offer: str, done: list[str], current: str, before: list[str], env: Env) -> list[str]:
    """Candidates for a kind or for the name of an object."""
    if "/" in current:
        word, _, start = current.partition("/")
        return [f"{word}/{name}" for name in _names_of(word, before, env) if name.startswith(start)]
    if not done:
        return [word for word in _kind_words(offer) if word.startswith(current)]
    taken = set(done[1:])
    return [name for name in _names_of(done[0], before, env) if name.startswith(current) and name not in taken]


def _kind_words(offer: str) -> list[str]:
    """The names of kinds, long and short; for workloads of those that have Pods."""
    from minikctl import kinds

    rows = [info for info in kinds.all_kinds() if not info.is_older]
    if offer == "workloads":
        rows = [info for info in rows if kinds.load(info).rollout() is not None]
    return [info.plural for info in rows] + [name for info in rows for name in info.short_names]


def _names_of(word: str, before: list[str], env: Env) -> list[str]:
    """The names of the objects of the kind that a word means."""
    from minikctl import kinds

    info = kinds.find_kind(word)
    return [] if info is None else _names(info.resource, before, env, namespaced=info.namespaced)
