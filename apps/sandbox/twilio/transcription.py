"""The live transcriptions of a call, as Twilio makes them: from `<Start>` to `<Stop>` or the end of the call whatever
is said on the caller's line is told, what the caller says and what they hear, be it a person or our own words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

CALLER, HEARD = "inbound_track", "outbound_track"
Tell = Callable[[str, Mapping[str, str]], None]


@dataclass(slots=True, kw_only=True, eq=False)
class Transcriptions:
    """Each under its name; one without a name is stopped by the end of the call alone."""

    sid: str  # of the call
    account_sid: str
    now: Callable[[], datetime]
    tell: Tell
    _running: dict[str, dict[str, str]] = field(default_factory=dict)
    _sequence: int = 0

    def start(self, noun: Mapping[str, str]) -> None:
        self._running[noun.get("name", "")] = dict(noun)
        self._report(noun, "transcription-started", {})

    def stop(self, name: str) -> None:
        noun = self._running.pop(name, None) if name else None
        if noun is not None:
            self._report(noun, "transcription-stopped", {})

    def say(self, track: str, text: str, confidence: float) -> None:
        """Somebody said this."""
        data = json.dumps({"transcript": text, "confidence": confidence})
        for noun in list(self._running.values()):
            told = {"LanguageCode": noun.get("languageCode", "en-US"), "TranscriptionData": data, "Final": "true"}
            self._report(noun, "transcription-content", {**told, "Track": track})

    def end(self) -> None:
        """The call is over."""
        for noun in self._running.values():
            self._report(noun, "transcription-stopped", {})
        self._running.clear()

    def _report(self, noun: Mapping[str, str], event: str, more: Mapping[str, str]) -> None:
        if not noun.get("statusCallbackUrl"):
            return
        self._sequence += 1
        form = {
            "AccountSid": self.account_sid,
            "CallSid": self.sid,
            "TranscriptionSid": "GT" + self.sid[2:],
            "TranscriptionEvent": event,
            "Timestamp": self.now().isoformat().replace("+00:00", "Z"),
            "SequenceId": str(self._sequence),
            **more,
        }
        self.tell(noun["statusCallbackUrl"], form)
