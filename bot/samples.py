"""Sample officials for `demo`: an invitation for each role, to be taken up in the browser."""

from __future__ import annotations

from bot.turn import Service
from db import invitations, roles
from db.roles import Role
from handlers import links

SAMPLES = (
    (Role("focal", "so-tu-phap"), "Chị Hoa (mẫu)"),
    (Role("handler", "ubnd-cap-xa"), "Anh Tâm (mẫu)"),
    (Role("coordinator"), "Anh Dũng (mẫu)"),
    (Role("editor"), "Chị Mai (mẫu)"),
    (Role("approver"), "Anh Phúc (mẫu)"),
    (Role("admin"), "Chị Lan (mẫu)"),
)
"""The roles a visitor of the demo may want to try, and what their holders are called."""


async def invite_samples(service: Service, address: str) -> list[str]:
    """Invite anew to every sample role nobody holds; gives a line with the link of each."""
    now = service.clock()
    names = {name for _, name in SAMPLES}
    async with service.engine.begin() as conn:
        held = {holder.role for holder in await roles.everyone(conn)}
        for old in await invitations.pending(conn, now=now):
            if old.name in names:
                await invitations.withdraw(conn, old.id)
        return [
            f"  Try it as {role.role}: {address}/?start={links.to_invitation(code)}"
            for role, name in SAMPLES
            if role not in held
            for code in [await invitations.make(conn, role, name=name, now=now)]
        ]
