"""The contract of a plot: what it shows, how it is drawn, what it says to those who cannot see it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from deepspace.parameters import NoParameters, Parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from deepspace.provenance import Provenance

Data = TypeVar("Data")


class Plot(ABC, Generic[Data]):
    """One figure, with its own address ``/plots/<name>.{png,svg,csv,vot}``.

    ``draw`` is pure: the same data give the same pixels. It uses the ``Figure`` it is handed (already themed)
    and never ``pyplot`` or ``rc_context``.
    """

    name: ClassVar[str]  # lower-case words joined by "-": part of the address
    title: ClassVar[str]
    caption: ClassVar[str]  # what you are seeing, one or two sentences
    caveat: ClassVar[str] = ""  # what it cannot tell
    products: ClassVar[tuple[str, ...]]  # keys; their versions and tiers key the cache
    shows_content: ClassVar[bool] = (
        False  # draws what people wrote here: the content version keys the cache too
    )
    parameters: ClassVar[type[Parameters]] = NoParameters
    size_px: ClassVar[tuple[int, int]] = (1000, 600)

    @abstractmethod
    def data(self, parameters: Any) -> Data:
        """What is drawn, from the service (never from an upstream)."""

    @abstractmethod
    def provenance(self, data: Data) -> Sequence[Provenance]:
        """Where ``data`` come from, the main product first."""

    @abstractmethod
    def draw(self, figure: Figure, data: Data) -> None:
        """Put the artists on the figure."""

    @abstractmethod
    def alt(self, data: Data) -> str:
        """The finding, in a sentence or two, for a reader who does not see the picture."""

    @abstractmethod
    def columns(self, data: Data) -> Mapping[str, NDArray[Any]]:
        """Exactly the values that are drawn, for the CSV; names carry the units."""
