"""What the customers of a simulated year write: each intent in four languages, no two alike for long."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Wordings of one intent; `{thing}` is what they have bought, `{when}` since when.
Wordings = Mapping[str, Sequence[str]]
WORDINGS: Mapping[str, Wordings] = {
    "refund_status": {
        "en": (
            "Where is my refund? I sent the {thing} back {when}.",
            "I returned the {thing} {when} and the money is still not on my account.",
            "How long does the refund take? You have had the {thing} {when}.",
            "Has my refund for the {thing} been paid out yet?",
            "Still waiting for my money back for the {thing} that I returned {when}.",
        ),
        "de": (
            "Wo bleibt meine Erstattung? Ich habe das Gerät ({thing}) {when} zurückgeschickt.",
            "Wann bekomme ich mein Geld für das zurückgesendete Gerät ({thing}) zurück?",
            "Die Rückerstattung für {thing} ist noch nicht auf meinem Konto.",
        ),
        "es": (
            "¿Dónde está mi reembolso? Devolví el aparato ({thing}) {when}.",
            "¿Cuándo recibo el dinero de la devolución de {thing}?",
            "Todavía no me ha llegado el reembolso de {thing}.",
        ),
        "fr": (
            "Où en est mon remboursement ? J'ai renvoyé l'appareil ({thing}) {when}.",
            "Quand vais-je être remboursé pour le retour de {thing} ?",
            "Je n'ai toujours pas reçu le remboursement de {thing}.",
        ),
    },
    "password_reset": {
        "en": (
            "I forgot my password and cannot log in to the app any more.",
            "How do I reset my password?",
            "The link to reset my password does not arrive.",
            "I would like to set a new password, I do not remember the old one.",
            "My password does not work any longer, how can I get a new one?",
        ),
        "de": (
            "Ich habe mein Passwort vergessen und komme nicht mehr in die App.",
            "Wie kann ich mein Passwort zurücksetzen?",
            "Der Link zum Zurücksetzen des Passworts kommt nicht an.",
        ),
        "es": (
            "He olvidado mi contraseña y no puedo entrar en la aplicación.",
            "¿Cómo puedo restablecer mi contraseña?",
            "No me llega el enlace para cambiar la contraseña.",
        ),
        "fr": (
            "J'ai oublié mon mot de passe et je ne peux plus me connecter.",
            "Comment réinitialiser mon mot de passe ?",
            "Le lien pour changer mon mot de passe n'arrive pas.",
        ),
    },
    "device_offline": {
        "en": (
            "My {thing} has been offline {when}.",
            "The app says that the {thing} is offline, what can I do?",
            "The {thing} shows as offline and does not react any more.",
            "My {thing} lost its connection {when} and stays offline.",
            "Device offline: the {thing} cannot be reached from the app.",
        ),
        "de": (
            "Mein Gerät ({thing}) ist {when} offline.",
            "Die App zeigt das Gerät ({thing}) als offline an. Was kann ich tun?",
            "Das Gerät ({thing}) ist nicht mehr erreichbar und bleibt offline.",
        ),
        "es": (
            "Mi dispositivo ({thing}) está sin conexión {when}.",
            "La aplicación dice que el dispositivo ({thing}) está desconectado. ¿Qué puedo hacer?",
            "El dispositivo ({thing}) aparece sin conexión y no responde.",
        ),
        "fr": (
            "Mon appareil ({thing}) est hors ligne {when}.",
            "L'application indique que l'appareil ({thing}) est hors ligne. Que faire ?",
            "L'appareil ({thing}) reste hors ligne et ne répond plus.",
        ),
    },
    "battery_problem": {
        "en": (
            "The battery of my {thing} runs down far too quickly.",
            "How long should the battery of the {thing} last? Mine is empty after two weeks.",
            "The {thing} needs a new battery all the time.",
            "My {thing} drains its battery within days {when}.",
            "Battery low again on the {thing}, although I charged it last week.",
        ),
        "de": (
            "Der Akku meines Geräts ({thing}) ist viel zu schnell leer.",
            "Wie lange hält die Batterie des Geräts ({thing})?",
            "Die Batterie des Geräts ({thing}) ist schon wieder leer.",
        ),
        "es": (
            "La batería de mi dispositivo ({thing}) se agota demasiado rápido.",
            "¿Cuánto dura la batería del dispositivo ({thing})?",
            "La batería del dispositivo ({thing}) vuelve a estar vacía.",
        ),
        "fr": (
            "La batterie de mon appareil ({thing}) se vide beaucoup trop vite.",
            "Combien de temps dure la batterie de l'appareil ({thing}) ?",
            "La batterie de l'appareil ({thing}) est encore vide.",
        ),
    },
    "return_item": {
        "en": (
            "I would like to return the {thing}. How does that work?",
            "How can I send the {thing} back?",
            "I want to return the {thing}, it is not what I was looking for.",
            "Where do I find the label to return my {thing}?",
            "Can I still return the {thing}? I bought it {when}.",
        ),
        "de": (
            "Ich möchte das Gerät ({thing}) zurückgeben. Wie geht das?",
            "Wie kann ich das Gerät ({thing}) zurückschicken?",
            "Wo finde ich das Rücksendeetikett für {thing}?",
        ),
        "es": (
            "Quiero devolver el dispositivo ({thing}). ¿Cómo lo hago?",
            "¿Cómo puedo devolver el aparato ({thing})?",
            "¿Dónde encuentro la etiqueta de devolución para {thing}?",
        ),
        "fr": (
            "Je voudrais retourner l'appareil ({thing}). Comment faire ?",
            "Comment puis-je renvoyer l'appareil ({thing}) ?",
            "Où trouver l'étiquette de retour pour {thing} ?",
        ),
    },
    "warranty": {
        "en": (
            "My {thing} broke. Is it still under warranty?",
            "How long is the warranty on the {thing}?",
            "The {thing} is defective, I would like to claim the warranty.",
            "Does the warranty cover a {thing} that stopped working {when}?",
            "I want to make a warranty claim for my {thing}.",
        ),
        "de": (
            "Mein Gerät ({thing}) ist kaputt. Habe ich noch Garantie?",
            "Wie lange gilt die Garantie für das Gerät ({thing})?",
            "Ich möchte einen Garantiefall für {thing} melden.",
        ),
        "es": (
            "Mi dispositivo ({thing}) se ha roto. ¿Sigue en garantía?",
            "¿Cuánto dura la garantía del dispositivo ({thing})?",
            "Quiero reclamar la garantía de mi dispositivo ({thing}).",
        ),
        "fr": (
            "Mon appareil ({thing}) est cassé. Est-il encore sous garantie ?",
            "Combien de temps dure la garantie de l'appareil ({thing}) ?",
            "Je voudrais faire jouer la garantie de mon appareil ({thing}).",
        ),
    },
}
THINGS = ("thermostat", "doorbell", "hub", "leak sensor", "chime", "camera")
WHEN: Mapping[str, Sequence[str]] = {
    "en": ("since yesterday", "for two weeks now", "since Monday", "for ten days"),
    "de": ("seit gestern", "seit zwei Wochen", "seit Montag", "seit zehn Tagen"),
    "es": ("desde ayer", "desde hace dos semanas", "desde el lunes", "desde hace diez días"),
    "fr": ("depuis hier", "depuis deux semaines", "depuis lundi", "depuis dix jours"),
}
OPENERS: Mapping[str, Sequence[str]] = {
    "en": ("", "", "Hello, ", "Hi there, ", "Good morning. ", "Dear team, "),
    "de": ("", "", "Hallo, ", "Guten Tag. ", "Liebes Team, "),
    "es": ("", "", "Hola, ", "Buenos días. ", "Estimado equipo: "),
    "fr": ("", "", "Bonjour, ", "Bonjour à tous. ", "Chère équipe, "),
}
CLOSERS: Mapping[str, Sequence[str]] = {
    "en": ("", "", " Thanks in advance.", " Please let me know.", " Best regards"),
    "de": ("", "", " Vielen Dank im Voraus.", " Bitte geben Sie mir Bescheid."),
    "es": ("", "", " Muchas gracias de antemano.", " Quedo a la espera."),
    "fr": ("", "", " Merci d'avance.", " Merci de me tenir au courant."),
}
AGAIN: Mapping[str, str] = {
    "en": "It is still the same, I am afraid. Could you look at it once more?",
    "de": "Es ist leider immer noch so. Können Sie bitte noch einmal nachsehen?",
    "es": "Por desgracia sigue igual. ¿Pueden mirarlo otra vez, por favor?",
    "fr": "C'est malheureusement toujours pareil. Pouvez-vous regarder encore une fois ?",
}
ANSWERS: Mapping[str, str] = {
    "en": "We have looked into it and put it right. All of it is in order now.",
    "de": "Wir haben es geprüft und in Ordnung gebracht. Jetzt stimmt alles.",
    "es": "Lo hemos comprobado y corregido. Ahora está todo en orden.",
    "fr": "Nous avons vérifié et corrigé. Tout est en ordre maintenant.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Somebody's own way to say it: `nth` of the wordings, so that who comes back says it otherwise."""

    intent: str
    language: str
    nth: int
    thing: str

    @property
    def again(self) -> "Wording":
        return Wording(intent=self.intent, language=self.language, nth=self.nth + 1, thing=self.thing)

    def text(self, chance: random.Random) -> str:
        ways = WORDINGS[self.intent][self.language]
        said = ways[self.nth % len(ways)].format(thing=self.thing, when=chance.choice(WHEN[self.language]))
        opener = chance.choice(OPENERS[self.language])
        if opener.endswith(", "):
            said = said[0].lower() + said[1:] if said[:2] not in ("I ", "I'") and self.language != "de" else said
        return opener + said + chance.choice(CLOSERS[self.language])
