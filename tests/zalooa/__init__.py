"""A strict Zalo Official Account over real HTTP, for tests: OAuth, OpenAPI v3, signed webhooks.

    with running() as zalo:                     # a server in a thread; zalo.url
        zalo.webhook = "http://127.0.0.1:…/zalo/oa/webhook"
        zalo.say("7001", "xin chào")            # person 7001 writes; gives the bot's HTTP answer
        zalo.wait_for(lambda: zalo.shown("7001"))
        zalo.state.fail("error", "/v3.0/oa/message/cs", code=-32)
        zalo.state.clock.forward(hours=49)      # the bot under test goes by the same clock

`running` is in `tests.zalooa.running`, a bot that talks to it in `tests.zalooa.bot`. Refresh tokens
work once; a new pair ends the old access token at once; errors come with HTTP 200. Failures: error
(with a code), 500_before, 500_after, 503, drop_before, drop_after, garbage; "after" means that the
call was done.
"""
