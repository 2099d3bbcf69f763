"""Boxes and points in pixels: where a label can stand, and what it would touch."""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2): pixels from the lower left corner
Boxes = NDArray[np.float64]  # (n, 4): left, bottom, right, top

NOWHERE: Final[Points] = np.empty((0, 2))
_CELL_PX: Final = 6.0
_RADII_PX: Final = np.array([17.0, 25.0, 36.0, 54.0, 76.0, 102.0, 132.0, 168.0])
_ANGLES: Final = np.radians(np.arange(0.0, 360.0, 15.0))
RADIUS_PX, _ANGLE = (grid.ravel() for grid in np.meshgrid(_RADII_PX, _ANGLES, indexing="ij"))


def around(anchor: Points, width: float, height: float) -> Boxes:
    """Candidate boxes of that size around a point: the near edge of each is ``RADIUS_PX`` away, (192, 4)."""
    cos, sin = np.cos(_ANGLE), np.sin(_ANGLE)
    centre_x = anchor[0] + RADIUS_PX * cos + np.clip(cos * width, -width / 2, width / 2)
    centre_y = anchor[1] + RADIUS_PX * sin + np.clip(sin * height, -height / 2, height / 2)
    half = np.array([width, height]) / 2
    centre = np.column_stack([centre_x, centre_y])
    return np.hstack([centre - half, centre + half])


def within(boxes: Boxes, bounds: Boxes) -> NDArray[np.bool_]:
    """Whether each box lies wholly inside the bounds (left, bottom, right, top)."""
    inside = np.hstack([boxes[:, :2] >= bounds[:2], boxes[:, 2:] <= bounds[2:]])
    return cast("NDArray[np.bool_]", inside.all(axis=1))


def touch(boxes: Boxes, others: Boxes, gap: float) -> NDArray[np.bool_]:
    """Whether each box comes nearer than ``gap`` to any of the others."""
    a, b = boxes[:, None, :], others[None, :, :]
    beside = (a[..., 2] + gap <= b[..., 0]) | (b[..., 2] + gap <= a[..., 0])
    above = (a[..., 3] + gap <= b[..., 1]) | (b[..., 3] + gap <= a[..., 1])
    return cast("NDArray[np.bool_]", (~(beside | above)).any(axis=1))


def contain(boxes: Boxes, points: Points, gap: float = 0.0) -> NDArray[np.bool_]:
    """(points, boxes): whether the point lies in the box or nearer than ``gap`` to it."""
    x, y = points[:, :1], points[:, 1:]
    left, bottom, right, top = (boxes + np.array([-gap, -gap, gap, gap])).T
    inside: NDArray[np.bool_] = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    return inside


def nearest(anchor: Points, boxes: Boxes) -> Points:
    """The point of each box that is nearest to the anchor, (n, 2)."""
    clipped: Points = np.clip(anchor, boxes[:, :2], boxes[:, 2:])
    return clipped


def thinned(points: Points | None) -> Points:
    """The points at which a curve enters another cell of 6 pixels: 18,000 samples enter a few hundred."""
    if points is None or not len(points):
        return NOWHERE
    cells = np.floor(points / _CELL_PX)
    enters = np.ones(len(points), dtype=bool)
    enters[1:] = (cells[1:, 0] != cells[:-1, 0]) | (cells[1:, 1] != cells[:-1, 1])
    return points[enters]


def cells(points: Points) -> Points:
    """One point for each cell of 6 pixels in which points lie, wherever they are: for clouds, not for curves."""
    places = np.floor(points / _CELL_PX).astype(np.int64)
    _, first = np.unique(places[:, 0] * 2**31 + places[:, 1], return_index=True)
    chosen: Points = points[np.sort(first)]
    return chosen
