"""A strict Bot API over real HTTP, for tests: limits, refusals, faults, and people who talk.

    with running() as api:                  # a server in a thread; api.url, api.token
        api.say(7, "xin chào")              # person 7 writes to the bot
        api.wait_for(lambda: api.chat(7).bots)
        api.press(7, "Lệ phí")              # presses the button whose label begins so
        api.faults.add("429", "sendMessage", share=0.5, retry_after=1)
        api.limits()                        # from now on too fast is refused; see api.violations
        api.stop()                          # refuses connections, until api.start()

`running` is in `tests.botapi.running`. `api.chat(7)` goes through the messages in order, `.bots`
through those of the bot; `api.calls("sendMessage")` gives what was accepted, `api.refusals` what
was not and why, `api.unanswered_presses()` what still waits. Faults: 429, 500, 502, garbage,
timeout_before, timeout_after, drop_before, drop_after, duplicate, out_of_order.

As a process, for a bot that is killed and comes back: `python -m tests.botapi --port 8081`, then
`POST /control/<name>` with the same words as JSON: say, press, start (with `user`, `payload`),
photo and document (`data` in base64), fault, calm, chat, calls, state, outage (`seconds`), …

It is stricter than Telegram on purpose: a parameter or a field it does not know is refused.
Limits and the age of presses go by `State.clock`, which a test may set.
"""
