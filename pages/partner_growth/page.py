"""Perkembangan Partner: who joined, how far they came, who stays; and the Juragan month of each."""

from dashboard.components import chosen_view, guarded, view_switch
from dashboard.i18n import _
from dashboard.links import VIEW
from dashboard.runtime import runtime
from pages.partner_growth.growth import draw_growth
from pages.partner_growth.juragan import draw_juragan
from queries.wib import business_day

GROWTH, JURAGAN = "partner", "juragan"

VIEWS = {GROWTH: _("Perkembangan"), JURAGAN: _("Juragan")}


def switch() -> None:
    """The switch of the views, which stands under the title of each."""
    view_switch(VIEW, _("Tampilan"), VIEWS)


today = business_day(runtime().now())
if chosen_view(VIEW, VIEWS) == JURAGAN:
    with guarded(_("Juragan"), _("Tampilan Perkembangan tetap dapat dipakai.")):
        draw_juragan(today, switch)
else:
    draw_growth(today, switch)
