import orjson
from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for

from crm.access import Permission, actor, load, requires
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.bin import actions, queries
from crm.bin.models import BinItem
from crm.extensions import db
from crm.guard import models

bp = Blueprint("bin", __name__, url_prefix="/bin")


@bp.get("/")
@requires(Permission.BIN_LIST)
def index():
    return render_template("bin/index.html", items=queries.items(actor()))


@bp.post("/throw-away/<thing>/<int:thing_id>")
@requires(Permission.BIN_LIST)
def throw_away(thing: str, thing_id: int):
    permission = getattr(models().get(thing), "throw_permission", None) or abort(404)
    row = load(actor(), permission, models()[thing], thing_id)
    item = actions.throw_away(row, by=actor())
    flash(f"“{item.name}” is in the bin. From there it can be put back.", "success")
    if item.engagement_id and thing != "engagement":
        return redirect(f"/engagements/{item.engagement_id}")
    if item.organisation_id and thing != "organisation":
        return redirect(f"/organisations/{item.organisation_id}")
    return redirect(url_for(".index"))


@bp.post("/<int:bin_item_id>/put-back")
@requires(Permission.BIN_RESTORE, BinItem)
def put_back(bin_item: BinItem):
    actions.put_back(bin_item)
    flash(f"“{bin_item.name}” is back where it was.", "success")
    return redirect(url_for(".index"))


@bp.post("/<int:bin_item_id>.json")
@requires(Permission.BIN_EMPTY, BinItem)
def export(bin_item: BinItem):
    """A copy to keep; it is noted that there is one."""
    rows = actions.copy(bin_item)
    record(Entry(Verb.EXPORTED, bin_item.thing, bin_item.thing_id, bin_item.name))
    name = f"attachment; filename=plumbline-{bin_item.thing}-{bin_item.thing_id}.json"
    headers = {"Content-Disposition": name}
    return Response(orjson.dumps(rows), mimetype="application/json", headers=headers)


@bp.route("/<int:bin_item_id>/delete", methods=["GET"])
@requires(Permission.BIN_EMPTY, BinItem)
def confirm(bin_item: BinItem):
    counts = {name: len(rows) for name, rows in actions.told(bin_item).items()}
    return render_template("bin/delete.html", item=bin_item, counts=counts)


@bp.post("/<int:bin_item_id>/delete")
@requires(Permission.BIN_EMPTY, BinItem)
def delete(bin_item: BinItem):
    name = bin_item.name
    actions.delete_for_good(bin_item)
    db.session.flush()
    flash(f"“{name}” is deleted for good.", "success")
    return redirect(url_for(".index"))
