"""The site's addresses, the view that it is compared with, and a plot that is drawn at each request."""

from django.urls import path

from bench import views
from deepspace.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns += [path("bare", views.bare), path("drawn/<slug:name>.<str:fmt>", views.drawn)]
