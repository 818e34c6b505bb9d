"""What the CRM, billing, access and devices know of a customer, and what may be written there."""

import zlib
from datetime import datetime, timedelta
from pathlib import Path

from apps.sandbox.back_office.office import BackOffice, OfficeError, Records, address_of, amount_of, text_of
from apps.sandbox.calendar import Devices
from apps.sandbox.company_rows import Row, company_table, system_row

TIERS = {"plus": "Plus", "business": "Business"}
PLANS = ("Standard", "Plus", "Business")
CHECKED = {"Larkfield Hub": "hub_online", "Larkfield Warm": "thermostat_online"}  # what the checks know of


class CustomerDesk:
    """Every method is for `BackOffice.read` or `BackOffice.write`, which hand in the records; OfficeError is a no."""

    def __init__(self, office: BackOffice, devices: Devices) -> None:
        self._office, self._devices = office, devices

    # CRM.

    def listed_contact(self, records: Records, row: Row) -> Row:
        """As the CRM lists it: a note is its text, and an address is told once one was written."""
        usual = {
            "owner": "Customer care",
            "segment": "household",
            "lifetime_value": 60,
            "renewal_on": None,
            "notes": [],
        }
        known = system_row(self._office.seed, "crm", row)
        contact = {"id": f"crm-{row['id']}", "name": row["name"], "since": row.get("since"), **usual, **known}
        written = records.get(("contact", str(row["id"])), {})
        contact["notes"] = [*contact["notes"], *(note["text"] for note in written.get("notes", ()))]
        return contact | ({"address": written["address"]} if "address" in written else {})

    def contact(self, records: Records, customer_id: str) -> Row:
        """With the address and with notes that have ids."""
        row, written = self._office.customer(customer_id), records.get(("contact", customer_id), {})
        texts = system_row(self._office.seed, "crm", row).get("notes", [])
        earlier = [{"id": f"N-{customer_id}-{n}", "text": text, "at": None} for n, text in enumerate(texts, 1)]
        address = written.get("address") or address_at(self._office, customer_id)
        notes = [*earlier, *written.get("notes", ())]
        return self.listed_contact(records, row) | {"address": address, "notes": notes}

    def move(self, records: Records, customer_id: str, body: Row) -> Row:
        self._office.customer(customer_id)
        records.setdefault(("contact", customer_id), {})["address"] = address_of(body)
        return self.contact(records, customer_id)

    def note(self, records: Records, customer_id: str, body: Row) -> Row:
        self._office.customer(customer_id)
        note = {"id": self._office.new_id("N"), "text": text_of(body, "text"), "at": self._now()}
        records.setdefault(("contact", customer_id), {}).setdefault("notes", []).append(note)
        return note

    # Billing.

    def account(self, records: Records, customer_id: str) -> Row:
        row, written = self._office.customer(customer_id), records.get(("account", customer_id), {})
        plan = TIERS.get(str(row.get("tier")), "Standard")
        usual: Row = {"plan": plan, "status": "none", "balance": "0.00", "currency": "GBP", "invoices": []}
        usual["card_ends"] = None
        account = {"customer": customer_id, **usual, **system_row(self._office.seed, "billing", row)}
        if written.get("plan", account["plan"]) != account["plan"]:
            begun = "paid" if account["status"] == "none" else account["status"]
            account |= {"plan": written["plan"], "status": "none" if written["plan"] == "Standard" else begun}
        cancelled = {"status": "cancelled"} if written.get("cancelled") else {}
        return account | cancelled | {"credits": written.get("credits", [])}

    def change_plan(self, records: Records, customer_id: str, body: Row) -> Row:
        account, plan = self.account(records, customer_id), text_of(body, "plan")
        if plan not in PLANS:
            raise OfficeError(422, "invalid", field="plan")
        if account["status"] == "cancelled":
            raise OfficeError(409, "cancelled")
        records.setdefault(("account", customer_id), {})["plan"] = plan
        return self.account(records, customer_id)

    def cancel_subscription(self, records: Records, customer_id: str, body: Row) -> Row:
        account = self.account(records, customer_id)
        reason = text_of(body, "reason")
        if account["status"] in ("none", "cancelled"):
            raise OfficeError(409, "no_subscription" if account["status"] == "none" else "already_cancelled")
        records.setdefault(("account", customer_id), {})["cancelled"] = reason
        return self.account(records, customer_id)

    def resume_subscription(self, records: Records, customer_id: str, _: Row) -> Row:
        if self.account(records, customer_id)["status"] != "cancelled":
            raise OfficeError(409, "not_cancelled")
        del records["account", customer_id]["cancelled"]
        return self.account(records, customer_id)

    def credit(self, records: Records, customer_id: str, body: Row) -> Row:
        account, amount, reason = self.account(records, customer_id), amount_of(body), text_of(body, "reason")
        credit = {"id": self._office.new_id("CR"), "amount": float(amount), "currency": account["currency"]}
        credit |= {"reason": reason, "at": self._now()}
        records.setdefault(("account", customer_id), {}).setdefault("credits", []).append(credit)
        return credit

    def take_credit_back(self, records: Records, customer_id: str, credit_id: str, _: Row) -> Row:
        for credit in self.account(records, customer_id)["credits"]:
            if credit["id"] == credit_id:
                records["account", customer_id]["credits"].remove(credit)
                return dict(credit)
        raise OfficeError(404, "no such credit")

    # Access.

    def access(self, records: Records, customer_id: str) -> Row:
        self._office.customer(customer_id)
        written = records.get(("access", customer_id), {})
        ends = card_ends(self._office.seed, customer_id)
        cards = [{"ends": ends, "blocked": written.get("blocked", False)}]
        return {"locked": written.get("locked", False), "locked_reason": written.get("locked_reason"), "cards": cards}

    def lock(self, records: Records, customer_id: str, body: Row, *, locked: bool) -> Row:
        self._office.customer(customer_id)
        reason = text_of(body, "reason") if locked else None
        records.setdefault(("access", customer_id), {}).update(locked=locked, locked_reason=reason)
        return self.access(records, customer_id)

    def block(self, records: Records, customer_id: str, ends: str, _: Row, *, blocked: bool) -> Row:
        if all(card["ends"] != ends for card in self.access(records, customer_id)["cards"]):
            raise OfficeError(404, "no such card")
        records.setdefault(("access", customer_id), {})["blocked"] = blocked
        return self.access(records, customer_id)

    # Devices.

    def diagnose(self, records: Records, customer_id: str, _: Row) -> Row:
        row, now = self._office.customer(customer_id), self._office.now()
        usage = system_row(self._office.seed, "usage", row)
        owned = row.get("devices") or []
        offline = len(owned) - usage.get("devices_offline", 0)
        devices = [self._look(customer_id, each, number < offline) for number, each in enumerate(owned)]
        log = [f"{now:%H:%M:%S} cloud session of {row.get('email')} opened"]
        log += [_line(now, device, each["serial"]) for device, each in zip(devices, owned, strict=True)]
        log += [f"{now:%H:%M:%S} app reported {usage['last_error']}"] if usage.get("last_error") else []
        ref = self._office.new_id("DG")
        report = {"id": ref, "taken_at": now.isoformat(), "devices": devices, "log": log}
        records["report", ref] = {"customer": customer_id, "told": report}
        return report

    def report(self, records: Records, customer_id: str, report_id: str) -> Row:
        found = records.get(("report", report_id), {})
        if found.get("customer") != customer_id:
            raise OfficeError(404, "no such report")
        return dict(found["told"])

    def _look(self, customer_id: str, device: Row, online: bool) -> Row:
        check = CHECKED.get(device["product"])
        said = self._devices.look(customer_id, check) if check else None
        there = online if said is None else said == "yes"
        signal = -40 - _number_of(device["serial"]) % 40 if there else None
        return {"name": device["product"], "online": there, "firmware": device.get("firmware"), "signal": signal}

    def _now(self) -> str:
        return self._office.now().isoformat()


