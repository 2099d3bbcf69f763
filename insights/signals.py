"""What counts as a change of content: exactly what readers can see.

A draft can be saved, submitted or deleted as often as its author likes: no public cache is emptied for it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from insights.models import ContentVersion, DataReference, Reference, ResearchInsight, Tag
from insights.models.insight import PUBLIC

_NAMES = ("username", "first_name", "last_name")  # of an account, as readers see them
_TAGGED = ("post_add", "post_remove", "post_clear")


def connect() -> None:
    """Listen; called once, when the app is ready."""
    for model in (ResearchInsight, Reference, DataReference, Tag, get_user_model()):
        pre_save.connect(_look, sender=model, dispatch_uid=f"content-look-{model.__name__}")
        post_save.connect(_saved, sender=model, dispatch_uid=f"content-saved-{model.__name__}")
        pre_delete.connect(_look_last, sender=model, dispatch_uid=f"content-look-last-{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"content-deleted-{model.__name__}")
    m2m_changed.connect(_tagged, sender=ResearchInsight.tags.through, dispatch_uid="content-tags")


def _look(instance: Any, **_: Any) -> None:
    """Remember whether readers saw the row as it was: it may be retracted, renamed or moved now."""
    is_new = instance._state.adding  # noqa: SLF001 (Django documents it)
    is_account = isinstance(instance, get_user_model())
    may_differ = not is_new and (not is_account or _has_new_name(instance))
    instance.was_seen = may_differ and _is_seen(_stored(instance))


def _saved(instance: Any, **_: Any) -> None:
    is_account = isinstance(instance, get_user_model())  # a new name counts, not each log-in
    if getattr(instance, "was_seen", False) or (not is_account and _is_seen(instance)):
        ContentVersion.advance()


def _look_last(instance: Any, **_: Any) -> None:
    """While it can still be asked what the row belonged to; in turn with all others who write."""
    ContentVersion.take_turn()
    instance.was_seen = _is_seen(_stored(instance))


def _deleted(instance: Any, **_: Any) -> None:
    if instance.was_seen:
        ContentVersion.advance()


def _tagged(instance: ResearchInsight, action: str, **_: Any) -> None:
    """Tags are set on a finding; from the side of the tag the history of findings cannot follow, and refuses."""
    if action in _TAGGED and _public(Q(pk=instance.pk)):
        ContentVersion.advance()


def _stored(instance: Any) -> Any:
    """The row as the database has it."""
    return type(instance)._default_manager.filter(pk=instance.pk).first()


def _is_seen(row: Any) -> bool:
    """Whether a public page shows something of the row."""
    if row is None:
        return False
    if isinstance(row, ResearchInsight):
        return row.is_public
    if isinstance(row, Reference | DataReference):
        return _public(Q(pk=row.insight_id))
    if isinstance(row, Tag):
        return _public(Q(tags=row.pk))
    return _public(Q(author=row.pk) | Q(reviewer=row.pk))


def _has_new_name(account: Any) -> bool:
    known = type(account)._default_manager.filter(pk=account.pk).values_list(*_NAMES).first()
    return known is not None and known != tuple(getattr(account, name) for name in _NAMES)


def _public(which: Q) -> bool:
    return ResearchInsight.objects.filter(which, status__in=PUBLIC).exists()
