"""An address breaks where a reader expects it, and nowhere does it become markup."""

import pytest

from accounts.templatetags.addresses import breakable


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ana.novak@mail.example.org", "ana.novak@<wbr>mail<wbr>.example<wbr>.org"),
        ("a&b<c>@example.org", "a&amp;b&lt;c&gt;@<wbr>example<wbr>.org"),
        ("no address", "no address"),
        ("<b>none</b>", "&lt;b&gt;none&lt;/b&gt;"),
        ("", ""),
    ],
)
def test_an_address_may_break_after_the_at_and_before_a_dot(address, shown):
    assert breakable(address) == shown
