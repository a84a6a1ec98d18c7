"""Views that the manager and a consultant have saved: of the builder and of a report, most of them shared."""

from crm.builder.models import SavedView
from crm.demo.rows import Rows

VIEWS = (
    {
        "name": "Hours by month, billable and not",
        "of": "manager",
        "for_consultants": True,
        "for_managers": True,
        "is_pinned": True,
        "what": {
            "builder": {
                "base": "time",
                "filters": [{"on": "time-day", "asks": "within", "values": ["last-365-days"]}],
                "groups": ["time-day.month"],
                "sums": ["time-hours.sum"],
                "pivot": "time-billable",
                "chart": "line",
            }
        },
    },
    {
        "name": "Milestones past their day",
        "of": "manager",
        "for_consultants": True,
        "what": {
            "builder": {
                "base": "milestones",
                "columns": [
                    "milestone-title", "client-name", "engagement-lead", "milestone-planned",
                    "milestone-slip", "below-open",
                ],
                "filters": [{"on": "milestone-late", "asks": "is", "values": ["yes"]}],
                "sort": "-milestone-slip",
            }
        },
    },
    {
        "name": "Fees by stage",
        "of": "manager",
        "for_administrators": True,
        "what": {
            "builder": {
                "base": "engagements",
                "groups": ["engagement-stage", "engagement-currency"],
                "sums": ["count", "engagement-fee.sum", "below-hours.sum"],
                "sort": "-below-hours.sum",
                "chart": "bar",
            }
        },
    },
    {
        "name": "Where last quarter's hours went",
        "of": "manager",
        "for_consultants": True,
        "what": {"report": "hours", "asked": {}, "span": "last-quarter"},
    },
    {
        "name": "Promised for the next thirty days",
        "of": "consultant",
        "is_pinned": True,
        "what": {
            "builder": {
                "base": "actions",
                "columns": ["action-title", "action-owner", "action-due", "client-name"],
                "filters": [
                    {"on": "action-state", "asks": "any", "values": ["open"]},
                    {"on": "action-due", "asks": "within", "values": ["next-30-days"]},
                ],
                "sort": "action-due",
            }
        },
    },
)  # fmt: skip


def add_views(rows: Rows, users: dict[str, int]) -> None:
    for view in VIEWS:
        said = {name: value for name, value in view.items() if name != "of"}
        rows.add(SavedView, user_id=users[view["of"]], **said)
