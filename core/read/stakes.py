"""Where much is at stake for the customer: fraud, a locked account, health, a vulnerable person."""

from core.read.rule import Rule

_DEED = (
    r"(?:order|purchase|payment|charge|transaction|debit|withdrawal|login|log-in|sign-in|sign in|device"
    r"|subscription)s?"
)
_MINE = r"(?:account|card|profile|login|e-?mail|name|identity|password|paypal|bank account|details|address)"

FRAUD = Rule(
    trigger="fraud",
    label="Possible fraud",
    why="Somebody else may be using the customer's account or card.",
    patterns=(
        r"fraud(?:ulent|ulently|ster|sters)?|phishing|identity theft|scam(?:med|mer|mers|ming)?|hacked"
        r"|hacker|hijacked|compromised",
        rf"unauthori[sz]ed (?:\w+ )?{_DEED}|unauthori[sz]ed access",
        rf"(?:unknown|strange|suspicious|unfamiliar|unrecogni[sz]ed) (?:\w+ )?(?:{_DEED}|e-?mail|message"
        rf"|text|call|activity|sms)",
        rf"(?:i|we) (?:did not|didn't|never|have not|haven't|had not|hadn't)(?: \w+)? (?:ma(?:de|ke)"
        rf"|place[d]?|authori[sz]ed?|order(?:ed)?|buy|bought|approve[d]?|request(?:ed)?|set up"
        rf"|sign(?:ed)? (?:in|up)) (?:this|that|it|any|the|an|these|those|such)(?: {_DEED})?",
        rf"{_DEED}(?: on my \w+)?(?: that| which)? (?:i|we) (?:did not|didn't|never|haven't|don't"
        rf"|do not) (?:\w+ )?(?:ma(?:de|ke)|placed?|authori[sz]ed?|recogni[sz]ed?|ordered|know|approved?"
        rf"|requested?)",
        rf"(?:don't|do not|doesn't|cannot|can't) recogni[sz]e (?:\w+ ){{0,3}}{_DEED}",
        rf"(?:someone|somebody|a stranger|another person|an unknown person"
        rf"|people)(?: else)?(?: \w+)? (?:has |have |is |was |had )?(?:logged in(?:to)?|signed in(?:to)?"
        rf"|hacked|used|using|stole|stolen|took over|taken over|ordered|bought|accessed|got into"
        rf"|broke into|changed)(?: \w+){{0,3}}? (?:my|our|with my|from my|in my|on my|under my) {_MINE}",
        r"(?:sign-?in|log-?in|order|payment|charge)s?(?: \w+){0,4} (?:was not|wasn't|isn't"
        r"|is not) (?:me|mine|by me|from me)",
        r"(?:somebody|someone) (?:logged|signed) in from \w+",
        r"(?:my|our) (?:credit |debit |bank )?(?:card|identity|account|details) (?:was|were|is|has been"
        r"|have been|got|just got) (?:stolen|hacked|cloned|misused|taken over|compromised)",
        r"(?:that|this|it) (?:was not|wasn't) me",
        r"betrug|betrüger\w*|betrogen|gehackt|phishing|identitätsdiebstahl|unberechtigte? (?:abbuchung"
        r"|zahlung|zugriff|bestellung)|unbekannte[rnms]? (?:bestellung|abbuchung|anmeldung|gerät|zahlung)",
        r"(?:habe ich|ich habe)(?: [\wäöüß]+){0,4}? (?:nie|nicht)(?: [\wäöüß]+){0,2}? (?:bestellt|gekauft"
        r"|autorisiert|veranlasst)|(?:jemand|fremde[r]?)(?: [\wäöüß]+){0,5}? (?:konto"
        r"|karte) (?:\w+ )?(?:benutzt|verwendet|angemeldet|zugegriffen)",
        r"fraude|estafa|hackea(?:do|da|ron)|suplantación|no (?:he hecho|hice|reconozco"
        r"|autoricé)(?: \w+){0,2} (?:pedido|compra|cargo|pago|transacción)",
        r"arnaque|pirat(?:é|age)|hameçonnage|usurpation|(?:commande|paiement|débit"
        r"|connexion)(?: \w+){0,3} (?:que )?je n'ai (?:pas|jamais)(?: \w+)?|je n'ai (?:pas"
        r"|jamais) (?:passé|fait|autorisé) cette? \w+",
    ),
    unless=(
        r"(?:didn't|did not|never|couldn't) make (?:it|this|that) (?:to|in|on|into|for|past|home)",
        r"(?:you|you're|you are|larkfield|this company|this shop|your company|your (?:shop|service"
        r"|product|subscription)|this|it|what|such|total|complete|absolute|pure)(?: is| are|'s"
        r"|'re)?(?: all| just| nothing but| basically)? (?:an? )?(?:total |complete |absolute |big "
        r"|huge )?(?:scam(?:mers?)?|fraud(?:sters?)?)(?! (?:e-?mail|message|text|call))",
        r"(?:fraud|scam|phishing) (?:protection|prevention|detection|insurance)",
        r"life ?hack\w*",
        r"(?:vor|gegen|contra el|contra la|contre la|contre l'|contre les) ?(?:betrug|betrügern?|fraude|estafas?"
        r"|arnaques?|phishing)|(?:fast|presque de l'|casi una|parece una|grenzt an) ?(?:betrug|arnaque|estafa|fraude)",
    ),
    confidence=0.9,
)