def _line(now: datetime, device: Row, serial: str) -> str:
    state = f"online, {device['signal']} dBm" if device["online"] else "ERROR no answer"
    return (
        f"{now + timedelta(seconds=1):%H:%M:%S} {device['name']} serial {serial} firmware {device['firmware']} {state}"
    )


# What follows from a customer where no row says it.


USUAL_TOWN: Row = {"street": "Station Road", "city": "London", "postcode": "N1 9AL", "country": "GB"}


def card_ends(folder: Path, customer_id: str) -> str:
    """The last four digits of their card."""
    known = company_table(folder, "systems", "billing")
    told = next((row.get("card_ends") for key, row in known.items() if str(key) == customer_id), None)
    return str(told or f"{_number_of(customer_id) % 10_000:04d}")


def address_at(office: BackOffice, customer_id: str) -> Row:
    """An invented one, in a town of their time zone."""
    zone = office.customer(customer_id).get("time_zone")
    town = company_table(office.seed, "office", "towns").get(zone, USUAL_TOWN)
    line1 = f"{_number_of(customer_id) % 180 + 1} {town['street']}"
    return {"line1": line1, **{name: town[name] for name in ("city", "postcode", "country")}}


def _number_of(text: str) -> int:
    """The same for the same text, in every run."""
    return zlib.crc32(text.encode())
