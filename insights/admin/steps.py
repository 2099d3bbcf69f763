"""Submit, take back, send back, publish, retract: each asks first, for one finding or for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from insights import workflow
from insights.models import ResearchInsight
from insights.workflow import Refused, Step

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    BaseAdmin = ModelAdmin[Any]

_REASON_CHARS = 2_000


def confirm(
    admin: BaseAdmin,
    request: HttpRequest,
    step: Step,
    insights: Sequence[ResearchInsight],
    action: str = "",
) -> HttpResponse:
    """The page that asks, or the answer to it.

    The versions that the person looked at come with the answer: what was changed meanwhile is not published unseen.
    """
    if not workflow.has(request.user, step.permission):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("confirmed") == step.name:
        return _take(admin, request, step, insights)
    refusals = [said for one in insights if (said := _refusal(step, request.user, one))]
    context = {
        **admin.admin_site.each_context(request),
        "title": f"{step.verb}?",
        "opts": admin.opts,
        "step": step,
        "insights": [(one, one.version) for one in insights if not _refusal(step, request.user, one)],
        "refusals": refusals,
        "action": action,
        "reason_chars": _REASON_CHARS,
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/insights/researchinsight/confirm.html", context)


def _refusal(step: Step, user: Any, insight: ResearchInsight) -> str:
    try:
        step.check(user, insight)
    except Refused as refused:
        return str(refused)
    return ""


def _take(
    admin: BaseAdmin, request: HttpRequest, step: Step, insights: Sequence[ResearchInsight]
) -> HttpResponse:
    reason = request.POST.get("reason", "")[:_REASON_CHARS]
    user: Any = request.user
    for insight in insights:
        seen = request.POST.get(f"version-{insight.pk}", "")
        if not seen.isdigit():
            continue  # was not on the page that asked
        try:
            taken = workflow.take(step, user, insight.pk, version=int(seen), reason=reason)
        except Refused as refused:
            admin.message_user(request, str(refused), messages.ERROR)
        else:
            admin.log_change(request, taken, f"{step.done}.")
            admin.message_user(request, f"“{taken.title}” was {step.done}.", messages.SUCCESS)
    only = insights[0].pk if len(insights) == 1 else None
    return HttpResponseRedirect(
        reverse("admin:insights_researchinsight_change", args=[only])
        if only and "action" not in request.POST
        else reverse("admin:insights_researchinsight_changelist")
    )
