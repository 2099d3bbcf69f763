"""Where labels stand: pure geometry in pixels, no matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepspace.plotting import boxes
from deepspace.plotting.boxes import Boxes, Points

_GAP_PX: Final = 5.0  # kept free around each label
_MARK_PX: Final = 11.0  # half the size of the mark at a point
_LEADER_FROM_PX: Final = 23.0  # nearer labels need no line to their point
_LEADER_ENDS_PX: Final = 5.0  # before the label, or it reads as an underscore
_LEADER_STEP_PX: Final = 6.0
_RIVAL_PX: Final = (
    4.0  # a label is this much nearer to its own point than to any other, or it reads as that one's
)
_RIVAL_COST: Final = 90.0  # pixels of distance
_HIDDEN_POINT_COST: Final = 30.0  # pixels of distance worth one hidden point of the curve
_ALONG_LEADER: Final = np.linspace(0.25, 1.0, 8)
_TRIES: Final = 4


@dataclass
class Problem:
    """Labels of given sizes that want to stand near their anchors."""

    anchors: Points
    sizes: Sequence[tuple[float, float]]  # width and height of each label
    bounds: Boxes  # labels stay inside
    curve: Points  # better not hidden
    taken: Boxes  # never touched
    rivals: Points = field(
        default_factory=lambda: boxes.NOWHERE
    )  # points that a label could be taken to name
    _leaders: Points = field(init=False, default_factory=lambda: boxes.NOWHERE)
    _standing: Boxes = field(init=False, default_factory=lambda: np.empty((0, 4)))

    def __post_init__(self) -> None:
        self.curve = self.curve[boxes.contain(self.bounds[None, :], self.curve)[:, 0]]

    def solve(self) -> dict[int, Boxes]:
        """A box for each label that finds room, by its index."""
        order = list(range(len(self.sizes)))
        best: dict[int, Boxes] = {}
        for _ in range(_TRIES):
            places = self._in_order(order)
            if len(places) > len(best):
                best = places
            without = [index for index in order if index not in places]
            if not without:
                break
            order = without + [index for index in order if index in places]
        return best

    def _in_order(self, order: Sequence[int]) -> dict[int, Boxes]:
        self._standing, self._leaders = self.taken, boxes.NOWHERE
        places: dict[int, Boxes] = {}
        for index in order:
            box = self._cheapest(index)
            if box is not None:
                places[index] = box
                self._standing = np.vstack([self._standing, box])
                self._leaders = np.vstack([self._leaders, leader(self.anchors[index], box)])
        return places

    def _cheapest(self, index: int) -> Boxes | None:
        """The cheapest box that touches nothing, or None."""
        anchor = self.anchors[index]
        candidates = boxes.around(anchor, *self.sizes[index])
        is_free = boxes.within(candidates, self.bounds) & ~boxes.touch(candidates, self._standing, _GAP_PX)
        is_free &= ~boxes.contain(candidates, self._leaders, _GAP_PX / 2).any(axis=0)
        possible, distance = candidates[is_free], boxes.RADIUS_PX[is_free]
        ways = anchor + (boxes.nearest(anchor, possible) - anchor)[:, None, :] * _ALONG_LEADER[None, :, None]
        is_barred = (
            boxes.contain(self._standing, ways.reshape(-1, 2)).any(axis=1).reshape(ways.shape[:2]).any(axis=1)
        )
        possible, distance = possible[~is_barred], distance[~is_barred]
        if not len(possible):
            return None
        others = np.delete(self.anchors, index, axis=0)
        curve = self.curve[
            (np.abs(self.curve - anchor) < boxes.RADIUS_PX.max() + self._reach(index)).all(axis=1)
        ]
        hidden = boxes.contain(possible, curve, _GAP_PX / 2).sum(axis=0)
        hidden += 2 * boxes.contain(possible, others, _MARK_PX).sum(axis=0)
        cost = distance + _HIDDEN_POINT_COST * hidden + _RIVAL_COST * self._is_ambiguous(index, possible)
        best: Boxes = possible[int(np.argmin(cost))]
        return best

    def _reach(self, index: int) -> NDArray[np.float64]:
        """How far a label beside its point reaches from there, with some room, in both directions."""
        return np.array(self.sizes[index]) + _LEADER_FROM_PX + _RIVAL_PX

    def _is_ambiguous(self, index: int, candidates: Boxes) -> NDArray[np.bool_]:
        """Whether another point is as near to each box as its own, where the box has no line to it."""
        anchor = self.anchors[index]
        away = np.abs(self.rivals - anchor)
        others = self.rivals[(away.max(axis=1, initial=0.0) > 1.0) & (away < self._reach(index)).all(axis=1)]
        own = np.hypot(*(boxes.nearest(anchor, candidates) - anchor).T)
        ends = np.clip(others[None, :, :], candidates[:, None, :2], candidates[:, None, 2:])
        apart = np.hypot(*np.moveaxis(ends - others[None, :, :], -1, 0)).min(axis=1, initial=np.inf)
        is_ambiguous: NDArray[np.bool_] = (apart < own + _RIVAL_PX) & (own < _LEADER_FROM_PX)
        return is_ambiguous


def leader(anchor: Points, box: Boxes) -> Points:
    """Pixels along the line from a point to its label; none when the label stands beside its point."""
    end = boxes.nearest(anchor, box[None, :])[0]
    length = float(np.hypot(*(end - anchor)))
    if length < _LEADER_FROM_PX:
        return boxes.NOWHERE
    end = end - _LEADER_ENDS_PX * (end - anchor) / length
    return np.linspace(anchor, end, 2 + int(length / _LEADER_STEP_PX))
