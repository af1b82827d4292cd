"""`/calendar/<secret>.ics`: the report deadlines of one member of staff, for their own calendar."""

from __future__ import annotations

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from bot.turn import Service
from content.catalogue import translator
from db import people, roles
from handlers.context import ZONE
from handlers.report_calendar import STAFF, deadlines, owner
from handlers.reports.calendar_file import TYPE, calendar_file

PRIVATE = {"cache-control": "private, max-age=3600", "x-robots-tag": "noindex"}


def route(service: Service) -> Route:
    """Give the route of the feed."""

    async def feed(request: HttpRequest) -> Response:
        now = service.clock()
        async with service.engine.begin() as conn:
            number = await owner(conn, request.path_params["secret"])
            person = await people.by_id(conn, number) if number is not None else None
            held = await roles.of(conn, person) if person else frozenset()
            # A feed ends with the roles it was for: who left sees nothing any more.
            if person is None or not STAFF & {role.role for role in held}:
                return Response("not found", 404, media_type="text/plain")
            today = now.astimezone(ZONE).date()
            found = await deadlines(conn, service.content, held, today)
        data = calendar_file(found, service.content, translator(person.lang), now=now)
        return Response(data, media_type=f"{TYPE}; charset=utf-8", headers=PRIVATE)

    return Route("/calendar/{secret}.ics", feed)
