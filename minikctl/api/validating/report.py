"""What a validation found: files, their documents, and the problems of each."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from minikctl.api.validating.problems import Problem


class Checked:
    """One document: what it is called ("" where it could not be read), the line where it begins, its problems."""

    __slots__ = ("display", "item", "line", "problems")

    def __init__(self, display: str, line: int, item: int | None, problems: list[Problem]) -> None:
        self.display = display
        self.line = line
        self.item = item
        self.problems = problems


class FileReport:
    """One file: its documents, and the problems of the file itself (it could not be read)."""

    __slots__ = ("documents", "name", "problems")

    def __init__(self, name: str) -> None:
        self.name = name
        self.documents: list[Checked] = []
        self.problems: list[Problem] = []

    def all_problems(self) -> Iterator[Problem]:
        """Every problem, those of the file first."""
        yield from self.problems
        for each in self.documents:
            yield from each.problems


class Report:
    """Everything that was found, in the order in which it was read."""

    def __init__(self) -> None:
        self.files: list[FileReport] = []

    def drop(self, rules: Collection[str]) -> None:
        """Leave out the problems of rules that are switched off."""
        for file in self.files:
            file.problems = [each for each in file.problems if each.rule not in rules]
            for document in file.documents:
                if document.problems:
                    document.problems = [each for each in document.problems if each.rule not in rules]

    def problems(self) -> Iterator[Problem]:
        """Every problem."""
        for file in self.files:
            yield from file.all_problems()

    def count(self) -> tuple[int, int, int, int]:
        """Return how many files, documents, errors and warnings there are."""
        errors = warnings = 0
        for problem in self.problems():
            if problem.is_error:
                errors += 1
            else:
                warnings += 1
        return len(self.files), sum(len(file.documents) for file in self.files), errors, warnings

    def fails(self, *, on_warnings: bool) -> bool:
        """Whether something is wrong: an error, or (``on_warnings``) anything."""
        return any(on_warnings or problem.is_error for problem in self.problems())
