"""What is said about appointments, in the languages that we serve."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """`{time}` and `{before}` are times as they are said. `taken`: it was free a moment ago; `gone`: when it was to be
    booked. No answer that is asked for may be a word that ends all messages (`core.read.opt_out`), as "cancel" is."""

    offer: str
    others: str
    taken: str
    confirm: str
    confirm_move: str
    confirm_cancel: str
    existing: str
    booked: str
    moved: str
    cancelled: str
    kept: str
    gone: str
    none_fits: str
    move: str
    cancel: str
    keep: str
    yes: str
    no: str


ENGLISH = Lines(
    offer="Which of these times suits you?",
    others="Then one of these?",
    taken="I am sorry, that time has just been taken. Does one of these suit you?",
    confirm="That is {time}. Shall I book it?",
    confirm_move="That is {time} instead of {before}. Shall I change it?",
    confirm_cancel="You have {before}. Shall I call it off?",
    existing="You have an appointment on {before}. Shall I move it, call it off or keep it?",
    booked="Booked: {time}.",
    moved="Changed: your appointment is now {time}, not {before}.",
    cancelled="Cancelled: your appointment on {before}.",
    kept="Your appointment stays on {before}.",
    gone="I am sorry: that time was taken before I could book it. Shall I look for another?",
    none_fits="None of these",
    move="Move",
    cancel="Call it off",
    keep="Keep",
    yes="Yes",
    no="No",
)
GERMAN = Lines(
    offer="Welche dieser Zeiten passt Ihnen?",
    others="Passt eine von diesen?",
    taken="Es tut mir leid, diese Zeit ist gerade vergeben worden. Passt Ihnen eine von diesen?",
    confirm="Das ist {time}. Soll ich buchen?",
    confirm_move="Das ist {time} statt {before}. Soll ich das ändern?",
    confirm_cancel="Ihr Termin ist {before}. Soll ich ihn absagen?",
    existing="Sie haben einen Termin: {before}. Soll ich ihn verschieben, absagen oder behalten?",
    booked="Gebucht: {time}.",
    moved="Geändert: Ihr Termin ist jetzt {time}, nicht mehr {before}.",
    cancelled="Abgesagt: Ihr Termin {before}.",
    kept="Ihr Termin bleibt: {before}.",
    gone="Es tut mir leid: Diese Zeit war vergeben, bevor ich buchen konnte. Soll ich eine andere suchen?",
    none_fits="Keine davon",
    move="Verschieben",
    cancel="Absagen",
    keep="Behalten",
    yes="Ja",
    no="Nein",
)
SPANISH = Lines(
    offer="¿Cuál de estas horas le viene bien?",
    others="¿Y alguna de estas?",
    taken="Lo siento, esa hora acaba de ocuparse. ¿Le viene bien alguna de estas?",
    confirm="Es el {time}. ¿La reservo?",
    confirm_move="Es el {time} en lugar del {before}. ¿La cambio?",
    confirm_cancel="Tiene cita el {before}. ¿La anulo?",
    existing="Tiene una cita el {before}. ¿La cambio, la anulo o la mantengo?",
    booked="Reservado: {time}.",
    moved="Cambiado: su cita es ahora el {time}, ya no el {before}.",
    cancelled="Cancelada: su cita del {before}.",
    kept="Su cita sigue siendo el {before}.",
    gone="Lo siento: esa hora se ocupó antes de que pudiera reservarla. ¿Busco otra?",
    none_fits="Ninguna",
    move="Cambiar",
    cancel="Anular",
    keep="Mantener",
    yes="Sí",
    no="No",
)
FRENCH = Lines(
    offer="Lequel de ces horaires vous convient ?",
    others="Alors l'un de ceux-ci ?",
    taken="Je suis désolé, cet horaire vient d'être pris. L'un de ceux-ci vous convient-il ?",
    confirm="C'est le {time}. Je réserve ?",
    confirm_move="C'est le {time} au lieu du {before}. Je le change ?",
    confirm_cancel="Vous avez rendez-vous le {before}. Je l'annule ?",
    existing="Vous avez un rendez-vous le {before}. Faut-il le déplacer, l'annuler ou le garder ?",
    booked="Réservé : {time}.",
    moved="Modifié : votre rendez-vous est maintenant le {time}, et non plus le {before}.",
    cancelled="Annulé : votre rendez-vous du {before}.",
    kept="Votre rendez-vous reste le {before}.",
    gone="Je suis désolé : cet horaire a été pris avant que je puisse le réserver. Faut-il en chercher un autre ?",
    none_fits="Aucun",
    move="Déplacer",
    cancel="Annuler",
    keep="Garder",
    yes="Oui",
    no="Non",
)
PORTUGUESE = Lines(
    offer="Qual destes horários lhe convém?",
    others="Então algum destes?",
    taken="Lamento, esse horário acabou de ser ocupado. Algum destes lhe convém?",
    confirm="É {time}. Posso marcar?",
    confirm_move="É {time} em vez de {before}. Posso alterar?",
    confirm_cancel="Tem marcação: {before}. Posso desmarcá-la?",
    existing="Tem uma marcação: {before}. Quer alterar, desmarcar ou manter?",
    booked="Marcado: {time}.",
    moved="Alterado: a sua marcação passa a ser {time}, e não {before}.",
    cancelled="Cancelada: a sua marcação de {before}.",
    kept="A sua marcação mantém-se: {before}.",
    gone="Lamento: esse horário foi ocupado antes de eu o poder marcar. Procuro outro?",
    none_fits="Nenhum",
    move="Alterar",
    cancel="Desmarcar",
    keep="Manter",
    yes="Sim",
    no="Não",
)
JAPANESE = Lines(
    offer="次のうち、ご都合のよい日時はどれですか?",
    others="こちらの日時はいかがですか?",
    taken="申し訳ありません。その日時は埋まってしまいました。次のうちご都合のよいものはありますか?",
    confirm="{time}ですね。予約してよろしいですか?",
    confirm_move="{before}から{time}へ変更してよろしいですか?",
    confirm_cancel="{before}のご予約をキャンセルしてよろしいですか?",
    existing="{before}にご予約があります。変更、キャンセル、そのまま、どれになさいますか?",
    booked="予約しました:{time}。",
    moved="{before}から{time}に変更しました。",
    cancelled="{before}のご予約をキャンセルしました。",
    kept="ご予約は{before}のままです。",
    gone="申し訳ありません。予約の前にその日時が埋まりました。別の日時をお探ししますか?",
    none_fits="どれも合わない",
    move="変更",
    cancel="キャンセル",
    keep="そのまま",
    yes="はい",
    no="いいえ",
)
LINES: Mapping[str, Lines] = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "pt": PORTUGUESE,
    "ja": JAPANESE,
}


def lines_of(language: str) -> Lines:
    """English for a language that nobody wrote lines in."""
    return LINES.get(language, ENGLISH)
