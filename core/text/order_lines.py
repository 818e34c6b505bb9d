"""Where an order is, said to its customer in six languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """The lines of one language. `{order}` is the order's number, `{on}` a day (`on 4 January`), `{carrier}` and
    `{tracking}` are what the order system says of the parcel. `not_found` answers a number that is none of the
    customer's, whether or not it is somebody else's; `none` who has no order at all."""

    placed: str
    packed: str
    under_way: str
    delayed: str
    delivered: str
    delivered_on: str
    returned: str
    cancelled: str
    carrier: str
    parcel: str
    expected: str
    overdue: str
    not_found: str
    none: str


ORDER_LINES: Mapping[str, OrderLines] = {
    "en": OrderLines(
        placed="Your order {order} has been placed and is prepared next.",
        packed="Your order {order} is being prepared and has not been shipped yet.",
        under_way="Your order {order} is on its way.",
        delayed="Your order {order} is delayed.",
        delivered="Your order {order} was delivered.",
        delivered_on="Your order {order} was delivered {on}.",
        returned="Your order {order} has been returned to us.",
        cancelled="Your order {order} was cancelled.",
        carrier="The carrier is {carrier}.",
        parcel="The carrier is {carrier}, the tracking number {tracking}.",
        expected="We expect it to arrive {on}.",
        overdue="It was due {on}; we do not know a new date yet.",
        not_found="We find no order with this number in your name. Please check the number.",
        none="We find no order in your name.",
    ),
    "de": OrderLines(
        placed="Ihre Bestellung {order} ist eingegangen und wird als Nächstes vorbereitet.",
        packed="Ihre Bestellung {order} wird gerade vorbereitet und ist noch nicht verschickt.",
        under_way="Ihre Bestellung {order} ist unterwegs.",
        delayed="Ihre Bestellung {order} verspätet sich.",
        delivered="Ihre Bestellung {order} wurde zugestellt.",
        delivered_on="Ihre Bestellung {order} wurde {on} zugestellt.",
        returned="Ihre Bestellung {order} ist als Rücksendung bei uns.",
        cancelled="Ihre Bestellung {order} wurde storniert.",
        carrier="Der Paketdienst ist {carrier}.",
        parcel="Der Paketdienst ist {carrier}, die Sendungsnummer {tracking}.",
        expected="Wir erwarten, dass sie {on} ankommt.",
        overdue="Sie sollte {on} da sein; einen neuen Termin kennen wir noch nicht.",
        not_found="Wir finden keine Bestellung mit dieser Nummer auf Ihren Namen. Bitte prüfen Sie die Nummer.",
        none="Wir finden keine Bestellung auf Ihren Namen.",
    ),
    "es": OrderLines(
        placed="Su pedido {order} está registrado y es el siguiente que se prepara.",
        packed="Su pedido {order} se está preparando y todavía no se ha enviado.",
        under_way="Su pedido {order} está en camino.",
        delayed="Su pedido {order} se retrasa.",
        delivered="Su pedido {order} se entregó.",
        delivered_on="Su pedido {order} se entregó {on}.",
        returned="Su pedido {order} nos ha llegado como devolución.",
        cancelled="Su pedido {order} se anuló.",
        carrier="Lo lleva {carrier}.",
        parcel="Lo lleva {carrier}, con el número de seguimiento {tracking}.",
        expected="Esperamos que llegue {on}.",
        overdue="Debía llegar {on}; todavía no sabemos la nueva fecha.",
        not_found="No encontramos ningún pedido con ese número a su nombre. Compruebe el número, por favor.",
        none="No encontramos ningún pedido a su nombre.",
    ),
    "fr": OrderLines(
        placed="Votre commande {order} est enregistrée et va être préparée.",
        packed="Votre commande {order} est en préparation et n'a pas encore été expédiée.",
        under_way="Votre commande {order} est en route.",
        delayed="Votre commande {order} a du retard.",
        delivered="Votre commande {order} a été livrée.",
        delivered_on="Votre commande {order} a été livrée {on}.",
        returned="Votre commande {order} nous est revenue en retour.",
        cancelled="Votre commande {order} a été annulée.",
        carrier="Le transporteur est {carrier}.",
        parcel="Le transporteur est {carrier}, le numéro de suivi {tracking}.",
        expected="Nous prévoyons qu'elle arrive {on}.",
        overdue="Elle devait arriver {on} ; nous ne connaissons pas encore la nouvelle date.",
        not_found="Nous ne trouvons aucune commande de ce numéro à votre nom. Merci de vérifier le numéro.",
        none="Nous ne trouvons aucune commande à votre nom.",
    ),
    "pt": OrderLines(
        placed="A sua encomenda {order} está registada e é a próxima a ser preparada.",
        packed="A sua encomenda {order} está a ser preparada e ainda não foi enviada.",
        under_way="A sua encomenda {order} está a caminho.",
        delayed="A sua encomenda {order} está atrasada.",
        delivered="A sua encomenda {order} foi entregue.",
        delivered_on="A sua encomenda {order} foi entregue {on}.",
        returned="A sua encomenda {order} chegou-nos como devolução.",
        cancelled="A sua encomenda {order} foi cancelada.",
        carrier="A transportadora é {carrier}.",
        parcel="A transportadora é {carrier}, o número de seguimento {tracking}.",
        expected="Contamos que chegue {on}.",
        overdue="Devia chegar {on}; ainda não sabemos a nova data.",
        not_found="Não encontramos nenhuma encomenda com este número em seu nome. Verifique o número, por favor.",
        none="Não encontramos nenhuma encomenda em seu nome.",
    ),
    "ja": OrderLines(
        placed="ご注文 {order} を承りました。これから準備いたします。",
        packed="ご注文 {order} は準備中で、まだ発送されていません。",
        under_way="ご注文 {order} は配送中です。",
        delayed="ご注文 {order} は遅れています。",
        delivered="ご注文 {order} は配達済みです。",
        delivered_on="ご注文 {order} は{on}に配達されました。",
        returned="ご注文 {order} は返品として当社に届いています。",
        cancelled="ご注文 {order} はキャンセルされました。",
        carrier="配送業者は {carrier} です。",
        parcel="配送業者は {carrier}、追跡番号は {tracking} です。",
        expected="{on}に到着する予定です。",
        overdue="{on}に到着する予定でした。新しい日付はまだわかりません。",
        not_found="この番号のご注文は、お客様のお名前では見つかりません。番号をご確認ください。",
        none="お客様のお名前でのご注文は見つかりません。",
    ),
}
