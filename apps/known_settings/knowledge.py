"""The settings of what is read and searched for answers."""

from apps.known_settings.setting import Setting

KNOWLEDGE: tuple[Setting, ...] = (
    Setting(
        key="encoder",
        default="minilm",
        choices=("minilm", "both"),
        help="both: questions in other languages than the articles' find them too (needs the extra `languages`)",
    ),
    Setting(
        key="knowledge.tickets",
        default="false",
        choices=("true", "false"),
        help="whether agents find solved tickets too, with personal data taken out",
    ),
    Setting(
        key="knowledge.macros", default="false", choices=("true", "false"), help="whether agents find macros' texts too"
    ),
    Setting(
        key="knowledge.about",
        default="none",
        choices=("none", "labels", "section"),
        help="where the help center says what an article is about (a product, a place)",
    ),
    Setting(key="knowledge.about_prefix", default="", help="only labels that begin so name what an article is about"),
)
