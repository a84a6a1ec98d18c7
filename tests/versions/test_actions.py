"""Versions are kept whole, one after another, and never change."""

import pytest
from sqlalchemy import select

from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import become
from crm.versions.actions import keep
from crm.versions.content import digest_of, parse
from crm.versions.models import Turn, Version
from tests import factories as make


@pytest.fixture
def kept(app, sheet, me):
    """`kept(name)` keeps a version of the worksheet."""

    def kept(name=None) -> Version:
        with app.app_context():
            become(me)
            engagement = db.session.get(Engagement, sheet.engagement.id)
            version = keep(engagement, name, by=me)
            key = version.id
            db.session.commit()
        make.session.expire_all()
        return make.session.get(Version, key)

    return kept


def test_a_version_holds_the_whole_worksheet(kept, sheet, me):
    version = kept("First")
    assert (version.number, version.name, version.user_id) == (1, "First", me.id)
    assert version.digest == digest_of(version.content)
    assert [goal["statement"] for goal in parse(version.content)["goals"]] == ["Fewer no-shows", "More trust"]
    assert (version.coverage, version.density) == (1.0, 0.75)
    # Of two goals all four things are said, of two strategies the effort alone.
    assert version.completeness == pytest.approx((2 * 4 + 2) / (2 * 4 + 2 * 3))


def test_numbers_go_on_and_the_same_content_is_kept_once(kept, sheet, session):
    assert kept().number == 1
    assert kept("Again").number == 1
    sheet.goals[0].weight = 50
    session.flush()
    assert kept().number == 2
    assert len(session.scalars(select(Version)).all()) == 2


def test_an_empty_worksheet_is_not_kept(app, ours, me):
    with app.app_context():
        become(me)
        engagement = db.session.get(Engagement, ours.id)
        with pytest.raises(DomainError, match="nothing on the worksheet"):
            keep(engagement, by=me)


REWRITTEN = {"content": "{}", "digest": "1" * 64, "number": 9, "name": "Other", "coverage": 0.1}


@pytest.mark.parametrize("name", REWRITTEN)
def test_no_version_is_rewritten(app, kept, name):
    key = kept("First").id
    with app.app_context():
        version = db.session.get(Version, key)
        setattr(version, name, REWRITTEN[name])
        with pytest.raises(DomainError, match="Version 1 stays as it was kept"):
            db.session.flush()


def test_no_version_is_deleted_by_itself_and_no_turn_rewritten(app, kept, ours):
    version = kept()
    turn = make.TurnFactory(engagement=ours, version_id=version.id, note="Said").id
    with app.app_context():
        db.session.delete(db.session.get(Version, version.id))
        with pytest.raises(DomainError, match="stays as it was kept"):
            db.session.flush()
    with app.app_context():
        db.session.get(Turn, turn).note = "Never said"
        with pytest.raises(DomainError, match="stays as it was said"):
            db.session.flush()
