"""Twilio's younger products: content templates, messaging services, channel senders, look-ups."""

from typing import Any

import phonenumbers
from flask import Blueprint, Response, jsonify, request

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.answers import new_page, not_here
from apps.sandbox.twilio.records import MessagingService, Template, bare, channel_of, new_sid

Answer = Response | tuple[Response, int] | tuple[str, int]

CONTENT_URL = "https://content.twilio.com/v1/Content"
SERVICES_URL = "https://messaging.twilio.com/v1/Services"
SENDERS_URL = "https://messaging.twilio.com/v2/Channels/Senders"
LOOKUPS_URL = "https://lookups.twilio.com/v2/PhoneNumbers"
# Parts of a look-up that cost extra at Twilio and are empty unless asked for.
LOOKUP_EXTRAS = (
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    "line_type_intelligence",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
)


def add_products(twilio: Blueprint, account: TwilioAccount) -> None:
    """Add the routes of every product here."""
    _add_templates(twilio, account)
    _add_approvals(twilio, account)
    _add_services(twilio, account)
    _add_senders(twilio, account)
    _add_typing(twilio, account)
    twilio.get("/v2/PhoneNumbers/<number>")(look_up)


def _template(account: TwilioAccount, sid: str) -> Template:
    if sid not in account.templates:
        raise not_here()
    return account.templates[sid]


