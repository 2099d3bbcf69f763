"""From a window of a product to the parameters of the plot that shows exactly that window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict

from deepspace.ingestion import registry
from deepspace.parameters import ParameterError, Parameters
from deepspace.plotting import registry as plots
from deepspace.plotting.plot import Plot
from insights.constants import ROWS_PINNED
from insights.rows import rows_in

if TYPE_CHECKING:
    from insights.models import DataReference

# How plots are told a window: its end, and its length in one of these units.
UNITS: Final = {"days": timedelta(days=1), "hours": timedelta(hours=1)}


def takes_a_window(plot: Plot[Any]) -> str:
    """Name of the parameter that gives the window's length; empty when the plot shows what it shows."""
    names = plot.parameters.model_fields
    return next((unit for unit in UNITS if unit in names and "end" in names), "")


def plot_parameters(plot: Plot[Any], start: datetime, end: datetime, further: dict[str, Any]) -> Parameters:
    """Parameters with which the plot shows exactly this window.

    Raises
    ------
    ParameterError
        A further parameter does not fit, or the plot cannot show a window of this length.
    """
    unknown = sorted(set(further) - set(plot.parameters.model_fields))
    if unknown:
        raise ParameterError(unknown[0], f"is not a parameter of the plot {plot.name}")
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in further.items()})
    unit = takes_a_window(plot)
    if unit:
        count, rest = divmod(end - start, UNITS[unit])
        if rest or not count:
            raise ParameterError("window", f"must be whole {unit} long: the plot {plot.name} shows {unit}")
        query[unit] = str(count)
        query["end"] = end.astimezone(UTC).isoformat()
    return plot.parameters.read(query)


def fitting_plots(product: str) -> list[str]:
    """Names of the plots that show a product."""
    return [plot.name for plot in plots.plots() if product in plot.products]


def check(reference: DataReference) -> None:
    """Refuse a reference to something that does not exist.

    Raises
    ------
    ValidationError
        By field.
    """
    try:
        registry.product(reference.product)
    except KeyError:
        known = ", ".join(one.key for one in registry.products())
        raise ValidationError(
            {"product": f"There is no product {reference.product!r}. There are: {known}."}
        ) from None
    start: Any = reference.window_start
    end: Any = reference.window_end
    if start is None or end is None:
        return  # said by the fields themselves
    if start >= end:
        raise ValidationError({"window_end": "The window must end after its start."})
    given: Any = reference.parameters
    if not isinstance(given, dict) or any(not isinstance(one, str | int | float) for one in given.values()):
        raise ValidationError({"parameters": 'Parameters are an object of plain values: {"freq_min": 1000}.'})
    _check_plot(reference)
    _check_size(reference)


def _check_plot(reference: DataReference) -> None:
    if not reference.plot:
        if reference.parameters:
            raise ValidationError({"parameters": "Parameters need a plot."})
        return
    fitting = fitting_plots(reference.product)
    if reference.plot not in fitting:
        shown = ", ".join(fitting) or "none"
        raise ValidationError(
            {"plot": f"{reference.plot!r} does not show this product. Plots that do: {shown}."}
        )
    plot = plots.plot(reference.plot)
    unit = takes_a_window(plot)
    if {unit, "end"} & set(reference.parameters) and unit:
        raise ValidationError({"parameters": f"{unit} and end follow from the window: leave them out."})
    try:
        plot_parameters(plot, reference.window_start, reference.window_end, reference.parameters)
    except ParameterError as error:
        field = "window_end" if error.field in {"window", "end", *UNITS} else "parameters"
        raise ValidationError({field: f"{error.field} {error.message}."}) from error


def _check_size(reference: DataReference) -> None:
    rows = rows_in(reference.product, reference.window_start, reference.window_end)
    if rows[ROWS_PINNED : ROWS_PINNED + 1].exists():
        message = f"The window holds more than {ROWS_PINNED:,} rows, which is too much to check on: take a shorter one."
        raise ValidationError({"window_end": message})
