from flask import Blueprint

from crm.analyses import lock as _lock  # noqa: F401 - it judges every flush

bp = Blueprint("analyses", __name__)
