"""Words that tell a language in the shortest message: its small ones, and those of every second service request.

A word may stand in several languages; each then gets a vote, and the rest of the message decides."""

SMALL_WORDS = {
    "en": "the how do does did i my your you we our is are was what where when which who why can could would should"
    " have has had not don't doesn't didn't can't won't isn't it it's i'm i've and with from this that there please"
    " hello thanks thank yes help will be been get for to of still any me they their an at on by but if so just now"
    " parcel wheres whats im dont cant isnt ive didnt doesnt pls thx u ur hi hey"
    " order refund password delivery delivered received working broken cancel parcel invoice account need want works",
    "de": "der die das ein eine einen ist sind war wie wo wann was warum wer ich mein meine meinen ihr ihre sie wir"
    " nicht kein keine haben hat habe kann können und mit von für auf auch noch bitte danke hallo ja nein bei zum zur"
    " mir mich uns wird werden gibt aber wenn seit geht guten tag morgen dem den im meiner sehr schon nur oder wieder"
    " bestellung rechnung lieferung passwort paket rückerstattung kündigen funktioniert kaputt angekommen konto hilfe"
    " brauche möchte vielen dank vergessen passwort kommt bleibt mehr stürzt",
    "es": "el los las una unos es son está cómo dónde cuándo qué quién por para con sin mi mis su sus yo no tengo"
    " puedo quiero hola gracias pero muy hay porque cuál al del me se le ya necesito un la en lo y como donde cuando"
    " que esta buenos días buenas tardes ha he han todavía llegado nada funciona devolución reembolso"
    " contraseña envío"
    " factura cuenta ayuda favor pedido cancelar paquete llega roto",
    "fr": "le les une des est sont où quand comment pourquoi qui je mon ma mes votre vos nous vous ne pas avec sans"
    " pour dans sur bonjour merci oui non mais très il elle c'est j'ai n'est puis-je plus depuis un la en et du au ce"
    " cette mot passe ou d'un l'application jamais toujours encore ça marche commande remboursement livraison facture"
    " colis compte aide annuler reçu voudrais bonsoir svp annulez reste rien fonctionne s'il plaît quel quelle",
    "it": "il lo gli un una è sono dov'è quando come perché chi mio mia miei mie vostro con senza per non ho hai ha"
    " abbiamo posso vorrei voglio ciao buongiorno buonasera grazie prego sì ma molto c'è dove che di del della"
    " dei nel"
    " alla al ancora arrivato la le i si mi questo quanto anche più funziona ordine rimborso fattura consegna pacco"
    " aiuto annullare bisogno spedizione rotto scusi salve",
    "pt": "o os as um uma é são está como onde quando porque quem meu minha meus minhas seu sua com sem para"
    " não tenho"
    " posso quero olá oi obrigado obrigada por mas muito há qual ao do da dos das no na me já preciso ainda"
    " você vocês"
    " bom dia boa tarde tudo eu que de em foi chegou encomenda pedido reembolso fatura entrega conta ajuda senha"
    " cancelar funciona quebrado posso devolver isso mais",
    "nl": "de het een is zijn was hoe waar wanneer wat waarom wie ik mijn je jij jullie u uw we wij niet geen hebben"
    " heeft heb kan kunnen en met van voor op ook nog alsjeblieft alstublieft bedankt dank hallo goedemorgen ja"
    " nee bij"
    " naar mij ons wordt er maar als sinds dit dat te om aan zou graag mag doet bestelling loopt vast terug"
    " vergeten factuur levering pakket"
    " wachtwoord terugbetaling werkt kapot rekening hulp opzeggen ontvangen geld retour dag hoi",
    "pl": "i w z na nie jest są jak gdzie kiedy co dlaczego kto mój moja moje mojego moją mam ma mamy proszę dziękuję"
    " dzięki cześć dzień dobry tak czy po do od za się to ale już jeszcze mi mnie pan pani chcę mogę można"
    " który która"
    " zamówienie paczka przesyłka faktura faktury zwrot pieniędzy hasło konto działa pomoc potrzebuję anulować dla"
    " ten ta te przez był była bardzo moich jaki",
    "sv": "och är var hur när vad varför vem jag min mitt mina din ditt du vi ni er inte ingen har hade kan med från"
    " för på också tack hej ja nej till den det de en ett som om men att av mig oss blir min snälla finns få sen vill"
    " beställning faktura leverans paket lösenord återbetalning fungerar trasig konto hjälp avbryta fått kommer"
    " glömt lösenordet hela tiden kan startar appen beställningen"
    " order god morgon behöver mycket",
    "tr": "ve bir bu şu o ne nerede nasıl neden kim ben benim bana sen siz biz değil var yok için ile çok ama"
    " da de mi"
    " mı mu mü lütfen teşekkürler teşekkür ederim merhaba selam evet hayır sipariş siparişim fatura kargo şifre"
    " şifremi"
    " iade para hesap hesabım yardım iptal çalışmıyor istiyorum gelmedi unuttum hala hâlâ zaman kadar daha olarak"
    " edebilir miyim misiniz ürün bozuk geldi günaydın sağ ol tamam",
    "da": "og jeg ikke hvor hvornår hvordan hvad er min mit mine har til på det af også tak hej kan med fra blev din",
    "no": "og jeg ikke hvor når hvordan hva er min mitt mine har til på det av også takk hei kan med fra ble",
}  # fmt: skip
# Letters that few of these languages write.
LETTERS = {
    "ß": "de", "ä": "de sv", "ö": "de sv tr", "ü": "de tr", "ñ": "es", "¿": "es", "¡": "es",
    "á": "es pt", "í": "es pt", "ó": "es pt pl", "ú": "es pt", "ã": "pt", "õ": "pt", "ç": "fr pt tr", "ê": "fr pt",
    "â": "fr pt tr", "à": "fr it pt", "è": "fr it", "ì": "it", "ò": "it", "ù": "fr it", "é": "fr es pt it",
    "ë": "nl fr",
    "û": "fr", "î": "fr", "ï": "fr nl", "œ": "fr", "ô": "fr pt", "å": "sv da no", "æ": "da no", "ø": "da no",
    "ą": "pl", "ę": "pl", "ł": "pl", "ś": "pl", "ć": "pl", "ż": "pl", "ź": "pl", "ń": "pl", "ş": "tr", "ğ": "tr",
    "ı": "tr",
}  # fmt: skip
# Words of no language in particular: alone they tell nothing.
_ANYBODYS = (
    "ok okay okey k kk stop start info hi hello hallo no nein n y app wifi wlan email e-mail mail sms pin reset"
    " online"
    " login logout update support account code error hub router sensor pro plus max mini premium standard business"
    " paypal visa usb led bluetooth chat bot test hotel taxi euro gmbh ltd sim tv pc iphone android google whatsapp"
    " amazon service la de in me super top o a i is en no si se"
)
ANYBODYS = frozenset(_ANYBODYS.split())
