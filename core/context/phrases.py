"""How customers say that a message goes on with something, or that it does not."""

import re

GOES_ON = re.compile(
    r"\b(?:again|still|any (?:news|update)|update on|follow(?:ing)? up|once more|as (?:discussed|agreed)"
    r"|as i (?:wrote|said)|you (?:promised|said|told|wrote)|me again|not yet|same (?:problem|issue|error|thing)"
    r"|my (?:last|earlier|previous)"
    r"|immer noch|schon wieder|nochmals?|erneut|wie besprochen|gibt es (?:was|etwas) neues"
    r"|otra vez|de nuevo|todavía|sigue|novedades|encore|toujours|à nouveau|des nouvelles|ainda|de novo|novidades)\b"
    r"|まだ|その後|また",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:(?:another|different|new|separate|unrelated) (?:question|matter|thing|issue|topic|problem|request)"
    r"|something else|(?:andere|neue)[srn]? (?:frage|sache|thema|anliegen)|etwas anderes"
    r"|otr[oa] (?:pregunta|asunto|cosa|tema)|autre (?:question|chose|sujet)|outr[oa] (?:pergunta|assunto|coisa))\b"
    r"|別件|別の質問",
    re.IGNORECASE,
)
NAMES_TICKET = re.compile(
    r"(?:ticket|case|request|vorgang|anfrage|#)\s*(?:no\.?|number|nr\.?)?\s*#?\s*(\d{2,})", re.IGNORECASE
)
