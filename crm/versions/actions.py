from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.versions import lock as _lock  # noqa: F401 - it judges every flush
from crm.versions import queries
from crm.versions.content import canonical, digest_of
from crm.versions.models import Version
from crm.versions.sheet import Kept

EMPTY = "There is nothing on the worksheet yet that could be kept."


def keep(engagement: Engagement, name: str | None = None, *, by) -> Version:
    """Keep the worksheet as it stands. Where nothing has changed since the newest version, that one is it.

    Two who keep one at once take turns, so the numbers are whole.
    """
    queries.hold(engagement.id)
    content = queries.content_of(engagement.id)
    if not content["goals"] and not content["strategies"]:
        raise DomainError(EMPTY)
    text = canonical(content)
    digest, newest = digest_of(text), queries.latest(engagement.id)
    if newest and newest.digest == digest:
        return queries.version_by_id(newest.id)
    version = Version(
        **engagement.whereabouts,
        number=newest.number + 1 if newest else 1,
        name=name,
        user_id=by.id,
        **written(text, Kept(content)),
    )
    db.session.add(version)
    db.session.flush()
    return version


def written(text: str, sheet: Kept) -> dict[str, str | float]:
    """What a version holds besides its place: the content, its digest and three figures."""
    return {
        "content": text,
        "digest": digest_of(text),
        "coverage": sheet.coverage,
        "completeness": sheet.completeness,
        "density": sheet.density,
    }