LOCKOUT = Rule(
    trigger="account_lockout",
    label="Locked out of the account",
    why="The customer cannot reach their account; letting the wrong person in would be worse.",
    patterns=(
        r"locked (?:me )?out(?: of (?:my |the |our )?(?:account|profile|app|login))?",
        r"(?:account|acc|acct|profile|login|access)(?: \w+){0,2} (?:is|was|has been|got|gets|been|seems"
        r"|shows as|says it is|says) (?:\w+ )?(?:locked|blocked|suspended|disabled|banned|deactivated"
        r"|frozen|restricted|closed by you|terminated)",
        r"(?:locked|blocked|suspended|disabled|banned|deactivated|froze|frozen|closed)(?: \w+)? (?:my"
        r"|our) (?:\w+ )?(?:account|acc|profile|access)",
        r"(?:locked|blocked|suspended|disabled|banned) (?:account|acc|profile)",
        r"(?:is|was|got|are) (?:my|our) (?:\w+ )?(?:account|acc|acct|profile|access) (?:\w+ )?(?:locked"
        r"|blocked|suspended|disabled|banned"
        r"|deactivated|frozen|restricted)|(?:account|acc) (?:locked|blocked|suspended|disabled|banned"
        r"|deactivated)",
        r"unlock (?:my|our|the|this) (?:\w+ )?(?:account|acc|profile)",
        r"(?:konto|account|zugang|profil)(?: [\wäöüß]+){0,3}? (?:gesperrt|blockiert|deaktiviert"
        r"|eingefroren)|(?:gesperrte[sn]?|blockierte[sn]?) (?:konto|account)|ausgesperrt|(?:konto"
        r"|account) entsperren",
        r"cuenta(?: \w+){0,3}? (?:bloqueada|suspendida|desactivada|cerrada)|(?:bloquearon|bloqueado"
        r"|suspendido)(?: \w+)? mi cuenta|desbloquear (?:mi|la) cuenta",
        r"compte(?: \w+){0,3}? (?:bloqué|suspendu|verrouillé|désactivé)|(?:bloqué|suspendu) mon compte"
        r"|débloquer mon compte",
    ),
    unless=(
        r"locked (?:me )?out of (?:my |the |our )?(?:house|home|flat|car|office|apartment|building|garage)",
        r"(?:what|why|when|how)(?: \w+){0,3} (?:happens|would|could|might)(?: \w+){0,3} (?:account"
        r"|acc)(?: \w+){0,2} (?:locked|blocked)",
    ),
    confidence=0.85,
)

