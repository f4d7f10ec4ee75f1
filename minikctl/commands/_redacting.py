"""Command lines without the secrets in them: what the journal and a log of calls may have."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from minikctl.commands._options import Options

NOTHING: frozenset[str] = frozenset()
#: flags whose values are secret in a log of calls, whatever the verb
ALWAYS = frozenset({"--docker-password", "--env", "--from-literal", "--password", "--token"})


def redacted(argv: Sequence[str], options: type[Options] | Options) -> list[str]:
    """The words, with ``REDACTED`` in the place of what the options' secret flags have."""
    flags = [flag for flag in options.FLAGS.values() if flag.secret]
    found = list(_redacted(argv, {f"--{flag.name}" for flag in flags}, {flag.short for flag in flags if flag.short}))
    return [_without_value(word) for word in found] if options.secret_arguments else found


def redacted_call(argv: Sequence[str]) -> list[str]:
    """The words of any call, also of one that is wrong or of a plugin, without what may be secret."""
    from minikctl.commands import find_command
    from minikctl.commands._shared import GlobalOptions

    words = [word for word in argv if not word.startswith("-")]
    ref, _ = find_command(words)
    names, letters = set(ALWAYS), set()
    if ref is not None:
        for flag in ref.load().options.FLAGS.values():
            if flag.secret or f"--{flag.name}" in ALWAYS:
                names.add(f"--{flag.name}")
                letters |= {flag.short} if flag.short else set()
    found = list(_redacted(argv, names, letters))
    if ref is None:
        return found
    if ref.load().options.secret_arguments or ref.words[:2] == ("create", "secret"):
        known = {f"--{name}" for options in (ref.load().options, GlobalOptions) for name in options.FLAGS}
        found = [_without_value(word, known) for word in found]
    if ref.words == ("patch",):
        found = ["REDACTED" if word[:1] in ("{", "[") else word for word in found]
    if ref.words == ("config", "set"):
        at = next((number for number, word in enumerate(found) if word.startswith("users.")), len(found))
        found = [word if number <= at or word.startswith("-") else "REDACTED" for number, word in enumerate(found)]
    return found


def _without_value(word: str, known: Collection[str] = NOTHING) -> str:
    """``KEY=REDACTED`` of a variable, any other word as it is. With ``known`` flags, of those that are misspelt too."""
    name, equals, _ = word.partition("=")
    if word.startswith("-") and (not known or name in known):
        return word
    return f"{name}=REDACTED" if equals else word


def _redacted(argv: Sequence[str], names: set[str], letters: set[str]) -> Iterator[str]:
    """The words, with the values of some flags away; of ``key=value`` the key stays. In doubt a word is taken for a value."""
    follows = False
    for word in argv:
        name, equals, value = word.partition("=")
        if follows:
            yield f"{name}=REDACTED" if name.replace("-", "").replace(".", "").isalnum() and equals else "REDACTED"
            follows = False
        elif name in names:
            key, has_key, _ = value.partition("=")
            follows = not equals
            yield name + (f"={key}=REDACTED" if has_key else "=REDACTED") if equals else word
        elif word[:1] == "-" and word[:2] != "--" and (at := min((word.find(c) for c in letters if c in word), default=0)):
            follows = len(word) == at + 1
            yield word if follows else word[: at + 1] + "REDACTED"
        else:
            yield word
