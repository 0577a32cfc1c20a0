"""Which network address a request comes from: what a proxy that we trust says, never what the sender says of itself."""

from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_PROXIES = 5
IPV6_SITE = 64  # bits: a household or an office holds that many addresses of its own, so they count as one
NOWHERE = "nowhere"  # a socket of this machine without an address


class Unreadable(ValueError):
    """TRUSTED_PROXIES is neither a count nor a list of networks; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """How many proxies stand in front, or in which networks they are. Neither: nobody is trusted."""

    count: int = 0
    networks: tuple[Network, ...] = ()


@cache
def trusted(text: str) -> Trusted:
    """TRUSTED_PROXIES as it was meant: "1", or "10.0.0.0/8, 192.168.1.4". Raises Unreadable."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        if int(text) > MOST_PROXIES:
            raise Unreadable(f"{text} proxies are more than stand in front of any site")
        return Trusted(count=int(text))
    try:
        networks = tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as problem:
        raise Unreadable(str(problem)) from None
    if any(network.prefixlen == 0 for network in networks):
        raise Unreadable("a network of every address trusts everybody")
    return Trusted(networks=networks)


def address(request: HttpRequest) -> str:
    """Where the request comes from: an IPv4 address, or the /64 of an IPv6 address. To count by, never to keep."""
    return _grouped(_nearest_stranger(request))


def _nearest_stranger(request: HttpRequest) -> Address | None:
    trust = trusted(settings.TRUSTED_PROXIES)
    neighbor = _read(request.META.get("REMOTE_ADDR", ""))
    said = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trust.count:
        told = said[-trust.count] if len(said) >= trust.count else ""
        return _read(told) or neighbor
    place = neighbor
    while trust.networks and said and _is_ours(place, trust.networks) and (further := _read(said.pop())):
        place = further
    return place


def _is_ours(place: Address | None, networks: tuple[Network, ...]) -> bool:
    """A socket of this machine is a proxy's, too."""
    return place is None or any(place in network for network in networks)


def _read(text: str) -> Address | None:
    """One address, with or without a port; None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _grouped(place: Address | None) -> str:
    if place is None:
        return NOWHERE
    if place.version == 6:
        return str(ip_network((place, IPV6_SITE), strict=False))
    return str(place)
