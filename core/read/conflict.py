"""A customer in conflict with the company: legal steps, formal complaints, leaving, abuse."""

from core.read.rule import Rule

LEGAL = Rule(
    trigger="legal_threat",
    label="Legal threat",
    why="The customer speaks of legal steps; what is answered may be held against the company.",
    patterns=(
        r"(?:my|our|(?:see|consult(?:ed|ing)?|contact(?:ed|ing)?|instruct(?:ed|ing)?|hir(?:e|ed|ing)"
        r"|get(?:ting)?|involve"
        r"|talk(?:ed|ing)? to|speak(?:ing)? (?:to|with)|spoken (?:to|with)) (?:a|an|my"
        r"|the)) (?:\w+ )?(?:lawyer|lawyers|solicitor|solicitors|attorney|attorneys|barrister"
        r"|legal (?:team|counsel|adviser|advisor|representative|department|insurance))",
        r"(?:lawyer|solicitor|attorney)s? (?:will|is going to|shall|has|have|are|is) (?:\w+ )?(?:contact"
        r"|be in touch|write|hear|sue|file|take|advise|look|involved|get in touch)\w*",
        r"(?:tak(?:e|ing)|start(?:ing)?|begin(?:ning)?|pursue|pursuing|seek(?:ing)?|consider(?:ing)?"
        r"|threaten\w*|initiat(?:e|ing)|face|further|other) (?:\w+ )?legal (?:action|steps|proceedings"
        r"|advice|measures|remedies|route)",
        r"(?:legal action|legal proceedings|law ?suits?|class action|litigation|small claims(?: court)?"
        r"|court (?:order|action|case|proceedings|claim|summons)|letter before action|statutory (?:demand"
        r"|rights)|consumer (?:law|rights act|protection act))",
        r"(?:i|we)(?:'ll| will| am going to| are going to|'m going to|'re going to| shall| would| might"
        r"| may| intend to| plan to| want to) (?:\w+ )?(?:sue|take (?:you|this|it|larkfield) to court"
        r"|go to court|see you in court|press charges|prosecute|file (?:a )?(?:law)?suit)",
        r"(?:sue|suing|sued) (?:you|larkfield|your company|the company|for)|see you in court|(?:take"
        r"|taking|bring|bringing) (?:you|this|it|the matter|the company|larkfield) (?:to"
        r"|before) (?:the )?(?:small claims )?(?:court|tribunal)",
        r"(?:report(?:ed|ing)?|complain(?:ed|ing)?|write|writing|refer(?:red|ring)?|go(?:ing)?"
        r"|contact(?:ed|ing)?)(?: \w+){0,4}?(?: (?:to|with))? (?:the )?(?:ombudsman|trading standards"
        r"|regulator"
        r"|ftc|federal trade commission|ico|information commissioner|data protection (?:authority"
        r"|commissioner)|consumer (?:protection|authority|centre|center|council|bureau|affairs)"
        r"|better business bureau|bbb|attorney general|citizens advice|ofcom|cnil|verbraucherzentrale"
        r"|police)",
        r"(?:go(?:ing)?|talk(?:ing)?|speak(?:ing)?|turn(?:ing)?) to the (?:press|media|newspapers?|police"
        r"|tv)|(?:claim|sue|demand|seek)(?:ing)? (?:\w+ )?(?:damages|compensation for damages)"
        r"|hold you (?:liable|legally responsible)|breach of contract|(?:you are"
        r"|you're) (?:legally )?liable",
        r"(?:meinen?|einen?|unseren?|zum|dem|der) (?:rechts)?anw[aä]lt\w*|rechtliche (?:schritte"
        r"|maßnahmen|konsequenzen)|rechtsanwalt|rechtsweg|klage (?:einreichen|erheben)|(?:werde|werden"
        r"|will) (?:ich |wir |sie )?(?:\w+ )?(?:verklagen|klagen)|verklage|anzeige (?:erstatten"
        r"|bei der polizei)|vor gericht|verbraucherzentrale|verbraucherschutz|schadense?rsatz|abmahnung"
        r"|mahnbescheid",
        r"(?:mi|un|nuestro) abogad[oa]|(?:acciones|medidas|vías?) legal(?:es)?|demandar(?:los|les|é"
        r"|emos)?|denunciar(?:los|les|é)?|tribunal(?:es)?|a juicio|oficina del consumidor"
        r"|organización de consumidores|daños y perjuicios",
        r"(?:mon|un|notre|une) avocate?|(?:action|actions|poursuites?|démarches?|recours) (?:en justice"
        r"|judiciaires?|légales?|juridiques?)|porter plainte|en justice|tribunal|au prud'hommes"
        r"|répression des fraudes|dgccrf|que choisir|dommages et intérêts|mise en demeure",
    ),
    unless=(
        r"(?:i am|i'm|as|she is|he is|my (?:wife|husband|son|daughter|friend"
        r"|neighbour) is) (?:an? )?(?:\w+ )?(?:lawyer|solicitor|attorney|barrister)(?! (?:and"
        r"|who) (?:will|i'll|is going))",
        r"(?:for|at|of) (?:the |our |my )?(?:law firm|lawyer's office|solicitor's office)",
        r"(?:tennis|food|basketball|squash) court|court (?:road|street|lane|house|yard)|\d+ \w+ court",
        r"(?:is it|would it be|isn't it) (?:il)?legal to",
        r"(?:police|authorities|lawyer)(?: \w+){0,3} (?:asked|ask|asks|requested|wants?|needs?"
        r"|want) (?:me |us )?(?:for )?(?:my|the|a|your)? ?(?:video|clip|recording|footage)",
    ),
    confidence=0.9,
)

