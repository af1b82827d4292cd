"""A strict Zalo Bot Platform over real HTTP, for tests: limits, refusals, faults, and people.

    with ZaloApi.running() as api:          # a server in a thread; api.url, api.token
        api.say("lan", "xin chào")          # Lan writes to the bot
        api.wait_for(lambda: api.texts("lan"))
        api.faults.add("429", "sendMessage", times=1)
        api.stop()                          # refuses connections, until api.start()

`api.refusals` tells what was not accepted and why. An error comes with HTTP 200 or, with
`errors_as_status`, with the status of its code: nobody knows which of the two Zalo does.
It is stricter than Zalo is known to be: POST and JSON only, and no parameter it does not know.
"""
