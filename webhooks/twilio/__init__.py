"""What Twilio tells us: texts, WhatsApp messages, and what became of ours."""

# What the addresses that Twilio is given end with ("connection overrides"): by itself it tries once more, and only
# where it could not connect. It leaves the fragment out of what it requests and signs, and gives up after 15 s in all.
RETRIES = "#rc=5&rp=all&ct=2000&rt=5000"
