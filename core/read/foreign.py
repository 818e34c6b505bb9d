"""German, Spanish and French for triggers that are heard by a model in English: the plainest ways of saying them."""

from core.read.rule import Rule

_W = r"(?: [\w'äöüßáéíóúñàâçèêëîïôûùœ]+)"  # some word between


def _rule(trigger: str, label: str, why: str, *patterns: str, unless: tuple[str, ...] = ()) -> Rule:
    return Rule(trigger=trigger, label=label, why=why, patterns=patterns, unless=unless, confidence=0.75)


FOREIGN = (
    _rule(
        "exception",
        "Needs an exception",
        "The normal process cannot give what the customer needs.",
        rf"(?:ausverkauft|nicht mehr (?:hergestellt|produziert|lieferbar|im sortiment)){_W}{{0,12}} (?:trotzdem"
        rf"|dennoch"
        rf"|brauche|irgendwo|möglich)|liefern{_W}{{0,4}} nicht{_W}{{0,8}} (?:trotzdem|ausnahme|anderen weg)"
        rf"|ausnahmsweise",
        rf"(?:agotado|descatalogado|ya no se fabrica){_W}{{0,12}} (?:necesito|aun así|igualmente|alguno)|no (?:envían"
        rf"|entregan|hacen envíos){_W}{{0,8}} (?:excepción|otra forma|aun así)|hacer una excepción",
        rf"(?:en rupture|épuisé|plus fabriqué|plus produit){_W}{{0,12}} (?:besoin|quand même|malgré tout)"
        r"|faire une exception|à titre exceptionnel",
    ),
    _rule(
        "high_risk_transaction",
        "Costly to undo",
        "What the customer wants done cannot easily be undone.",
        rf"(?:löschen|lösche){_W}{{0,3}} (?:alle (?:meine )?daten|mein konto|meinen account)|(?:alle meine daten"
        rf"|mein konto|mein kundenkonto){_W}{{0,4}} (?:löschen|schließen|auflösen)|(?:neue"
        rf"|andere)[sn]? (?:bankverbindung"
        rf"|iban|konto){_W}{{0,6}} (?:eintragen|ändern|überweisen|hinterlegen|auszahlen)|(?:bankverbindung|iban"
        rf"|e-?mail-?adresse){_W}{{0,6}} (?:ändern|ersetzen|austauschen)|auf ein anderes konto",
        rf"(?:borr\w+|elimin\w+|cerrar|cierren|cancelen) (?:todos mis datos|mi cuenta)"
        rf"|cambi\w+{_W}{{0,3}} (?:la cuenta"
        r" bancaria|el iban|el correo)|a otra cuenta|a (?:esta|una) nueva cuenta",
        rf"(?:supprim\w+|effac\w+|ferm\w+|clôtur\w+) (?:toutes mes données|mon compte)|chang\w+{_W}{{0,3}} (?:l'iban"
        r"|mon iban|le rib|mon adresse e-?mail)|sur un autre compte|nouveau rib",
    ),
    _rule(
        "negotiation",
        "Bargains",
        "The customer bargains over price or terms.",
        rf"(?:rabatt|nachlass|preisnachlass|entgegenkommen|kulanz|gutschrift|entschädigung){_W}{{0,6}} (?:geben"
        rf"|bekomme"
        rf"|möglich|drin|erwarte|gewähren|machen|anbieten)|(?:am preis|preislich){_W}{{0,4}} (?:machen"
        rf"|entgegenkommen)"
        rf"|(?:gebühr|kosten){_W}{{0,4}} erlassen|erwarte{_W}{{0,4}} (?:rabatt|entschädigung|gutschrift|nachlass)",
        rf"(?:mejor precio|rebaja|descuento|compensación){_W}{{0,6}} (?:hacer|ofrec\w+|dar|espero|merezco)|(?:me"
        rf" (?:pueden|podrían)|podrían|pueden) (?:hacer|dar|ofrecer|rebajar|perdonar){_W}{{0,4}} (?:descuento|precio"
        r"|rebaja|comisión|compensación)",
        rf"(?:un geste|geste commercial|une remise|un rabais|dédommagement)|(?:baisser|négocier){_W}{{0,3}} prix"
        rf"|(?:annuler|supprimer){_W}{{0,2}} frais",
    ),
    _rule(
        "prior_dissatisfaction",
        "Unhappy with earlier contacts",
        "Earlier contacts went badly; another standard answer makes it worse.",
        rf"(?:schon|bereits) (?:zum )?(?:zwei|drei|vier|fünf|mehr|x)\w*(?:mal| mal){_W}{{0,8}}|zum (?:zweiten|dritten"
        rf"|vierten|fünften) mal|schon wieder|beim letzten mal{_W}{{0,8}} (?:nicht|falsch|kaputt|niemand"
        rf"|schief)|immer noch"
        r" keine antwort|niemand hat (?:geantwortet|reagiert|zurückgerufen)",
        rf"(?:por )?(?:segunda|tercera|cuarta|quinta) vez|(?:otra vez|de nuevo) (?:lo mismo|mal|el mismo)"
        rf"|la última vez"
        rf"{_W}{{0,8}} (?:mal|roto|nadie|tarde|no)|nadie (?:me )?(?:respond\w+|contest\w+|llam\w+)|ya (?:llamé"
        rf"|escribí"
        r"|he (?:llamado|escrito))",
        rf"(?:deuxième|troisième|quatrième|cinquième) fois|encore une fois{_W}{{0,4}} (?:faux|cassé|en retard|erreur)"
        rf"|la dernière fois{_W}{{0,8}} (?:pas|jamais|cassé|erreur)|personne (?:ne )?(?:m'a )?(?:répond\w*|rappel\w*)"
        r"|toujours (?:aucune|pas de) réponse",
    ),
    _rule(
        "special_request",
        "Asks a favour",
        "Only a person may grant what is asked.",
        rf"(?:eine )?ausnahme (?:für mich |bei mir )?(?:machen|möglich)|(?:aus kulanz|wegen (?:meiner"
        rf"|einer) (?:krankheit"
        rf"|operation|situation)){_W}{{0,12}} (?:möglich|könnten|verlängern|später)"
        rf"|könnten sie{_W}{{0,6}} ausnahmsweise",
        rf"(?:una|alguna) excepción|(?:como|un) favor (?:personal|especial)|por (?:mi|una) (?:enfermedad|operación"
        rf"|situación){_W}{{0,12}} (?:podrían|pueden|posible)",
        rf"une exception|(?:une|cette) faveur|(?:à cause|en raison) de (?:ma|mon|mes) {_W}{{0,10}} (?:pourriez"
        rf"|possible)",
    ),
    _rule(
        "upsell",
        "Could use more",
        "The customer outgrows what they have and sounds open to more.",
        rf"(?:größere[nrs]?|höhere[nrs]?|nächste[nr]?) (?:tarif|paket|plan|abo|version|modell){_W}{{0,8}}|(?:reicht"
        rf"|reichen){_W}{{0,4}} nicht mehr|(?:upgraden|upgrade auf|aufstocken|dazubuchen)|mehr (?:nutzer"
        rf"|speicher|lizenzen"
        r"|datenvolumen|geräte)",
        rf"(?:plan|paquete|tarifa|versión) (?:superior|mayor|más grande|premium)|(?:se me|se nos) (?:queda"
        rf"|ha quedado)"
        rf" (?:corto|pequeño)|más (?:usuarios|almacenamiento|licencias|datos|espacio)|{_W}? ?mejorar (?:mi|el) plan",
        rf"(?:forfait|formule|offre|abonnement|version) (?:supérieure?|plus grande?|premium)|(?:ne )?(?:suffit"
        rf"|suffisent)"
        rf" plus|(?:plus|davantage) (?:d'utilisateurs|de stockage|de licences|d'espace|de données)"
        rf"|passer à{_W}{{0,2}}"
        r" (?:supérieure?|premium|pro)",
    ),
    _rule(
        "account_lockout",
        "Locked out of the account",
        "The customer cannot reach their account; letting the wrong person in would be worse.",
        rf"(?:komme|kann|gelange){_W}{{0,4}} nicht (?:mehr )?(?:in (?:mein|unser) (?:konto|account)|einloggen"
        rf"|anmelden|rein)"
        rf"|(?:handy|telefon){_W}{{0,6}} (?:weg|verloren|kaputt){_W}{{0,8}} (?:code|bestätigung|anmelden)",
        rf"no puedo (?:entrar|acceder|iniciar sesión){_W}{{0,8}}|(?:perdí|he perdido){_W}{{0,4}} (?:móvil"
        rf"|teléfono){_W}{{0,8}}"
        r" (?:código|verificación)",
        rf"(?:impossible de|n'arrive (?:plus|pas) à|ne (?:peux|parviens) (?:plus|pas) (?:à )?)(?: ?me)? ?(?:connecter"
        rf"|accéder|entrer){_W}{{0,6}}",
    ),
    _rule(
        "churn",
        "May leave",
        "The customer says that they may leave.",
        rf"(?:ich |wir )?(?:kündige|kündigen){_W}{{0,6}}|(?:will|möchte|werde){_W}{{0,5}} kündigen|(?:anderer"
        rf"|andere[nr]"
        rf"|neuen) anbieter{_W}{{0,5}}|(?:gehe|wechsle|wechsele){_W}{{0,3}} (?:woanders|weg|anbieter)",
        rf"(?:quiero|voy a){_W}{{0,2}} (?:darme de baja|cancelar mi (?:contrato|suscripción|cuenta))|me (?:voy"
        rf"|cambio|paso)"
        rf" (?:a|con){_W}{{0,3}}|otra compañía",
        rf"(?:veux|vais|souhaite){_W}{{0,2}} (?:résilier|partir|vous quitter)|(?:un autre|d'autre) (?:fournisseur"
        r"|opérateur|prestataire)|chez (?:un|la) concurrent\w*",
        rf"(?:das war|dies war){_W}{{0,2}} letzte{_W}{{0,2}} (?:bestellung|einkauf|auftrag|mal)|auf nimmerwiedersehen",
        rf"me doy de baja|cambiar(?:me|nos) de{_W}{{0,1}} (?:compañía|operador|proveedor)",
        r"je résilie|(?:vais|irai|aller) voir ailleurs|(?:passer|passe) à la concurrence",
        unless=(
            rf"(?:von|vom) (?:einem )?(?:anderen|früheren) anbieter{_W}{{0,5}}|(?:veng[oa]|vienen?) de{_W}{{0,3}}",
            rf"(?:viens|venons|arrive|arrivons) (?:de|d'un|d'une|d'autre){_W}{{0,3}}",
        ),
    ),
    _rule(
        "human_request",
        "Asks for a person",
        "The customer asked for a person; an assistant that talks on breaks the promise of a way out.",
        rf"(?:hay|está){_W}{{0,3}} (?:encargad[oa]|responsable|supervisor|persona|alguien){_W}{{0,2}} con quien",
        rf"(?:mettre|mettez){_W}{{0,2}} (?:en relation|en contact) avec|quelqu'un au téléphone|parler (?:à|avec)"
        rf"{_W}{{0,2}} (?:humain|personne|conseiller|quelqu'un)",
    ),
    _rule(
        "legal_threat",
        "Legal steps",
        "The law is brought in; an unconsidered word may cost the company.",
        rf"(?:dsgvo|datenschutz-?grundverordnung){_W}{{0,4}} (?:auskunft|löschung|verlange|fordere)|verbraucherzentrale"
        r"|datenschutzbehörde|bundesnetzagentur|schlichtungsstelle",
        rf"denuncia{_W}{{0,3}} (?:consumo|policía|aepd)|(?:ante|en) consumo|oficina del consumidor|rgpd",
        rf"(?:engager|entamer){_W}{{0,2}} poursuites|droit d'engager|dgccrf|mise en demeure|cnil|rgpd"
        rf"|médiateur de la consommation",
    ),
    _rule(
        "fraud",
        "Possible fraud",
        "Somebody else may be using the customer's account or card.",
        rf"(?:abbuchung|buchung|zahlung|bestellung|überweisung)(?:en)?,? die ich nicht{_W}{{0,3}}"
        rf"|(?:karte|konto|handy|identität){_W}{{0,3}} (?:gestohlen|geklaut|missbraucht)"
        rf"|(?:unter|in|auf) meinem namen{_W}{{0,4}} (?:bestellt|eingekauft|eröffnet|abgeschlossen)"
        rf"|(?:verdächtige|gefälschte|falsche)[rns]? (?:e-?mail|mail|sms|nachricht|anruf)",
        rf"(?:cargo|compra|pago|pedido|movimiento|transferencia)s?{_W}{{0,4}} que (?:yo )?no (?:hice|he hecho"
        r"|reconozco)"
        rf"|me (?:han )?(?:estaf\w+|hacke\w+|clon\w+|suplant\w+)|(?:usando|usado|usa) mi (?:tarjeta|cuenta|nombre)"
        rf"|a mi nombre{_W}{{0,2}} (?:y )?no (?:fui|he sido) yo|no reconozco est[aeo]s?{_W}{{1,2}}",
        rf"ne reconnais pas{_W}{{0,3}} (?:débit|prélèvement|achat|paiement|commande|opération)"
        rf"|(?:fait|suis|ai été) (?:arnaqu\w+|escroqu\w+|pirat\w+)|utilise{_W}{{0,1}} (?:ma carte|mon compte)"
        rf"|à mon nom,? (?:ce n'est|c'est|et ce n'est|mais ce n'est) pas moi"
        rf"|faux (?:sms|mail|e-?mail|message|conseiller)",
        unless=(r"haha|jaja+|mdr|lol", rf"(?:schützen|protegen|protège\w*){_W}{{0,6}}"),
    ),
    _rule(
        "health_urgency",
        "Danger to health",
        "Somebody may be in danger; nothing else counts before that.",
        rf"(?:hat|haben){_W}{{0,4}} (?:batterie|knopfbatterie|knopfzelle|magnet|reiniger|tabletten?){_W}{{0,2}}"
        r" (?:verschluckt|geschluckt)|(?:will|möchte|mag) nicht mehr leben|(?:bekommt|kriegt|bekomme) keine luft"
        r"|bewusstlos",
        rf"no pued[eo]{_W}{{0,1}} respirar|(?:se ha|se) (?:tragado|tragó){_W}{{0,3}}|no quiero (?:seguir viviendo"
        r"|vivir)|descarga eléctrica|inconsciente",
        rf"(?:n'arrive|ne peu\w+|n'arrivait) (?:plus|pas) à respirer|ne respire (?:plus|pas)|a avalé{_W}{{0,3}}"
        rf"|(?:n'ai|ai) plus envie de vivre|pris une décharge|mal à la poitrine",
    ),
    _rule(
        "formal_complaint",
        "Formal complaint",
        "A complaint is a procedure; the people for it answer.",
        rf"(?:offiziell|förmlich|formell|hiermit){_W}{{0,4}} (?:beschwerde|beschwere)|diese beschwerde{_W}{{0,2}} (?:an"
        rf"|weiter)|(?:verlange|erwarte|fordere){_W}{{0,3}} schriftliche (?:stellungnahme|antwort)",
        r"constancia de mi (?:reclamación|queja)|por escrito a esta (?:queja|reclamación)|hoja de reclamaciones",
        rf"enregistrer ma (?:plainte|réclamation)|(?:formule|dépose|adresse){_W}{{0,2}} réclamation"
        r"|adresser ma réclamation"
        rf"|exige une réponse écrite",
    ),
    _rule(
        "abuse",
        "Abusive language",
        "The message insults or threatens; agents are protected and a lead looks at it.",
        r"(?:ihr|sie|du){0,1}(?: verdammten| dummen| blöden| unfähigen| elenden) (?:idioten|penner|deppen"
        r"|versager|trottel"
        r"|schweine|ratten)|(?:ihr|du) (?:seid|bist) (?:doch )?(?:alle )?(?:zu )?(?:dumm|blöd|unfähig|dämlich"
        r"|hirnlos)\w*"
        r"|dummkopf|drecksladen|drecksack|arschloch|arschlöcher",
        r"(?:sois|son|eres) (?:todos )?(?:unos|una|un)? ?(?:inútiles|inútil|imbéciles|idiotas|basura|ratas|payasos"
        r"|incompetentes)|(?:panda|pandilla) de (?:inútiles|ladrones|idiotas)|malnacid[oa]s?|cabron(?:es)?|imbécil",
        r"(?:bande|tas) d(?:e |')(?:incapables|idiots|voleurs|abrutis|cons|nuls|imbéciles)|(?:vous êtes|tu es)"
        r"(?: tous| vraiment| qu')* (?:des |un |une )?(?:nuls?|débiles?|idiots?|crétins?|incapables?|ordures?"
        r"|stupides?)"
        r"|connard|salope|crétins?",
    ),
)
