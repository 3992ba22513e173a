"""REST under `/stats`: read what was posted, by the minute, hour, day or month (RSC6). PURE."""

from __future__ import annotations

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import paging, problems, stats
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.restio import (
    Refused,
    Request,
    Response,
    allowed,
    answer,
    from_here,
    identify,
    only,
    read_body,
)
from ablytui.service.wireform import read_query


def route(realm: Realm, request: Request, fmt: Format) -> Response | None:
    """Answer `/stats`; None for another path. Raises Refused."""
    path = request.target.partition("?")[0]
    if path != "/stats":
        return None
    only(request, "GET", "POST")
    identity = identify(realm, request)
    app = realm.apps[identity.app]
    if request.method == "POST":
        from_here(request)
        if identity.grant is not None:
            raise Refused(problem(problems.KEY_NEEDED, "posting statistics needs a key"))
        posted = stats.read_posted(read_body(request)[0])
        if isinstance(posted, ErrorInfo):
            raise Refused(posted)
        app.stats |= posted
        while len(app.stats) > stats.MOST:
            del app.stats[min(app.stats)]
        return answer([], fmt, status=201)
    allowed(identity, "stats", "*")
    query = read_query(request.target) or {}
    rising, unit = paging.forwards(query), query.get("unit", "minute")
    start = stats.interval_of(query.get("start"), default="")
    end = stats.interval_of(query.get("end"), default="9999")
    if unit not in stats.UNITS:
        text = f"unit is one of {', '.join(stats.UNITS)}, not {unit[:40]!r}"
        raise Refused(problem(problems.BAD_VALUE, text))
    for bound in (start, end):
        if isinstance(bound, ErrorInfo):
            raise Refused(bound)
    found = stats.summed(app.stats, unit, str(start), str(end), app.id)
    return paging.page(path, query, fmt, found if rising else found[::-1], rising=rising)
