"""A made-up yet believable portfolio."""

from datetime import date
from decimal import Decimal

import pandas as pd


def portfolio_frame(count: int = 24) -> pd.DataFrame:
    clients = [
        "Lakeside General Hospital",
        "St Brigid Health System",
        "Nordic Society of Cardiology",
        "札幌中央病院",
        "Alianza de Pacientes",
        "Riverside Children's Hospital",
    ]
    rows = []
    for n in range(count):
        budget = None if n % 7 == 5 else 40.0 + 7.5 * (n % 9)
        used = round(6.25 + 4.1 * n % 71, 2)
        rows.append(
            {
                "client": clients[n % 6],
                "engagement": ["Patient access and voice", "Research on outcomes", "Boot camp"][n % 3]
                + f" {2024 + n % 3}",
                "stage": ["Scoping", "Implementation", "Evaluation", "Closed"][n % 4],
                "lead": ["Ana Ortiz", "Ben Idowu"][n % 2],
                "starts_on": date(2025, 1 + n % 12, 1),
                "ends_on": date(2026, 1 + n % 12, 28),
                "currency": ["EUR", "USD", "JPY"][n % 3],
                "fee": None if n % 8 == 7 else Decimal("12500.10") + n,
                "hours_budget": budget,
                "hours_used": used,
                "burn": used / budget if budget else None,
                "coverage": None if n % 5 == 4 else (n % 5) / 4,
                "milestones": 12,
                "milestones_done": n % 12,
                "milestones_late": n % 3,
                "sessions": n % 9,
                "last_session_on": None if n % 9 == 0 else date(2026, 2, 1 + n % 28),
                "actions_open": n % 6,
                "actions_overdue": n % 2,
                "health": ("On course", "In trouble", "Watch")[n % 3],
                "trouble": "No session for 42 days and two milestones are late." if n % 6 == 1 else "",
            }
        )
    return pd.DataFrame(rows)
