"""The words of a verification as they are said in a call: a code is spoken or keyed in there, not written."""

from collections.abc import Mapping

INSTEAD: Mapping[str, Mapping[str, str]] = {
    "en": {"Please write it here": "Please say it, or key it in", "write NEW CODE": "say new code"},
    "de": {"Bitte schreiben Sie ihn hier": "Bitte sagen oder tippen Sie ihn", "schreiben Sie": "sagen Sie"},
    "es": {"Escríbalo aquí": "Dígalo o márquelo", "escriba": "diga"},
    "fr": {"Écrivez-le ici": "Dites-le ou composez-le", "écrivez": "dites"},
    "pt": {"Escreva-o aqui": "Diga-o ou digite-o", "escreva": "diga"},
    "ja": {"こちらにご入力ください": "お話しいただくか、ボタンを押してください"},
}


def said_aloud(text: str, language: str) -> str:
    """The same words, without asking a caller to write."""
    for written, spoken in INSTEAD.get(language, {}).items():
        text = text.replace(written, spoken)
    return text