COMPLAINT = Rule(
    trigger="formal_complaint",
    label="Formal complaint",
    why="The customer complains formally; a person who was not involved answers within set times.",
    patterns=(
        r"(?:formal|official|written|serious) complaint",
        r"(?:formally|officially|hereby)(?: \w+){0,2} complain",
        r"(?:mak(?:e|ing)|fil(?:e|ing)|lodg(?:e|ing)|rais(?:e|ing)|submit(?:ting)?|register(?:ing)?"
        r"|log(?:ging)?|put in|open(?:ing)?) (?:a|an|my|this) (?:\w+ )?complaint",
        r"(?:this is|here is|here's|consider this|treat this as|take this as) (?:a|an"
        r"|my) (?:\w+ )?complaint",
        r"complaint (?:against|about) (?:you|your (?:company|staff|agent|employee|driver|installer"
        r"|service|team)|larkfield|one of your|an employee|a member of staff)",
        r"(?:complaints?|escalate(?:d)? to (?:the )?complaints?) (?:department|team|procedure|process"
        r"|manager|officer)",
        r"(?:offizielle|förmliche|formelle|schriftliche)[rn]? beschwerde|beschwerde (?:einreichen"
        r"|einlegen|erheben)|(?:möchte|will|werde) mich (?:\w+ )?(?:offiziell|förmlich|formell"
        r"|hiermit)? ?beschweren|hiermit beschwere ich mich",
        r"(?:queja|reclamación) (?:formal|oficial)|(?:presentar|poner|interponer|hacer) una (?:queja"
        r"|reclamación)|hoja de reclamaciones|libro de reclamaciones",
        r"(?:plainte|réclamation) (?:formelle|officielle|écrite)|(?:déposer|faire|adresser"
        r"|introduire) une réclamation|réclamation officielle",
    ),
    unless=(
        r"(?:how|where)(?: \w+){0,4} (?:make|file|lodge|raise|submit|send|address) (?:a|an|my) complaint",
        r"(?:don't|do not|not|no|never)(?: \w+){0,3} (?:make|making|file|lodge|raise)? ?(?:a|an"
        r"|any) (?:\w+ )?complaint|no complaints?",
        r"(?:wie|wo)(?: [\wäöüß]+){0,3} beschwerde einreichen",
    ),
    confidence=0.9,
)

CHURN = Rule(
    trigger="churn",
    label="May leave",
    why="The customer says that they may leave.",
    patterns=(
        r"(?:switch(?:ing)?|chang(?:e|ing)|mov(?:e|ing)|go(?:ing)?"
        r"|turn(?:ing)?)(?: \w+)? (?:over )?to (?:a|an|another|your|some other|a different|one of your"
        r"|the) (?:\w+ )?(?:competitor|competition|provider|company|brand|supplier|manufacturer)s?",
        r"(?:last|final) (?:time|order|purchase|thing)(?: that)? (?:i|we)(?:'ll| will| ever"
        r"|'m going to)? ?(?:ever )?(?:buy|buying"
        r"|order|ordering|shop|use|purchase|give)",
        r"never (?:buy|buying|order|ordering|use|using|shop|shopping|purchase|recommend|come"
        r"|coming)(?: \w+){0,4} (?:again|from you|here|larkfield|your)|never again (?:will|would|buy"
        r"|larkfield|from)",
        r"tak(?:e|ing) (?:my|our) (?:business|money|custom) elsewhere|(?:lose|losing|lost) (?:me"
        r"|us) as an? (?:\w+ )?customer|(?:lost|losing) an? (?:\w+ )?customer|(?:look(?:ing)?"
        r"|shop(?:ping)?) (?:for (?:an )?alternatives?|elsewhere)",
        r"(?:think(?:ing)?|consider(?:ing)?|tempted|ready|about|inclined)(?: \w+){0,2} (?:of |about "
        r"|to )?(?:cancel(?:ling|ing)?|leav(?:e|ing)|switch(?:ing)?|quit(?:ting)?"
        r"|return(?:ing)? everything|clos(?:e|ing) my account)",
        r"(?:or|otherwise|else|then)(?:,)? (?:i|we)(?:'ll| will| am going to|'m going to| would"
        r"| shall) (?:cancel|leave|switch|quit|return everything|go elsewhere|close my account|get rid)",
        r"(?:if|unless) (?:[\w']+,? ){1,12}(?:i|we)(?:'ll| will| am|'m| are"
        r"|'re)(?: going to)? (?:cancel(?:ling|ing)?|leav(?:e|ing)|switch(?:ing)?|quit(?:ting)?|done)",
        r"(?:i'm|i am|we're|we are) (?:done|finished|through) with (?:you|larkfield|this company|your)"
        r"|(?:i'm|i am|we're|we are) leaving (?:you|larkfield)|(?:want|wish|going) to leave (?:you"
        r"|larkfield|your)|sick of (?:you|larkfield|this company)",
        r"(?:wechsle|wechseln|gehe|gehen)(?: [\wäöüß]+){0,2}? (?:zur konkurrenz|zu einem anderen anbieter"
        r"|anbieter wechseln)|(?:nie|niemals) (?:wieder|mehr)(?: [\wäöüß]+){0,4}? (?:kaufen|bestellen"
        r"|bestelle|kaufe)|das letzte mal|(?:überlege|überlegen)(?: [\wäöüß]+){0,3} (?:zu )?(?:kündigen"
        r"|wechseln)|(?:sonst|ansonsten) (?:kündige|wechsle|bin) ich|als kunden? verlieren",
        r"(?:cambiar(?:me)?|me (?:voy|cambio|paso)) (?:a|de) (?:la competencia|otra empresa"
        r"|otro proveedor|compañía)|nunca más (?:compro|compraré|vuelvo)|última vez que|(?:pierden"
        r"|perder) un cliente",
        r"(?:passer|partir|aller) (?:à|chez) (?:la|un|une) (?:concurrence|concurrent|autre)|plus jamais"
        r"|dernière fois que|(?:perdre|perdez|perdu) un client|je (?:vais|pense à) (?:résilier|partir"
        r"|changer)",
    ),
    unless=(
        r"(?:last|final) (?:time|order)(?: \w+)? (?:i|we) (?:ordered|bought|checked|used|called|wrote"
        r"|looked|tried|saw|had|was|got|changed|updated|asked|did|opened|logged)(?: \w+)?",
        r"(?:switch|change|move)(?: \w+)? to (?:a|the) (?:business|plus|standard|different) (?:plan"
        r"|subscription|payment)",
    ),
    confidence=0.8,
)