HEALTH = Rule(
    trigger="health_urgency",
    label="Somebody may be in danger",
    why="Life or health may be in danger; nothing automatic may stand between the customer and a person.",
    patterns=(
        r"chest pains?|heart attack|stroke symptoms|can(?:not|'t| not) breathe|(?:trouble|difficulty"
        r"|problems?) breathing|unconscious|passed out|collapsed|seizure|allergic reaction|overdose"
        r"|bleeding",
        r"(?:call(?:ed|ing)?|need(?:ed|s)?|sent for) (?:an |the )?(?:ambulance|paramedics?|fire brigade"
        r"|fire department|fire service)|emergency services|in (?:the )?(?:hospital|a&e|intensive care"
        r"|er) (?:because|after|from|with burns)",
        r"carbon monoxide|co (?:alarm|poisoning)|(?:smell(?:s|ing|ed)?|reek\w*"
        r"|stink\w*)(?: \w+){0,2} (?:of |like )?(?:gas|burning|burnt|smoke|burned plastic)"
        r"|gas (?:leak(?:ing)?|smell)|smell of (?:gas|burning|smoke)",
        r"(?:electric(?:al)?|got an? electric|bad) shock|electrocuted|shock(?:ed)? (?:me|my \w+|him"
        r"|her)(?: when| by| from)",
        r"(?:is|are|was|it's|started|starts|starting|began|keeps?|it|hub|battery|device|thermostat"
        r"|doorbell|receiver|adapter|plug|boiler) (?:\w+ )?(?:smok(?:e|ing)|sparking|sparks|burning"
        r"|on fire|in flames|melting|melted|exploded|exploding)|(?:caught|catch(?:es|ing)?|on) fire"
        r"|(?:smoke|sparks|flames?) (?:is |are )?(?:coming|pouring|came|shooting)(?: \w+){0,3}",
        r"burn(?:t|ed|s) (?:my|his|her|our) (?:hand|hands|finger|fingers|arm|face|skin|child|son"
        r"|daughter)|(?:hurt|injured|wounded) (?:my|me|him|her|myself|our|the) ?\w*|(?:i|we"
        r"|my \w+) (?:was|were|got|am|is) (?:hurt|injured|burned|burnt)",
        r"(?:want to|going to|might) (?:die|kill myself|end my life|harm myself)|suicid(?:e|al)"
        r"|self[- ]harm",
        r"water (?:is )?(?:running|coming|dripping|pouring|leaking|near|on|in|into"
        r"|over)(?: \w+){0,4} (?:sockets?|electrics|fuse box|electricity|wiring)",
        r"hypothermi\w*|frostbite",
        r"brustschmerz\w*|herzinfarkt|bewusstlos|atemnot|keine luft (?:mehr|bekommen)|krankenwagen"
        r"|notarzt|gasgeruch|(?:riecht|stinkt)(?: [\wäöüß]+){0,2} (?:nach )?(?:gas|verbrannt\w*|rauch)"
        r"|stromschlag|(?:raucht|brennt|qualmt|funken|explodiert)(?! nicht)|kohlenmonoxid|verletzt"
        r"|verbrannt|lebensgefahr|umbringen",
        r"dolor(?:es)? (?:de|en el) pecho|no puedo respirar|ambulancia|huele a (?:gas|quemado)"
        r"|olor a (?:gas|quemado)|descarga eléctrica|(?:está|estaba) (?:ardiendo|echando humo)|echa humo"
        r"|herid[oa]|quemadura",
        r"douleurs? (?:à la|dans la) poitrine|ne (?:peux|peut) (?:pas|plus) respirer|ambulance"
        r"|odeur de (?:gaz|brûlé)|sent le (?:gaz|brûlé)|choc électrique|électrocuté|(?:prend|pris) feu"
        r"|fume|blessé\w*|brûlure",
    ),
    unless=(
        r"(?:does|do|can|could|would|will|is|are)(?: \w+){0,4} (?:detect|sense|recogni[sz]e|measure"
        r"|notice|warn)(?: \w+){0,4}",
        r"(?:smoke|fire|gas|co|carbon monoxide) (?:detector|alarm|sensor)s?(?! (?:is going|went|goes"
        r"|keeps|going) off)",
        r"(?:fire ?wall|fire ?tv|fire stick|fire tablet|smoke test|burning question|deadline is burning)",
        r"(?:wallet|budget|feelings?|pride|eyes?) (?:is |are )?(?:bleeding|hurt|burning)",
        r"(?:cd|dvd|calories) burn\w*",
    ),
    confidence=0.9,
)

_PERSON = (
    r"(?:i|i'm|i am|my (?:late |dear |elderly |old |disabled )?(?:wife|husband|partner|mother|father|mum"
    r"|mom|dad|son|daughter"
    r"|child|baby|brother|sister|grandmother|grandfather|grandma|grandpa|parents?|neighbour|aunt|uncle"
    r"|friend)|he|she|we)"
)
_NO_HEAT = (
    r"(?:no |without |hasn't |haven't |not )(?:any |had |have )?(?:heating|heat|hot water)"
    r"|heating (?:is |has been |was )?(?:off|down|broken|dead|out|not working)|(?:freezing|cold) (?:house"
    r"|flat|home)"
)
_FRAIL = (
    r"(?:baby|babies|newborn|infant|toddler|elderly|pensioner"
    r"|disabled|ill|sick|pregnant|\d\d[- ]year[- ]old (?:mother|father|mum|dad))"
)

