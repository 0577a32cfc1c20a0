"""Where a request comes from: what our own proxies say, and never what the sender says of itself."""

import pytest
from django.test import RequestFactory

from accounts import origins

SENDER, FORGED, PROXY, INNER = "203.0.113.7", "198.51.100.99", "10.0.0.5", "10.0.0.6"


@pytest.fixture
def asked(settings):
    def ask(trusted, *, neighbor, said=None):
        settings.TRUSTED_PROXIES = trusted
        headers = {} if said is None else {"HTTP_X_FORWARDED_FOR": said}
        return origins.address(RequestFactory().get("/", REMOTE_ADDR=neighbor, **headers))

    return ask


@pytest.mark.parametrize(
    ("trusted", "neighbor", "said", "expected"),
    [
        ("", SENDER, None, SENDER),
        ("", SENDER, FORGED, SENDER),
        ("0", SENDER, FORGED, SENDER),
        ("1", PROXY, SENDER, SENDER),
        ("1", PROXY, f"{FORGED}, {SENDER}", SENDER),
        ("2", PROXY, f"{FORGED}, {SENDER}, {INNER}", SENDER),
        ("2", PROXY, SENDER, PROXY),
        ("1", PROXY, None, PROXY),
        ("1", PROXY, "not an address", PROXY),
        ("10.0.0.0/8", PROXY, SENDER, SENDER),
        ("10.0.0.0/8", PROXY, f"{FORGED}, {SENDER}, {INNER}", SENDER),
        ("10.0.0.0/8", SENDER, FORGED, SENDER),
        ("10.0.0.5, 10.0.0.6", PROXY, f"{FORGED},{SENDER} , {INNER}", SENDER),
        ("10.0.0.0/8", PROXY, "unknown", PROXY),
        ("10.0.0.0/8", PROXY, f"unknown, {INNER}", INNER),
        ("10.0.0.0/8", "", SENDER, SENDER),
        ("1", "", SENDER, SENDER),
        ("", "", FORGED, "nowhere"),
        ("1", PROXY, f"{SENDER}:54321", SENDER),
        ("1", PROXY, "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("", "::ffff:203.0.113.7", None, SENDER),
    ],
)
def test_the_sender_is_whoever_the_nearest_trusted_proxy_saw(asked, trusted, neighbor, said, expected):
    assert asked(trusted, neighbor=neighbor, said=said) == expected


def test_all_addresses_of_one_household_count_as_one(asked):
    assert asked("", neighbor="2001:db8:1:2::1") == asked("", neighbor="2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert asked("", neighbor="2001:db8:1:2::1") != asked("", neighbor="2001:db8:1:3::1")


@pytest.mark.parametrize("text", ["one", "-1", "6", "99", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.1/8", "1.2.3"])
def test_a_shape_that_nobody_can_have_meant_is_refused(text):
    with pytest.raises(origins.Unreadable):
        origins.trusted(text)
