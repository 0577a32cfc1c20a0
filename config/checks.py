"""What stops a production start. Every reason is named at once, so that one look mends all."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts import addresses

UNSET = "unset"
SHORTEST_SECRET = 50
SECRETS = ("SECRET_KEY", "LEDGER_KEY", "LIMITER_KEY")


def unsafe(settings: Any) -> list[str]:
    """Why these settings must not meet the public; an empty list when they may."""
    reasons = weak_secret("SECRET_KEY", settings.SECRET_KEY, shortest=SHORTEST_SECRET)
    for name in SECRETS[1:]:
        reasons += weak_secret(name, getattr(settings, name))
    if len({getattr(settings, name) for name in SECRETS}) < len(SECRETS):
        reasons.append(f"{', '.join(SECRETS)} must differ: each opens something else")
    embedded = embedded_keys(Path(settings.VAR_DIR) / "keys")
    reasons += [
        f"{name} is a key that was made for a demonstration (var/keys); make one for this server alone"
        for name in SECRETS
        if getattr(settings, name) in embedded
    ]
    if settings.DEBUG:
        reasons.append("DEBUG is on: error pages would show settings and data")
    if settings.DEMO_CLOCK_FILE is not None:
        reasons.append("DEMO_CLOCK_FILE is set: the day could be moved")
    if not settings.SITE_URL.startswith("https://"):
        reasons.append("SITE_URL does not begin with https://")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        reasons.append("ALLOWED_HOSTS must list the names of this site, without *")
    return reasons + unread_proxies(settings.TRUSTED_PROXIES)


def unread_proxies(text: str) -> list[str]:
    """Without a proxy that is known everybody comes from one address, and one person's slips would lock out all."""
    try:
        trust = addresses.trusted(text)
    except addresses.Unreadable as problem:
        return [f"TRUSTED_PROXIES is neither a count nor a list of networks: {problem}"]
    if trust == addresses.Trusted():
        return ["TRUSTED_PROXIES is not set: say how many proxies stand in front of this site, such as 1, or their networks"]
    return []


def weak_secret(name: str, value: str, *, shortest: int = 32) -> list[str]:
    if not value or value == UNSET:
        return [f"{name} is not set"]
    if len(value) < shortest or len(set(value)) < 5 or value.startswith("django-insecure"):
        return [f"{name} is a default or too short: {shortest} characters by chance are needed"]
    return []


def embedded_keys(folder: Path) -> set[str]:
    """The keys that a demonstration made for itself on this machine."""
    if not folder.is_dir():
        return set()
    return {path.read_text().strip() for path in folder.iterdir() if path.is_file()}


def refuse_unsafe(settings: Any) -> None:
    """Raise ImproperlyConfigured with every reason, where the settings say that the public is served."""
    if settings.SERVES_THE_PUBLIC and (reasons := unsafe(settings)):
        raise ImproperlyConfigured("This installation does not start, because it would be unsafe:\n- " + "\n- ".join(reasons))
