"""What mails say about a version that was put to the other side."""

from typing import Any

from crm.engagements.queries import place_of
from crm.mail.letters import Letter, letter
from crm.versions import queries
from crm.versions.actions_catchball import MAIL, SUBJECTS


@letter(MAIL)
def catchball(_reader, about: dict[str, Any]) -> Letter | None:
    """Who said what to which version; nothing once it is no longer its reader's to see."""
    turn = queries.find_turn(about["turn"])
    version = turn and queries.version_by_id(turn.version_id)
    if not version:
        return None
    subject = SUBJECTS[turn.say].format(number=version.number)
    context = {"turn": turn, "version": version, "place": place_of(version.engagement_id)}
    return Letter(subject, "mail/catchball.html", context)
