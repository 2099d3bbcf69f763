"""Query parameters of the list of findings, for the page, the plot and the API."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from deepspace.parameters import Integer, Parameters
from insights.models import Category, Project

PER_PAGE: Final = 24
_PROJECTS: Final = "|".join(Project.values)
_CATEGORIES: Final = "|".join(Category.values)


class FilterParameters(Parameters):
    """Which findings."""

    project: Annotated[str, StringConstraints(pattern=f"^({_PROJECTS})?$")] = Field(
        default="", description=f"Research domain: one of {_PROJECTS.replace('|', ', ')} (default: all)"
    )
    category: Annotated[str, StringConstraints(pattern=f"^({_CATEGORIES})?$")] = Field(
        default="", description=f"Kind of statement: one of {_CATEGORIES.replace('|', ', ')} (default: all)"
    )
    tag: Annotated[str, StringConstraints(pattern="^([a-z0-9]+([-_][a-z0-9]+)*)?$", max_length=40)] = Field(
        default="", description="Slug of a tag, such as heliopause (default: all)"
    )
    q: Annotated[str, StringConstraints(pattern="^[^\\x00-\\x1f\\x7f]*$", max_length=100)] = Field(
        default="", description="Words that title, summary, description or tags must hold (default: any)"
    )


class PageParameters(FilterParameters):
    """Which page of them."""

    page: Integer = Field(default=1, ge=1, le=9_999, description="Page of the list")


class ListParameters(PageParameters):
    """Which page, and how long it is."""

    limit: Integer = Field(default=PER_PAGE, ge=1, le=100, description="Findings on a page of the list")
