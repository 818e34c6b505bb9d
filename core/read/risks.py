"""All risk tables together, and why each of them matters."""

from core.read import injection, non_requests, opt_out, repeats
from core.read.foreign import FOREIGN
from core.read.rule import Rule
from core.read.stakes import STAKES

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


_KIND = r"(?:real|actual|live|human|proper|different|another|physical|competent|qualified|senior|single|your|any) "
_HUMAN = (
    rf"(?:(?:an?|the|some|one of your|one of the|any|your) )?(?:{_KIND}){{0,3}}"
    r"(?:persons?|people|humans?(?: being)?|agents?|operators?|representatives?|reps?|advis[eo]rs?"
    r"|managers?"
    r"|supervisors?|colleagues?|employees?|staff(?: member)?|members? of (?:the )?(?:staff|team)"
    r"|team members?"
    r"|support (?:agent|person|staff|team|rep)|service (?:agent|rep|representative|team)|specialists?|boss"
    r"|customer (?:service|care|support)(?: team| agent| representative| rep)?|complaints (?:team"
    r"|department)"
    r"|(?:billing|technical|tech|support|service|sales) (?:team|department|staff|people))"
)
_SOMEONE = (
    r"(?:someone|somebody|anyone|anybody|a man|a woman|a guy)"
    r"(?: (?:real|human|else|who (?:knows|can|actually|understands)|from|in|at|on|with|of flesh))?"
)
_TALK = r"(?:speak|talk|chat|be (?:put|transferred|connected|passed|handed)(?: through| over)?|escalated?)"
_GIVE = (
    r"(?:put|transfer|connect|pass|hand|patch|forward|route|switch|direct|escalate)"
    r"(?: (?:me|us|this|it|my (?:case|ticket|call|issue)))?(?: (?:through|over|on|up|back))?"
)
_DOORBELL = (
    r"(?:(?:at|outside|in front of|behind) (?:my|the|our) (?:front )?(?:door|gate|house|porch)"
    r"|through (?:my|the|our) (?:\w+ )?(?:doorbell|door|camera|app|speaker)|(?:via|using|over"
    r"|on) the (?:doorbell|camera))"
)

