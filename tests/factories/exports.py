"""The export that a page of AppTest offers."""

from streamlit.testing.v1 import AppTest

from dashboard.exports.downloads import offers
from dashboard.exports.export import Export
from dashboard.state import EXPORT_NUMBER


def offered(page: AppTest, name: str) -> Export:
    """The export of that name, with the filters of the page."""
    offer = offers.get(page.session_state[EXPORT_NUMBER.of(name).name])
    assert offer is not None
    return offer.export
