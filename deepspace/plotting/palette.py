"""Pixels -> at most 64 colours: deterministic, with the background exact and small markers alive."""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image

from deepspace.plotting import theme

SIZE: Final = 64
_ALIKE: Final = 110  # summed difference of the three channels under which shades of an edge may be one
_SAME: Final = 24  # ... and under which a colour is meant to be one of the theme's
_AREA_PX: Final = 1500  # a colour of that many pixels is a surface, not the soft edge of a letter


def _rgb(color: str) -> NDArray[np.int64]:
    return np.round(255 * np.array(to_rgb(color))).astype(np.int64)


_BACKGROUND: Final = _rgb(theme.BACKGROUND)
_NAMED: Final = np.array([_rgb(value) for value in vars(theme).values() if str(value).startswith("#")])


def reduced(pixels: Image.Image, *, is_line_art: bool) -> Image.Image:
    """The picture with a palette.

    FASTOCTREE without dither keeps small coloured markers, which MEDIANCUT loses, and costs less time than the
    smaller file saves in compression. In line art the many shades of letter edges are then merged into a few:
    nobody sees it, and the file loses a quarter. The theme's own colours are never merged.
    """
    image = pixels.quantize(SIZE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(cast("list[int]", image.getpalette()), dtype=np.int64).reshape(-1, 3)
    palette[cast("int", image.getpixel((0, 0)))] = _BACKGROUND  # exact: the picture has no visible edge
    if is_line_art:
        counts = np.array(image.histogram()[: len(palette)], dtype=np.int64)
        image = image.point(_merged(palette, counts))
    image.putpalette(palette.astype(np.uint8).tobytes())
    return image


def _merged(palette: NDArray[np.int64], counts: NDArray[np.int64]) -> list[int]:
    """A look-up table that sends each rare colour to the most frequent one like it."""
    table = list(range(256))
    stays = counts >= _AREA_PX
    apart = np.abs(palette[:, None, :] - _NAMED[None, :, :]).sum(axis=2)
    stays[apart.argmin(axis=0)[apart.min(axis=0) < _SAME]] = (
        True  # the nearest to each of the theme's colours
    )
    kept: list[int] = []
    for index in sorted(range(len(palette)), key=lambda one: (not stays[one], -counts[one])):
        if kept and not stays[index]:
            difference = np.abs(palette[kept] - palette[index]).sum(axis=1)
            nearest = int(difference.argmin())
            if difference[nearest] < _ALIKE:
                table[index] = kept[nearest]
                continue
        kept.append(index)
    return table