ENGLISH = Rule(
    trigger="human_request",
    label="Asks for a person",
    why="The customer asked for a person; an assistant that talks on breaks the promise of a way out.",
    patterns=(
        rf"{_TALK} (?:to|with) (?:{_HUMAN}|{_SOMEONE})",
        rf"(?:prefer|rather)(?: to)? (?:speak|talk|chat|deal|writ)(?:e|ing)? (?:to|with) (?:{_HUMAN}"
        rf"|{_SOMEONE})",
        rf"{_GIVE} (?:to|with) (?:{_HUMAN}|{_SOMEONE})",
        rf"(?:want|need|like|prefer|demand|require|get|give me|send me|find me|request|requesting|have"
        rf"|ask for|asking for)"
        rf" (?:me )?(?:to (?:see|reach|get|have) )?"
        rf"(?:(?:an?|the|some) )?(?:{_KIND}){{0,2}}(?:person|human(?: being)?|agent|operator"
        rf"|representative|rep|manager|supervisor)"
        r"(?: (?:please|now|on the (?:line|phone)|instead|to (?:help|call|look|read|answer|reply|deal"
        r"|sort|handle|contact|take|respond)))?",
        rf"(?:can|could|would|will|may|please have|let|get|have|want|need|ask"
        rf"|like) {_SOMEONE}(?: from [\w ]{{2,30}}?)?"
        r" (?:please )?(?:to )?(?:call|ring|phone|contact|reach out|get back|get in touch|take over"
        r"|step in|actually)",
        rf"(?:can|could|would|will|may|please have|let|get|have|want|need|ask"
        rf"|like) {_HUMAN}(?: from [\w ]{{2,30}}?)?"
        r" (?:please )?(?:to )?(?:call|ring|phone|contact|reach|help|look|read|answer|reply|respond"
        r"|get back|get in touch|take over|deal|handle|step in|assist|actually)",
        rf"(?:chance|possibility|option|way|point) of (?:speaking|talking|chatting|getting(?: through)?"
        rf"|reaching|writing)"
        rf" (?:(?:to|with) )?(?:{_HUMAN}|{_SOMEONE})",
        r"(?:reach|contact|find|(?:get )?hold of|get through to|wait for) (?:an? |the |your )?(?:real "
        r"|live |actual )?"
        r"(?:human(?: being)?|person|agent|operator|representative)",
        r"(?:put|send) (?:an?|the) (?:real |live )?(?:human|person|agent|colleague)(?: \w+)? (?:on|in"
        r"|here)",
        r"(?m:^[^\w\n]*(?:an? )?(?:(?:real|live) )?(?:person|agent|human|operator|representative|manager"
        r"|supervisor"
        r"|help ?desk|customer service|mensch|mitarbeiter(?:in)?|berater(?:in)?|agente|persona|humano"
        r"|conseiller|conseillère"
        r"|humain|atendente|uma pessoa|pessoa|担当者|担当者をお願いします|人と話したい)[^\w\n]*$)",
        r"(?:an?|the|real) (?:human|person|agent|operator|representative),? (?:now|please|instead|asap"
        r"|immediately|today)",
        rf"{_GIVE} (?:to|with) (?:your|the) (?:\w+ )?team",
        r"who (?:can|could|do|should) (?:i|we) (?:talk|speak) (?:to|with)",
        r"(?:this|your|the|stupid|useless) (?:\w+ )?(?:bot|chatbot|robot|virtual assistant"
        r"|automated assistant|ai)"
        r" (?:is|was|isn't|doesn't|does not|can't|cannot|keeps|won't|does nothing)",
        # not "call me Tom"
        r"(?:call|ring|phone) me(?= (?:back|please|on|at|asap|now|today|tomorrow|tonight|urgently"
        r"|immediately|again|when|if|as"
        r"|in|this|later|about|regarding|between|after|before|or|and)(?!\w)|[^\w\s]|\s*$|\s*\n)",
        r"(?:i|we) (?:would|'d|want|need|require|request|demand|am requesting"
        r"|expect)(?: like)?(?: to have| to request)? a (?:phone )?(?:call ?back|callback|phone call"
        r"|call from)",
        r"(?:request|arrange|schedule|book|get) (?:a|me a) (?:call ?back|callback|phone call)",
        r"(?:real|actual|live|human) (?:person|people|human|agent|representative|rep|operator|being"
        r"|support|help|adviser|advisor|assistance|response|contact)(?: please)?",
        r"(?:not|no|stop|instead of|enough of|sick of|tired of|hate|fed up with)(?: (?:to|with"
        r"|talking|speaking|chatting|want|wanting|dealing|a|an|the|this|these|your|some|any|more"
        r"|by)){0,4}"
        r" (?:stupid |damn |bloody |useless |silly )?(?:ro)?bots?(?: please)?",
        r"(?:don't|do not|won't|will not|refuse to) (?:want to )?(?:talk|speak|chat|deal|write)(?: (?:to"
        r"|with))? (?:an? |the |this |your )?(?:robot|bot|machine|computer|ai|chatbot|automated \w+"
        r"|algorithm|assistant|virtual assistant)",
        r"(?:is|are) there (?:any|an?|some)(?: ?(?:one|body))? ?(?:real|actual|human|live|humans|people"
        r"|person|agent)(?: \w+)? ?(?:there|here|available|i (?:can|could) (?:talk|speak) to|who can)?",
        r"(?:human|agent|person|operator|representative|manager|supervisor)(?: please|!+|, please)",
        r"(?:speak|talk|get through|escalate)(?: this)? to (?:your |a |the |some )?(?:manager|supervisor"
        r"|boss|superior|management|complaints|human|next level|team lead(?:er)?)",
        r"let me (?:speak|talk|chat) (?:to|with) (?:someone|somebody|a|your|the|an)",
        r"take me to (?:an?|your) (?:human|agent|person|representative)",
        r"(?:human|person|agent) (?:support|assistance|help) (?:please|now|needed|required)",
        r"i (?:need|want|would like|'d like) (?:human|personal) (?:help|assistance|support|contact)",
        r"(?:anyone|anybody|someone) (?:human|real|alive)",
    ),
    unless=(
        # told, said, promised: a report about a person, not a wish for one
        rf"{_HUMAN}(?: (?:at|in|from|of|on) [\w ]{{1,30}}?)? (?:already |has |had |have |also "
        rf"|just )*(?:told|said|promised|advised|informed|assured|explained|wrote|called|emailed"
        rf"|mentioned|confirmed|came|visited|installed|helped)",
        r"(?:i|we|my \w+) (?:have |had |has |already |just |even |'ve )*(?:spoke|spoken|talked|chatted"
        r"|called|rang)(?: \w+)? (?:to|with) [\w ]{1,40}",
        r"(?:after|when|while|before) (?:i )?(?:speaking|talking|chatting|spoke|talked) (?:to"
        r"|with) [\w ]{1,30}",
        r"(?:don't|do not|doesn't|no|not) (?:really )?(?:need|want|have|require"
        r"|necessary)(?: for)? (?:to )?(?:(?:speak|talk|chat) (?:to|with) )?(?:an?|any|the"
        r"|some)? ?(?:(?:real|actual|live|human) )?(?:person|human|agent|someone|anyone"
        r"|representative)(?! (?:bot|robot))",
        r"no need (?:to|for) [\w ]{1,40}",
        # the doorbell's own subject
        rf"(?:speak|talk|chat|answer|respond|talking|speaking) (?:to|with) [\w ]{{1,30}}? ?{_DOORBELL}",
        r"(?:detect|detects|recognis\w+|recogniz\w+|see|sees|spot|spots|film|films|record|records|notice"
        r"|tell) (?:when |if |that )?(?:an?|the|any|every) (?:person|human|people)",
        r"(?:person|human|people|motion) (?:detection|detected|alerts?|recognition|sensor)",
        r"(?:another|second|other|third|new) person (?:in|to|at|of|with|on|who)",
        r"(?:per|for one|by one|for each|each|every) person",
        r"(?:estate|travel|letting|insurance|real estate) agents?",
    ),
    confidence=0.95,
)

