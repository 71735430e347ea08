"""Find what a public key stands for."""

from rapport.web.models import Site, WebForm


def active_form(key: str) -> WebForm | None:
    return WebForm.objects.filter(key=key[:60], active=True).select_related("site", "owner").first()


def tracked_site(key: str) -> Site | None:
    return Site.objects.filter(key=key[:60], tracking=True).first()
