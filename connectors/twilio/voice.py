"""A call's script as TwiML."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Dial as DialVerb  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Gather, Start, Stop, VoiceResponse

from connectors.twilio.client import TwilioAccount, connect
from connectors.twilio.errors import translate_errors
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from core.text.call_words import LOCALES
from core.voice.live_call import tell_on_call
from core.voice.script import (
    Ask,
    Dial,
    Go,
    HangUp,
    Rendered,
    Say,
    Script,
    StopTranscribing,
    Transcribe,
    Verb,
    Wait,
    Way,
)

LIVE = "live"  # the transcription of a call, so that it can be stopped
PATH = "/webhooks/twilio/voice"


class VoiceTwiml:
    """`core.voice.script.Rendered`. `public_url` is the address at which Twilio reaches us."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url.rstrip("/") + PATH

    def __call__(self, script: Script) -> str:
        response = VoiceResponse()
        for verb in script:
            self._add(response, verb)
        return str(response)

    def url(self, way: Way) -> str:
        query = f"?{urlencode(way.told)}" if way.told else ""
        return f"{self._base}/{way.path}{query}" if way.path else f"{self._base}{query}"

    def _add(self, response: VoiceResponse, verb: Verb) -> None:
        match verb:
            case Say():
                response.say(verb.text, language=_locale(verb.language))
            case Ask():
                response.append(self._asking(verb))
            case Wait():
                response.pause(length=verb.seconds)
            case Go():
                response.redirect(self.url(verb.to), method="POST")
            case Transcribe():
                response.append(self._transcribing(verb))
            case StopTranscribing():
                stop = Stop()
                stop.transcription(name=LIVE)
                response.append(stop)
            case Dial():
                response.append(self._dialling(verb))
            case HangUp():
                response.reject(reason="busy") if verb.unanswered else response.hangup()

    def _asking(self, verb: Ask) -> Gather:
        gather = Gather(
            input="dtmf" if verb.keys_only else "dtmf speech",
            action=self.url(verb.then),
            method="POST",
            num_digits=verb.digits,
            timeout=verb.patience,
            language=_locale(verb.language),
            # Silence is told too: somebody has to ask again, and in the end to fetch a person.
            action_on_empty_result=True,
            **({} if verb.keys_only else {"speech_timeout": "auto", "barge_in": True}),
        )
        for line in verb.lines:
            gather.say(line.text, language=_locale(line.language))
        return gather

    def _transcribing(self, verb: Transcribe) -> Start:
        start = Start()
        start.transcription(
            name=LIVE,
            status_callback_url=self.url(verb.to),
            status_callback_method="POST",
            track="both_tracks",
            language_code=_locale(verb.language),
            partial_results=False,
            enable_automatic_punctuation=True,
        )
        return start

    def _dialling(self, verb: Dial) -> DialVerb:
        dial = DialVerb(
            action=self.url(verb.then),
            method="POST",
            timeout=verb.seconds,
            caller_id=verb.caller_id,
            # The caller hears ringing until a person has pressed a key, and not the whisper.
            answer_on_bridge=True,
        )
        dial.number(verb.number, url=self.url(verb.whisper), method="POST")
        return dial


def _locale(language: str) -> str:
    return LOCALES.get(language, LOCALES["en"])


# The words that reach a live call.


class TwilioVoice:
    """Implements `core.ports.Messenger` for calls: what is said interrupts the waiting of a live call."""

    def __init__(
        self,
        account: TwilioAccount,
        twiml: Rendered,
        client: Client | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client or connect(account)
        self._twiml, self._now = twiml, now

    def send(self, outgoing: Outgoing) -> Receipt:
        """RejectedError where the caller has hung up."""
        twiml = self._twiml(tell_on_call(outgoing, self._now()))
        with translate_errors("speak in a call", write=True):
            self._client.calls(outgoing.to).update(twiml=twiml)
        # Not as the caller's answer to it is named: both stand on one timeline.
        return Receipt(ref=f"{outgoing.to}/{outgoing.effect_id}")

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """A call does not tell what was said in it; whoever hears nothing for too long is put through to a person."""
        return None