GERMAN = Rule(
    trigger="human_request",
    label="Asks for a person",
    why=ENGLISH.why,
    patterns=(
        r"mit (?:einem|einer|nem|'nem|jemand(?:em)?|irgendjemand(?:em)?|ihrem|ihrer|dem|der)"
        r"(?: (?:echten|richtigen|realen|menschlichen|lebenden|anderen|zuständigen|kompetenten"
        r"|persönlichen))*"
        r"(?: (?:menschen?|mitarbeiter(?:in)?|person|berater(?:in)?|kundenberater(?:in)?|agenten|kollegen"
        r"|kollegin|vorgesetzten?|chef(?:in)?|manager(?:in)?|techniker|team|kundendienst|kundenservice"
        r"|support|ansprechpartner(?:in)?))?"
        r"(?: [\wäöüß]+){0,4}? (?:sprechen|reden|telefonieren|verbunden|verbinden|schreiben|chatten"
        r"|kommunizieren)",
        r"(?:jemand(?:en)?|einen menschen|einen mitarbeiter|eine mitarbeiterin|einen berater"
        r"|einen vorgesetzten)(?: (?:echten|richtigen|anderen))? (?:sprechen|erreichen|ans telefon)",
        r"(?:echten?r?|richtigen?r?|menschlichen?r?|reale[rn]?) (?:mensch(?:en)?|person|mitarbeiter(?:in)?"
        r"|ansprechpartner|berater(?:in)?)",
        r"(?:will|möchte|brauche|verlange|wünsche|hätte gern(?:e)?"
        r"|bitte)(?: [\wäöüß]+){0,3}? (?:einen? )?(?:menschen|mitarbeiter(?:in)?|ansprechpartner(?:in)?"
        r"|vorgesetzten|berater(?:in)?|rückruf)",
        r"(?:mensch|mitarbeiter|mitarbeiterin|berater) bitte",
        r"(?:nicht|kein(?:en?|em)?|keine lust)(?: [\wäöüß]+){0,4}? (?:bot|roboter|chatbot|computer"
        r"|maschine|ki|automaten)(?: (?:sprechen|reden|schreiben))?",
        r"(?:rufen|ruft|ruf)(?: sie)? mich(?: [\wäöüß]+){0,3}? (?:an|zurück)",
        r"(?:verbinden|verbindet|verbinde)(?: sie)? mich",
        r"(?:kann|könnte|soll|sollte) (?:mich |mir |sich )?(?:bitte )?(?:jemand|ein mensch"
        r"|ein mitarbeiter|eine mitarbeiterin)(?: [\wäöüß]+){0,5}? (?:anrufen|zurückrufen|helfen|melden"
        r"|kümmern|ansehen|antworten|kontaktieren|erreichen)",
        r"(?:ist|gibt es|arbeitet)(?: (?:da|dort|hier|denn|bei euch|bei ihnen))* (?:irgend)?(?:jemand"
        r"|ein mensch|echte menschen|einen menschen)(?: [\wäöüß]+){0,4}",
        r"bitte (?:um )?(?:einen )?rückruf",
    ),
    unless=(
        r"(?:habe|hatte|hat|haben)(?: [\wäöüß]+){0,3}? mit [\wäöüß ]{1,40}? (?:gesprochen|telefoniert"
        r"|geredet|geschrieben)",
        r"(?:mitarbeiter(?:in)?|berater(?:in)?|person)(?: [\wäöüß]+){0,4}? (?:hat|sagte|hatte|meinte"
        r"|versprach)",
        r"mit [\wäöüß ]{1,20}(?:an|vor) (?:der|meiner|unserer) (?:haus)?tür[\wäöüß ]{0,30}(?:sprechen"
        r"|reden)",
        r"(?:brauche|will|möchte) (?:keinen|keine) (?:menschen|mitarbeiter(?:in)?|berater(?:in)?|rückruf)",
    ),
    confidence=0.95,
)

