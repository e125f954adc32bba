"""Heights of a long column of things, with the position of each in O(log n)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Heights:
    """A Fenwick tree over heights in rows."""

    __slots__ = ("_tree", "_values", "total")

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self.reset(heights)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    def __setitem__(self, index: int, height: int) -> None:
        if delta := height - self._values[index]:
            self._values[index] = height
            self.total += delta
            node = index + 1
            while node < len(self._tree):
                self._tree[node] += delta
                node += node & -node

    def reset(self, heights: Iterable[int]) -> None:
        """Set all heights at once: O(n)."""
        self._values = list(heights)
        self._tree = [0, *self._values]
        for node in range(1, len(self._tree)):
            if (parent := node + (node & -node)) < len(self._tree):
                self._tree[parent] += self._tree[node]
        self.total = sum(self._values)

    def append(self, height: int) -> None:
        """Add one at the end."""
        node = len(self._tree)
        self._values.append(height)
        self._tree.append(self.top(node - 1) - self.top(node - (node & -node)) + height)
        self.total += height

    def truncate(self, count: int) -> None:
        """Keep the first `count`."""
        self.total = self.top(count)
        del self._values[count:], self._tree[count + 1 :]

    def top(self, index: int) -> int:
        """Rows above number `index`."""
        total, node = 0, index
        while node:
            total += self._tree[node]
            node &= node - 1
        return total

    def find(self, y: int) -> tuple[int, int]:
        """The index that holds row `y`, and the row within it. Heights of zero hold no row."""
        index, step = 0, 1 << (len(self._tree).bit_length() - 1)
        while step:
            if (probe := index + step) < len(self._tree) and self._tree[probe] <= y:
                index, y = probe, y - self._tree[probe]
            step >>= 1
        return index, y
