"""One line that a STOP or a START was heard, where nobody but us says it."""

from dataclasses import dataclass

from core.consent.opt_outs import withdrawn
from core.execute.plan_words import Saying
from core.model.conversation import MessageKind
from core.model.customer import TEXTED
from core.model.outbound import Effect

CONFIRMATION = "opt_out_confirmation"
OPTED_OUT, OPTED_IN = "opted_out", "opted_in"
# No question and nothing besides: a confirmation of an opt-out may say no more than that.
HEARD = {
    OPTED_OUT: {
        "en": "You will get no more messages from {company}. Reply START if you want them again.",
        "de": "Sie erhalten keine Nachrichten mehr von {company}. Antworten Sie START, wenn Sie wieder welche möchten.",
        "es": "No recibirá más mensajes de {company}. Responda START si quiere recibirlos de nuevo.",
        "fr": "Vous ne recevrez plus de messages de {company}. Répondez START pour en recevoir à nouveau.",
        "pt": "Não receberá mais mensagens de {company}. Responda START se quiser voltar a recebê-las.",
        "ja": "{company}からのメッセージを停止しました。再開するには START と返信してください。",
    },
    OPTED_IN: {
        "en": "You will get messages from {company} here again. Reply STOP to end them.",
        "de": "Sie erhalten hier wieder Nachrichten von {company}. Antworten Sie STOP, um sie zu beenden.",
        "es": "Volverá a recibir aquí mensajes de {company}. Responda STOP para dejar de recibirlos.",
        "fr": "Vous recevrez à nouveau ici des messages de {company}. Répondez STOP pour les arrêter.",
        "pt": "Voltará a receber aqui mensagens de {company}. Responda STOP para deixar de as receber.",
        "ja": "{company}からのメッセージを再開しました。停止するには STOP と返信してください。",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opting(Saying):
    """What is said to a customer who opts out or in."""

    def heard(self) -> list[Effect]:
        """Once, by text message or WhatsApp, under a standing approval of its own; nothing where the vendor has said it
        or the customer was told before."""
        words = HEARD.get(self.decision.disposition.rule)
        if words is None or self.latest.channel not in TEXTED or self.latest.kind is not MessageKind.WORDS:
            return []
        if CONFIRMATION not in self.policy.standing or self._known:
            return []
        text = words.get(self.language, words["en"]).format(company=self.style.company)
        return self.to_customer(text, CONFIRMATION)

    @property
    def _known(self) -> bool:
        is_out = withdrawn(self.case.customer, self.latest.channel)
        return is_out is (self.decision.disposition.rule == OPTED_OUT)