def _add_templates(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.post("/v1/Content")
    def create_template() -> Answer:
        given: dict[str, Any] = request.get_json()
        template = Template(
            sid=new_sid("HX"),
            account_sid=account.sid,
            friendly_name=given.get("friendly_name", ""),
            language=given.get("language", "en"),
            variables=given.get("variables") or {},
            # Twilio's own client sends null for every type that is not meant.
            types={name: kind for name, kind in (given.get("types") or {}).items() if kind},
            created_at=account.clock.now(),
        )
        with account.lock:
            account.templates[template.sid] = template
        return jsonify(template.shown()), 201

    @twilio.get("/v1/Content")
    def templates() -> Answer:
        listed = [each for each in account.templates.values() if account.since(each.created_at) >= account.lag]
        return jsonify(new_page("contents", [each.shown() for each in listed], CONTENT_URL))

    @twilio.get("/v1/Content/<sid>")
    def fetch_template(sid: str) -> Answer:
        return jsonify(_template(account, sid).shown())

    @twilio.delete("/v1/Content/<sid>")
    def delete_template(sid: str) -> Answer:
        with account.lock:
            del account.templates[_template(account, sid).sid]
        return "", 204


def _add_approvals(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.post("/v1/Content/<sid>/ApprovalRequests/whatsapp")
    def ask_approval(sid: str) -> Answer:
        template = _template(account, sid)
        given: dict[str, Any] = request.get_json()
        template.approval = {
            "type": "whatsapp",
            "name": given.get("name", template.friendly_name),
            "category": given.get("category", "UTILITY"),
            "content_type": next(iter(template.types), "twilio/text"),
            # Meta decides in minutes to a day; here the first look finds it approved.
            "status": "received",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return jsonify({**template.approval}), 201

    @twilio.get("/v1/Content/<sid>/ApprovalRequests")
    def approval(sid: str) -> Answer:
        template = _template(account, sid)
        if template.approval:
            template.approval["status"] = "approved"
        return jsonify(template.approval_shown())

    @twilio.get("/v1/ContentAndApprovals")
    def with_approvals() -> Answer:
        shown = [{**each.shown(), "approval_requests": each.approval or {}} for each in account.templates.values()]
        return jsonify(new_page("contents", shown, "https://content.twilio.com/v1/ContentAndApprovals"))


def _service(account: TwilioAccount, sid: str) -> MessagingService:
    if sid not in account.services:
        raise not_here()
    return account.services[sid]


def _set_service(service: MessagingService) -> None:
    service.friendly_name = request.form.get("FriendlyName", service.friendly_name)
    service.inbound_request_url = request.form.get("InboundRequestUrl", service.inbound_request_url)
    service.status_callback = request.form.get("StatusCallback", service.status_callback)


def _add_services(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.route("/v1/Services", methods=["GET", "POST"])
    def services() -> Answer:
        if request.method == "GET":
            return jsonify(new_page("services", [each.shown() for each in account.services.values()], SERVICES_URL))
        service = MessagingService(
            sid=new_sid("MG"), account_sid=account.sid, friendly_name="", created_at=account.clock.now()
        )
        _set_service(service)
        with account.lock:
            account.services[service.sid] = service
        return jsonify(service.shown()), 201

    @twilio.route("/v1/Services/<sid>", methods=["GET", "POST"])
    def service(sid: str) -> Answer:
        one = _service(account, sid)
        if request.method == "POST":
            _set_service(one)
        return jsonify(one.shown())

    @twilio.route("/v1/Services/<sid>/PhoneNumbers", methods=["GET", "POST"])
    def pool(sid: str) -> Answer:
        one = _service(account, sid)
        if request.method == "POST":
            sender = account.sender_by_sid(request.form.get("PhoneNumberSid", ""), "PN")
            one.sender_sids.append(sender.sid)
            return jsonify(_show_pooled_sender(account, one, sender.sid)), 201
        shown = [_show_pooled_sender(account, one, each) for each in one.sender_sids]
        return jsonify(new_page("phone_numbers", shown, f"{SERVICES_URL}/{sid}/PhoneNumbers"))


def _show_pooled_sender(account: TwilioAccount, service: MessagingService, sid: str) -> dict[str, Any]:
    sender = account.sender_by_sid(sid, "PN")
    moment = sender.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "sid": sid,
        "account_sid": account.sid,
        "service_sid": service.sid,
        "date_created": moment,
        "date_updated": moment,
        "phone_number": sender.address,
        "country_code": "US",
        "capabilities": ["SMS"],
        "url": f"{SERVICES_URL}/{service.sid}/PhoneNumbers/{sid}",
    }


def _add_senders(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.get("/v2/Channels/Senders")
    def senders() -> Answer:
        shown = [each.channel_shown() for each in account.senders.values() if each.sid.startswith("XE")]
        return jsonify(new_page("senders", shown, SENDERS_URL))

    @twilio.get("/v2/Channels/Senders/<sid>")
    def sender(sid: str) -> Answer:
        return jsonify(account.sender_by_sid(sid, "XE").channel_shown())

    @twilio.post("/v2/Channels/Senders/<sid>")
    def set_sender(sid: str) -> Answer:
        one = account.sender_by_sid(sid, "XE")
        webhook: dict[str, Any] = request.get_json().get("webhook") or {}
        one.sms_url = webhook.get("callback_url", one.sms_url)
        one.sms_fallback_url = webhook.get("fallback_url", one.sms_fallback_url)
        one.sms_fallback_method = webhook.get("fallback_method", one.sms_fallback_method)
        one.status_callback = webhook.get("status_callback_url", one.status_callback)
        return jsonify(one.channel_shown()), 202


def _add_typing(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.post("/v2/Indicators/Typing.json")
    def typing() -> Answer:
        """The customer sees that an answer is being written, and their message as read."""
        message = account.messages.get(request.form.get("messageId", ""))
        if request.form.get("channel") != "whatsapp" or message is None or channel_of(message.to) != "whatsapp":
            raise not_here()
        with account.lock:
            message.status = "read"
            account.typing[bare(message.sender)] = account.clock.now()
        return jsonify(success=True)


def look_up(number: str) -> Answer:
    """What the numbering plan says of a number; extras other than the line type stay empty."""
    answer: dict[str, Any] = dict.fromkeys(LOOKUP_EXTRAS)
    answer |= {"phone_number": number, "url": f"{LOOKUPS_URL}/{number}"}
    try:
        parsed = phonenumbers.parse(number, request.args.get("CountryCode") or None)
    except phonenumbers.NumberParseException:
        return jsonify(
            **answer,
            valid=False,
            validation_errors=["NOT_A_NUMBER"],
            calling_country_code=None,
            country_code=None,
            national_format=None,
        )
    # Invented customers live in ranges set aside for fiction, which count as possible, not valid.
    valid = phonenumbers.is_possible_number(parsed)
    answer |= {
        "calling_country_code": str(parsed.country_code),
        "country_code": phonenumbers.region_code_for_country_code(parsed.country_code or 0),
        "phone_number": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        "national_format": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL),
        "valid": valid,
        "validation_errors": [] if valid else ["INVALID_LENGTH"],
    }
    if "line_type_intelligence" in request.args.get("Fields", ""):
        answer["line_type_intelligence"] = {"type": "mobile", "carrier_name": None, "error_code": None}
    return jsonify(answer)