SPANISH = Rule(
    trigger="human_request",
    label="Asks for a person",
    why=ENGLISH.why,
    patterns=(
        r"(?:hablar|conversar|comunicarme|contactar|chatear|charlar|tratar) (?:por teléfono )?con (?:un"
        r"|una|el|la|algún|alguna|su|alguien|otra)(?: (?:persona|humano|humana|ser humano|agente|operador"
        r"|operadora|asesor|asesora|representante|encargado|encargada|supervisor|supervisora|gerente"
        r"|responsable|empleado|empleada|trabajador))?(?: (?:real|humano|humana|de verdad))?",
        r"(?:persona|agente|asesor|operador|ser|atención|asistencia) (?:real|humano|humana|de verdad"
        r"|de carne y hueso)",
        r"(?:quiero|necesito|prefiero|exijo|deseo|dame|deme|páseme)(?: \w+){0,2}? (?:un|una) (?:persona"
        r"|humano|agente|operador|asesor|representante|supervisor|encargado)",
        r"(?:páseme|pásame|póngame|pónganme|comuníqueme|conécteme|transfiérame|páseme) con",
        r"(?:no|sin)(?: \w+){0,4}? (?:bot|bots|robot|robots|máquina|máquinas|chatbot)",
        r"(?:que me llamen?|llámen?me|me (?:puede|pueden|podría|podrían) llamar"
        r"|me llame alguien)(?: \w+){0,2}",
        r"(?:humano|persona|agente|operador)(?:,)? por favor",
        r"hay (?:alguien|alguna persona|algún humano)(?: \w+){0,3}",
    ),
    unless=(
        r"(?:hablé|he hablado|había hablado|hablamos|contacté) (?:ya )?con [\w ]{1,30}",
        r"no (?:quiero|necesito) hablar con (?:nadie|una persona|un agente)",
        r"con (?:la persona|alguien|el repartidor|quien)[\w ]{0,20}(?:en|de) la puerta",
    ),
    confidence=0.95,
)

FRENCH = Rule(
    trigger="human_request",
    label="Asks for a person",
    why=ENGLISH.why,
    patterns=(
        r"(?:parler|discuter|échanger|dialoguer|être mise? en (?:relation|contact)|communiquer"
        r"|entrer en contact)(?: \w+){0,2}? (?:à|avec|au) (?:une? |votre |un de vos "
        r"|l'un de vos )?(?:vraie? |véritable |autre )?(?:personne|humain|être humain|conseiller"
        r"|conseillère|agent|opérateur|opératrice|quelqu'un|responsable|manager|supérieur|service client"
        r"|employé|téléconseiller)",
        r"(?:vraie?|véritable) (?:personne|humain|conseiller|agent)",
        r"(?:conseiller|agent|interlocuteur|être|contact|support|assistance) humaine?",
        r"(?:veux|voudrais|souhaite|besoin d'|exige|demande)(?: \w+){0,2}? ?(?:une? |d'une? )?(?:humain"
        r"|conseiller|conseillère|interlocuteur|responsable|opérateur)",
        r"(?:pas|plus|non|marre)(?: \w+){0,4}? (?:robot|robots|bot|bots|machine|chatbot)",
        r"(?:rappelez|appelez|contactez|téléphonez)[- ]moi",
        r"(?:être|me faire) rappelée?",
        r"passez[- ]moi (?:une?|votre|le|la|quelqu'un)",
        r"(?:humain|conseiller|personne|agent),? s'il (?:vous|te) plaît",
        r"y a[- ]t[- ]il (?:quelqu'un|une vraie personne|un humain)",
        r"(?:quelqu'un|un conseiller|une personne) (?:peut|pourrait|peut-il"
        r"|pourrait-il)(?: \w+){0,2}? (?:m'appeler|me rappeler|m'aider|me contacter|me répondre)",
    ),
    unless=(
        r"(?:j'ai|nous avons|ai) (?:déjà )?(?:parlé|discuté|échangé) (?:à|avec) [\w' ]{1,30}",
        r"(?:pas besoin de|ne veux pas|inutile de) parler (?:à|avec) (?:quelqu'un|un conseiller"
        r"|une personne|un agent|un humain)",
        r"parler (?:à|avec) [\w' ]{1,30}(?:à|devant) la porte",
    ),
    confidence=0.95,
)

PEOPLE = (ENGLISH, GERMAN, SPANISH, FRENCH)


RULES = (*STAKES, *CONFLICT, *PEOPLE, *FOREIGN, opt_out.IN_WORDS)
WHY = {rule.trigger: rule.why for rule in (*RULES, *injection.RULES, repeats.SAID)}
WHY["auto_reply"] = non_requests.AUTOMATIC_WHY
