"""A call's script as TwiML."""

from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial as DialVerb  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Gather, Start, Stop, VoiceResponse

from core.text.call_words import LOCALES
from core.voice.script import Ask, Dial, Go, HangUp, Say, Script, StopTranscribing, Transcribe, Verb, Wait, Way

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
