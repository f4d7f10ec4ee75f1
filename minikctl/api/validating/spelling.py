"""The word that somebody may have meant: small slips of the fingers, other cases, words run together."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, words: Iterable[str]) -> str:
    """Return the one of ``words`` that ``word`` is most likely meant to be, "" where none is near.

    Near is: the same letters in another case or with other signs between them, or as few slips as a third of the word
    (one for ``cup``, two for ``replcia``, three for ``imagePulPolici``). Of two that are as near, the first counts.
    """
    bare = _bare(word)
    if not bare or len(word) > 64:
        return ""
    best, least = "", max(1, len(word) // 3) + 1
    for each in words:
        if each == word:
            continue
        if _bare(each) == bare:
            return each
        if abs(len(each) - len(word)) < least:
            count = slips(word.lower(), each.lower())
            if count < least and count < len(each) / 2:
                best, least = each, count
    return best


def _bare(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").replace(" ", "")


def slips(one: str, other: str) -> int:
    """How many letters have to be put in, left out, changed or swapped with their neighbours to make one the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
