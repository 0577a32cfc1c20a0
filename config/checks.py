"""What stops a production start. Every reason is named at once, so that one look mends all."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts import origins, printable

UNSET = "unset"
SHORTEST_SECRET = 50
OF_A_DEMONSTRATION = "{} that was made for a demonstration (var/keys); make one for this server alone"
LONGEST_NAME = 100  # characters of the association's name
SECRETS = ("SECRET_KEY", "LEDGER_KEY", "FIELD_KEYS", "LIMITER_KEY")


def unsafe(settings: Any) -> list[str]:
    """Why these settings must not meet the public; an empty list when they may."""
    reasons = weak_secret("SECRET_KEY", settings.SECRET_KEY, shortest=SHORTEST_SECRET)
    embedded = embedded_keys(Path(settings.VAR_DIR) / "keys")
    if settings.SECRET_KEY in embedded:
        reasons.append(OF_A_DEMONSTRATION.format("SECRET_KEY is a key"))
    for name in SECRETS[1:]:
        reasons += weak_keys(name, getattr(settings, name), embedded)
    if is_shared(settings):
        reasons.append(f"{', '.join(SECRETS)} must differ: each opens something else")
    reasons += no_second_place(str(settings.LEDGER_ANCHORS), Path(settings.VAR_DIR))
    if settings.DEBUG:
        reasons.append("DEBUG is on: error pages would show settings and data")
    if settings.DEMO_CLOCK_FILE is not None:
        reasons.append("DEMO_CLOCK_FILE is set: the day could be moved")
    if is_of_a_demonstration(settings):
        reasons.append("DATABASE_URL names no database but that of a demonstration (var/site.sqlite3), whose log-ins everybody knows")
    if not settings.SITE_URL.startswith("https://"):
        reasons.append("SITE_URL does not begin with https://")
    reasons += no_issuer(settings.ASSOCIATION_NAME)
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        reasons.append("ALLOWED_HOSTS must list the names of this site, without *")
    if settings.BREACHED_PASSWORDS_FILE and not Path(settings.BREACHED_PASSWORDS_FILE).is_file():
        reasons.append("BREACHED_PASSWORDS_FILE names no file")
    reasons += no_storage(Path(settings.STORAGE))
    return reasons + unread_proxies(settings.TRUSTED_PROXIES)


def unread_proxies(text: str) -> list[str]:
    """Without a proxy that is known everybody comes from one address, and one person's slips would lock out all."""
    try:
        trust = origins.trusted(text)
    except origins.Unreadable as problem:
        return [f"TRUSTED_PROXIES is neither a count nor a list of networks: {problem}"]
    if trust == origins.Trusted():
        return ["TRUSTED_PROXIES is not set: say how many proxies stand in front of this site, such as 1, or their networks"]
    return []


def weak_secret(name: str, value: str, *, shortest: int = 32) -> list[str]:
    if not value or value == UNSET:
        return [f"{name} is not set"]
    if len(value) < shortest or len(set(value)) < 5 or value.startswith("django-insecure"):
        return [f"{name} is a default or too short: {shortest} characters by chance are needed"]
    return []


def keys_in(setting: str) -> list[str]:
    """The keys of a setting that may list several, separated by commas."""
    return [key.strip() for key in setting.split(",")]


def weak_keys(name: str, setting: str, embedded: set[str]) -> list[str]:
    """What is wrong with one of the keys of a setting that may list several, separated by commas: the newest and those it replaced."""
    keys = keys_in(setting)
    which = [f" (key {number} of {len(keys)})" if len(keys) > 1 else "" for number in range(1, len(keys) + 1)]
    reasons = [f"{reason}{place}" for key, place in zip(keys, which, strict=True) for reason in weak_secret(name, key)]
    if embedded.intersection(keys):
        reasons.append(OF_A_DEMONSTRATION.format(f"{name} {'is' if len(keys) == 1 else 'holds'} a key"))
    return reasons


def is_shared(settings: Any) -> bool:
    """Whether one key stands in two settings. The same key twice in one, as an old one that came back, is no harm."""
    settled = [set(keys_in(getattr(settings, name))) - {"", UNSET} for name in SECRETS]
    return sum(map(len, settled)) > len(set().union(*settled))


def no_second_place(path: str, var: Path) -> list[str]:
    """Why the ledger's anchors would not be kept in a second place; whether the place is there is seen when one is written."""
    if path == UNSET:
        return ["LEDGER_ANCHORS is not set: a file, on another disk or machine, that keeps the end of the ledger of each day"]
    if Path(path).is_relative_to(var):
        return ["LEDGER_ANCHORS is a file under var/, beside the ledger itself: name one on another disk or machine"]
    return []


def no_storage(folder: Path) -> list[str]:
    """Why no certificate could be kept in a folder. One that is not there yet is made; whether it may be written in is asked elsewhere."""
    if any(path.exists() and not path.is_dir() for path in (folder, *folder.parents)):
        return ["STORAGE_URL names a file, or a folder below one: a folder is needed, in which certificates and pictures are kept"]
    return []


def is_of_a_demonstration(settings: Any) -> bool:
    """Is the database the one that `make demo` filled in this checkout?"""
    database = Path(settings.VAR_DIR) / "site.sqlite3"
    return str(settings.DATABASES["default"]["NAME"]) == str(database) and (Path(settings.VAR_DIR) / "prepared.json").exists()


def no_issuer(name: str) -> list[str]:
    """Why certificates could not be issued under this name."""
    if not name.strip() or name == UNSET:
        return ["ASSOCIATION_NAME is not set: it is printed on every certificate as who issues it"]
    if len(name) > LONGEST_NAME:
        return [f"ASSOCIATION_NAME has {len(name)} characters; {LONGEST_NAME} fit on a certificate"]
    characters = printable.unprintable(name)
    return [f"ASSOCIATION_NAME holds what certificates cannot print: {', '.join(characters)}"] if characters else []


def embedded_keys(folder: Path) -> set[str]:
    """The keys that a demonstration made for itself on this machine."""
    if not folder.is_dir():
        return set()
    return {path.read_text().strip() for path in folder.iterdir() if path.is_file()}


def refuse_unsafe(settings: Any) -> None:
    """Raise ImproperlyConfigured with every reason, where the settings say that the public is served."""
    if settings.SERVES_THE_PUBLIC and (reasons := unsafe(settings)):
        raise ImproperlyConfigured("This installation does not start, because it would be unsafe:\n- " + "\n- ".join(reasons))
