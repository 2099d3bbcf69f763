"""The one admin site: Django's own, with a second factor for whoever has set one up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django_otp import devices_for_user, match_token, user_has_device

_TOKEN_HELP = "From your authenticator; empty if you have not set one up."  # noqa: S105 (not a password)
_REFUSED = "Please enter the correct authentication code. Each code works once."


class SecondFactorForm(AdminAuthenticationForm):
    """Name, password, and the code of an authenticator for accounts that have a confirmed device."""

    otp_token = forms.CharField(
        label="Authentication code",
        required=False,
        max_length=16,
        help_text=_TOKEN_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_username(self) -> str:
        """No account has a longer name. Django's form only tells the browser so, and axes could not store it."""
        name = str(self.cleaned_data["username"])
        if len(name) > (self.fields["username"].max_length or 0):  # type: ignore[attr-defined]  # a CharField
            raise self.get_invalid_login_error()
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for the code only after the password was right."""
        cleaned = super().clean()
        user: Any = self.get_user()  # None where name or password were wrong
        if user is not None and any(devices_for_user(user)):
            self._check_code(user, str(cleaned.get("otp_token") or "").replace(" ", ""))
        return cleaned

    def _check_code(self, user: AbstractBaseUser, code: str) -> None:
        device = match_token(user, code) if code else None  # counts failures, and takes each code once
        if device is None:
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            raise forms.ValidationError(_REFUSED, code="invalid_token")
        user.otp_device = device  # type: ignore[attr-defined]  # read by django_otp when the login is done


class PlatformAdminSite(AdminSite):
    """Lets in staff; those with a confirmed device only after they gave its code in this session."""

    site_header = site_title = "Deep Space Research Platform"
    login_form = SecondFactorForm
    login_template = "admin/second_factor_login.html"

    def get_urls(self) -> list[Any]:
        """Without the redirect to any row's own page: it asks nobody's permission, and an address can be a secret."""
        return [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the request may see the admin."""
        if not super().has_permission(request):
            return False
        user: Any = request.user
        return user.is_verified() or not user_has_device(user)
