"""Says who a body is today and what the plan gives it to do."""

from __future__ import annotations

from content.catalogue import Translator
from content.model import Agency
from content.whole import Content
from handlers.answers.pieces import bullets, section, together


def one_agency(agency: Agency, content: Content, t: Translator) -> str:
    """The body's name, its successor, what it leads and joins in the plan, and the source."""
    leads = [u.title.get(t.lang) for u in content.units.values() if agency.id in u.lead]
    joins = [u.title.get(t.lang) for u in content.units.values() if agency.id in u.join]
    return together(
        [
            agency.name.get(t.lang),
            section(t("Today"), f"{agency.today}."),
            bullets(t("To be verified"), agency.today_unsure) if agency.today_unsure else "",
            bullets(t("Leads in the plan"), leads) if leads else "",
            bullets(t("Joins in the plan"), joins) if joins else "",
            section(t("Source"), agency.source),
            t("Checked on {date}.", date=t.date(content.document.checked)),
        ]
    )
