"""Pixels -> at most 64 colours: deterministic, with the background exact and small markers alive."""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from deepspace.plotting import theme

SIZE: Final = 64
_BACKGROUND: Final = tuple(round(255 * channel) for channel in to_rgb(theme.BACKGROUND))
_ALIKE: Final = 70  # summed difference of the three channels under which shades of an edge may be one
_AREA_PX: Final = 1500  # a colour of that many pixels is a surface, not the soft edge of a letter


def reduced(pixels: Image.Image, *, is_line_art: bool) -> Image.Image:
    """The picture with a palette.

    FASTOCTREE without dither keeps small coloured markers, which MEDIANCUT loses, and costs less time than the
    smaller file saves in compression. In line art the many shades of letter edges are then merged into a few:
    nobody sees it, and the file loses a quarter.
    """
    image = pixels.quantize(SIZE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(cast("list[int]", image.getpalette()), dtype=np.int64).reshape(-1, 3)
    palette[cast("int", image.getpixel((0, 0)))] = _BACKGROUND  # exact: the picture has no visible edge
    if is_line_art:
        image = image.point(_merged(palette, np.array(image.histogram()[: len(palette)])))
    image.putpalette(palette.astype(np.uint8).tobytes())
    return image


def _merged(
    palette: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    pixels: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> list[int]:
    """A look-up table that sends each rare colour to the most frequent one like it."""
    table = list(range(256))
    kept: list[int] = []
    for index in np.argsort(-pixels, kind="stable").tolist():
        if kept and pixels[index] < _AREA_PX:
            difference = np.abs(palette[kept] - palette[index]).sum(axis=1)
            nearest = int(difference.argmin())
            if difference[nearest] < _ALIKE:
                table[index] = kept[nearest]
                continue
        kept.append(index)
    return table
