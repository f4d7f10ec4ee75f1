"""Go's ``sort.Sort``: pattern-defeating quicksort, with Go's choices of pivots and limits.

It is not stable, so where a program in Go sorts what a user sees, equal items change places in a way of their own; to
show the same order, the same steps have to be taken. Deterministic, and never worse than n log n. The algorithm is
Orson Peters' (2021); upstream: Go's ``sort/zsortinterface.go``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_INSERTION = 12  # up to so many items are sorted by insertion
_NINTHER = 50  # from so many items on, the pivot is the median of three medians
_MAX_SWAPS = 12  # so many swaps while choosing a pivot mean that the items stand backwards


def go_sort(length: int, less: Callable[[int, int], bool], swap: Callable[[int, int], None]) -> None:
    """Sort ``length`` items as Go's ``sort.Sort`` does, so that equal ones end up in the same places.

    ``less(i, j)`` compares the items at two places, ``swap(i, j)`` exchanges them.
    """
    _Sorter(less, swap).sort(0, length, length.bit_length())


class _Sorter:
    __slots__ = ("less", "swap")

    def __init__(self, less: Callable[[int, int], bool], swap: Callable[[int, int], None]) -> None:
        self.less = less
        self.swap = swap

    def sort(self, start: int, end: int, limit: int) -> None:
        """Sort the places from ``start`` up to ``end``; ``limit``: bad pivots that are allowed before heap sort."""
        balanced = partitioned = True
        while True:
            length = end - start
            if length <= _INSERTION:
                self._insertion(start, end)
                return
            if limit == 0:
                self._heap(start, end)
                return
            if not balanced:
                self._break_patterns(start, end)
                limit -= 1
            pivot, swaps = self._choose_pivot(start, end)
            if swaps == _MAX_SWAPS:
                for offset in range(length // 2):
                    self.swap(start + offset, end - 1 - offset)
                pivot = end - 1 - (pivot - start)
                swaps = 0
            if balanced and partitioned and swaps == 0 and self._nearly_sorted(start, end):
                return
            if start > 0 and not self.less(start - 1, pivot):
                start = self._partition_equal(start, end, pivot)
                continue
            middle, partitioned = self._partition(start, end, pivot)
            balanced = min(middle - start, end - middle) >= length // 8
            if middle - start < end - middle:
                self.sort(start, middle, limit)
                start = middle + 1
            else:
                self.sort(middle + 1, end, limit)
                end = middle

    def _insertion(self, start: int, end: int) -> None:
        for index in range(start + 1, end):
            place = index
            while place > start and self.less(place, place - 1):
                self.swap(place, place - 1)
                place -= 1

    def _heap(self, start: int, end: int) -> None:
        length = end - start
        for root in range((length - 1) // 2, -1, -1):
            self._sift_down(root, length, start)
        for last in range(length - 1, -1, -1):
            self.swap(start, start + last)
            self._sift_down(0, last, start)

    def _sift_down(self, root: int, length: int, start: int) -> None:
        while True:
            child = 2 * root + 1
            if child >= length:
                return
            if child + 1 < length and self.less(start + child, start + child + 1):
                child += 1
            if not self.less(start + root, start + child):
                return
            self.swap(start + root, start + child)
            root = child

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Bring what is less than the pivot before it; return its place, and whether all stood so already."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        first = True
        while True:
            while low <= high and self.less(low, start):
                low += 1
            while low <= high and not self.less(high, start):
                high -= 1
            if low > high:
                break
            self.swap(low, high)
            low += 1
            high -= 1
            first = False
        self.swap(high, start)
        return high, first

    def _partition_equal(self, start: int, end: int, pivot: int) -> int:
        """Bring what equals the pivot to the front; return the place behind it."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        while True:
            while low <= high and not self.less(start, low):
                low += 1
            while low <= high and self.less(start, high):
                high -= 1
            if low > high:
                return low
            self.swap(low, high)
            low += 1
            high -= 1

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Try to finish with five moves at most; whether it did."""
        index = start + 1
        for _ in range(5):
            while index < end and not self.less(index, index - 1):
                index += 1
            if index == end:
                return True
            if end - start < _NINTHER:
                return False
            self.swap(index, index - 1)
            if index - start >= 2:
                self._shift(range(index - 1, 0, -1))
            if end - index >= 2:
                self._shift(range(index + 1, end))
        return False

    def _shift(self, places: range) -> None:
        """Exchange neighbours on the way as long as they stand wrong."""
        for place in places:
            if not self.less(place, place - 1):
                return
            self.swap(place, place - 1)

    def _break_patterns(self, start: int, end: int) -> None:
        """Scatter three items, by random numbers that hang on the length alone."""
        length = end - start
        if length < 8:
            return
        random = length
        mask = (1 << length.bit_length()) - 1
        middle = start + length // 4 * 2
        for offset in (-1, 0, 1):
            random ^= random << 13 & 0xFFFFFFFFFFFFFFFF
            random ^= random >> 7
            random ^= random << 17 & 0xFFFFFFFFFFFFFFFF
            other = random & mask
            if other >= length:
                other -= length
            self.swap(middle + offset, start + other)

    def _choose_pivot(self, start: int, end: int) -> tuple[int, int]:
        """Return the place of a good pivot and how many swaps it took to find (none: the items may be sorted)."""
        quarter = (end - start) // 4
        places = [start + quarter, start + quarter * 2, start + quarter * 3]
        swaps = 0
        if end - start >= _NINTHER:
            for index, place in enumerate(places):
                places[index], more = self._median(place - 1, place, place + 1)
                swaps += more
        pivot, more = self._median(*places)
        return pivot, swaps + more

    def _median(self, one: int, two: int, three: int) -> tuple[int, int]:
        swaps = 0
        if self.less(two, one):
            one, two = two, one
            swaps += 1
        if self.less(three, two):
            two, three = three, two
            swaps += 1
        if self.less(two, one):
            one, two = two, one
            swaps += 1
        return two, swaps
