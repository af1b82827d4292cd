"""How states, outcomes and acts of cases are called."""

from __future__ import annotations

from content.catalogue import msg

STATES = {
    "received": msg("received, a body is being chosen"),
    "assigned": msg("with the body"),
    "in-work": msg("being dealt with"),
    "waiting": msg("waiting for your answer"),
    "done": msg("answered, waiting for your word"),
    "confirmed": msg("closed, confirmed by you"),
    "silent": msg("closed, nothing heard from you"),
    "withdrawn": msg("withdrawn"),
    "merged": msg("joined with another feedback"),
    "spam": msg("closed, no feedback"),
}
OUTCOMES = {
    "fixed": msg("fixed"),
    "explained": msg("explained"),
    "not-ours": msg("not the body's task"),
    "not-fixed": msg("cannot be fixed now"),
}
ACTS = {
    "received": msg("received"),
    "assigned": msg("given to a body"),
    "handed-on": msg("handed on"),
    "started": msg("work begun"),
    "asked": msg("question to the citizen"),
    "told": msg("word of the citizen"),
    "extended": msg("more time taken"),
    "noted": msg("note for colleagues"),
    "answered": msg("answered"),
    "confirmed": msg("confirmed by the citizen"),
    "rejected": msg("sent back by the citizen"),
    "rated": msg("rated by the citizen"),
    "silent": msg("closed without a word of the citizen"),
    "withdrawn": msg("withdrawn by the citizen"),
    "merged": msg("joined with another feedback"),
    "spam": msg("closed as no feedback"),
    "redacted": msg("words or pictures covered"),
    "erased": msg("the citizen's words erased"),
    "warned": msg("staff reminded"),
}
