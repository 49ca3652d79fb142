"""Where one may be sent after signing in."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.links import local_path

SITE = "https://dashboard.test"
HOSTILE = [
    "https://evil.test",
    "https:evil.test",
    "https:/evil.test",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "//evil.test\\@dashboard.test",
    "/\\evil.test",
    "\\\\evil.test",
    "\\/evil.test",
    "/%5Cevil.test",
    "/%5cevil.test",
    "/%2Fevil.test",
    "/%2f%2fevil.test",
    "%2F%2Fevil.test",
    "/.//evil.test",
    "/..//evil.test",
    "/pickup/..//evil.test",
    "/pickup/%2e%2e//evil.test",
    "/\tevil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "\t//evil.test",
    " //evil.test",
    "/ /evil.test",
    "/\x00/evil.test",
    "/%09/evil.test",
    "/%0d%0aLocation:%20https://evil.test",
    "/\r\nLocation: https://evil.test",
    "/\u2028/evil.test",
    "/\uff0fevil.test",
    "/\x7f/evil.test",
    "/\ud800",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//user@evil.test",
    "https://dashboard.test@evil.test",
    "//[::1",
    "/" + "a" * 5000,
    "",
    "pickup",
    "?q=1",
    "#top",
]
NOT_PAGES = [
    "/login",
    "/login?next=/",
    "/login/",
    "/%6cogin",
    "/x/../login",
    "/logout",
    "/language/en",
    "/theme/dark",
    "/api/v1/x",
    "/x/../api/v1/x",
    "/_stcore/health",
]


def stays(target: str) -> bool:
    """Whether a browser at this site, following `target`, is still here: it drops controls and reads \\ as /."""
    as_read = "".join(sign for sign in target.strip() if sign not in "\t\r\n").replace("\\", "/")
    if as_read.startswith("//"):
        return False
    parts = urlsplit(urljoin(f"{SITE}/login", as_read))
    return (parts.scheme, parts.netloc) in {("https", urlsplit(SITE).netloc), ("http", "testserver")}


@pytest.mark.parametrize("way", [*HOSTILE, *NOT_PAGES, None])
def test_no_way_to_another_site_or_out_of_the_pages(way: str | None) -> None:
    assert local_path(way) == "/"


@pytest.mark.parametrize(
    "way",
    [
        "/",
        "/pickup?q=budi&kurir=JNE",
        "/partner?id=7",
        "/pickup?q=a%2Fb%5Cc//d",
        "/withdrawal?id=3&angka=returned_90#bawah",
        "/tiket?q=caf%C3%A9",
    ],
)
def test_ways_within_the_dashboard_are_kept(way: str) -> None:
    assert local_path(way) == way


PIECES = st.sampled_from(
    ["/", "\\", "//", ".", "..", "%2f", "%5C", "%2e", "%09", ":", "@", "?", "#", "https:", "evil.test", "\t", "\r", " "]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(lambda found: "/" + "".join(found))))
@example("/%2e%2e//evil.test")
def test_whatever_is_asked_for_the_answer_is_here_and_can_be_sent(way: str) -> None:
    found = local_path(way)
    assert found in ("/", way)
    assert stays(found)
    assert urlsplit(found)[:2] == ("", "")
    assert quote(found, safe="").isascii()