_INSULT = (
    r"(?:idiots?|morons?|imbeciles?|assholes?|arseholes?|bastards?|wankers?|dickheads?|scumbags?|cunts?"
    r"|bitch(?:es)?|twats?|retards?"
    r"|pigs|liars|thieves|crooks|clowns|motherfuckers?|pricks?|shitheads?)"
)
ABUSE = Rule(
    trigger="abuse",
    label="Abusive language",
    why="The message insults or threatens; agents are protected and a lead looks at it.",
    patterns=(
        rf"(?:you|you're|you are|your (?:\w+ )?(?:agents?|staff|team|people|colleagues|employees) (?:are"
        rf"|is)|bunch of|load of|pack of|fucking|bloody|stupid|useless|incompetent|lying)(?: all| are"
        rf"| such| an?| a bunch of| absolute| complete| total| fucking| bloody| utter| real| useless"
        rf"| stupid| lying| bunch| of){{0,5}} {_INSULT}",
        r"(?:fuck|screw|damn) (?:you|off|yourselves|your (?:company|bot|team|staff))|f\*+k? (?:you|off)"
        r"|go to hell|piss off|eat shit|drop dead|shut up|shove (?:it|your)|kiss my (?:arse|ass)",
        r"(?:i|we)(?:'ll| will| am going to|'m gonna| should| could) (?:kill|hurt|beat|punch|smash|find"
        r"|burn down|shoot|stab|come (?:for|after|and get)) (?:you|your (?:staff|office|face|family|boss)"
        r"|him|her|them|someone)|(?:i|we) know where you (?:live|work|are)|you(?:'ll| will) (?:regret"
        r"|pay for|be sorry)|(?:burn|blow)(?: \w+)? (?:down|up) your (?:office|warehouse|shop)",
        r"(?:ihr|sie|du)(?: seid| sind| bist)?(?: [\wäöüß]+){0,2} (?:idioten|idiot|vollidioten"
        r"|arschlöcher|arschloch|wichser|penner|betrügerpack|schweine|trottel|versager)"
        r"|fick(?:t)? (?:euch|dich|sie)|verpiss\w*|leck(?:t)? mich|halt(?:et)? die fresse",
        r"(?:sois|son|eres|ustedes son)(?: \w+){0,2} (?:idiotas?|imbéciles?|ladrones|gilipollas"
        r"|estúpidos?|sinvergüenzas)|hijos? de puta|vete a la mierda|que os jodan|que te jodan",
        r"(?:vous êtes|tu es|bande de|espèce d'|espèces? de)(?: \w+){0,2} ?(?:idiots?|imbéciles?"
        r"|connards?|incapables|voleurs|abrutis?|cons)|va te faire|allez vous faire|ferme[- ]la"
        r"|fils de pute|enculés?",
    ),
    unless=(r"(?:i am|i'm|feel like|felt like|made me look like)(?: such)? an? (?:idiot|moron|clown)",),
    confidence=0.85,
)

CONFLICT = (LEGAL, COMPLAINT, CHURN, ABUSE)