VULNERABLE = Rule(
    trigger="vulnerable_customer",
    label="May need special care",
    why="The customer or somebody at home may be vulnerable and needs a person's care.",
    patterns=(
        rf"{_PERSON}(?: \w+)? (?:died|passed away|has died|has passed(?: away)?|just died|is dying)"
        rf"|(?:bereave\w*|funeral|widow(?:er|ed)?)",
        rf"(?:{_FRAIL})(?: [\w,']+){{0,10}}? (?:{_NO_HEAT})"
        rf"|(?:{_NO_HEAT})(?: [\w,'.!]+){{0,10}}? (?:{_FRAIL})",
        rf"{_PERSON} (?:am |is |are |have |has |'m |suffer\w* from |was diagnosed with |live with "
        rf"|lives with |\w+ ){{0,2}}(?:blind|deaf|disabled|partially sighted|hard of hearing|wheelchair"
        rf"|bedridden|housebound|dementia|alzheimer's|cancer|parkinson's|depress(?:ed|ion)|terminally ill"
        rf"|severely ill|seriously ill|chronically ill|anxiety disorder|autistic|autism|epilep\w+|ptsd)",
        r"(?:learning|physical|mental|severe|registered) (?:disability|disabilities|illness"
        r"|health (?:problems?|issues?|crisis))|oxygen (?:machine|concentrator)|dialysis|pacemaker"
        r"|medical (?:device|equipment|condition) (?:that )?(?:needs|depends|requires)?",
        r"(?:can't|cannot|can not|can no longer|unable to) afford|lost my job|(?:bankrupt(?:cy)?"
        r"|insolven(?:t|cy)|debt collectors?|food ?bank|made redundant|unemployed|financial (?:hardship"
        r"|difficult(?:y|ies)))",
        r"(?:ex|ex-husband|ex-wife|ex-boyfriend|ex-girlfriend|stalker|abuser)(?: \w+){0,6} (?:watch(?:es"
        r"|ing)?|spy(?:ing)?|spies|stalk(?:s|ing)?|track(?:s|ing)?|follow(?:s|ing)|threaten(?:s|ing|ed)?"
        r"|afraid|scared)|domestic (?:abuse|violence)|(?:afraid|scared|frightened) (?:of|for) (?:my|him"
        r"|her|his) ?\w*",
        r"(?:elderly|old|frail) (?:mother|father|mum|mom|dad|parents?|lady|woman|man|grandmother"
        r"|grandfather|aunt|uncle)(?: \w+){0,3} (?:alone|on (?:her|his) own|depends|dependent|confused"
        r"|frightened|ill)",
        r"(?:verstorben|gestorben|trauerfall|beerdigung|todesfall|behindert\w*|schwerbehindert|blind"
        r"|gehörlos|rollstuhl|demenz|krebs|depression(?:en)?|pflegebedürftig|arbeitslos|insolvenz"
        r"|schulden)",
        r"(?:baby|säugling|kleinkind|alte mutter|oma|opa)(?: [\wäöüß,]+){0,6}? (?:keine heizung|friert"
        r"|kalt|ohne heizung)|(?:keine heizung|ohne heizung)(?: [\wäöüß,]+){0,8}? (?:baby|säugling"
        r"|kleinkind|oma|opa)",
        r"(?:falleci\w+|murió|discapacidad|discapacitad[oa]|cieg[oa]|sord[oa]|cáncer|depresión|desempleo"
        r"|no puedo (?:pagar|permitirme))",
        r"(?:décédé\w*|mort de|handicapé\w*|aveugle|malvoyant\w*|sourde?|cancer|dépression|au chômage"
        r"|ne peux pas payer)",
    ),
    unless=(
        r"(?:blind|deaf) (?:spots?|alley|test|eye)|window blinds?|(?:roller |venetian )?blinds",
        r"(?:battery|hub|doorbell|thermostat|sensor|device|phone|router|laptop|boiler|app"
        r"|wifi)(?: \w+){0,2} (?:died|passed away|has died|is dying)",
        r"(?:i|we) (?:can't|cannot) afford (?:to )?(?:wait|lose|the time|another)",
    ),
    confidence=0.8,
)

STAKES = (HEALTH, FRAUD, LOCKOUT, VULNERABLE)
