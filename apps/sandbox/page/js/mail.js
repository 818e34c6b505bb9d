/** The customer's mailbox: what the helpdesk mailed them, and a form to write or answer. */

import { api } from "./api.js";
import { byId, h, keyed, say, wipe } from "./dom.js";
import { poll } from "./poll.js";
import { linked } from "./rich_text.js";
import { stage, toast } from "./stage.js";
import { full, short } from "./time.js";

/** @typedef {{to: string, subject: string, body: string, ticket_id: number|string, at: string}} Mail */

let owner = "";
/** @type {string|null} the ticket a reply goes to; null for a new letter */
let replyTo = null;

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startMail(inView) {
  const mailbox = poll(readMail, { when: () => inView() && Boolean(stage.customer.get()?.email) });
  stage.customer.onChange(addressed);
  addressed();
  listenToForm(mailbox);
  byId("mail-letters").addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-reply]");
    if (button instanceof HTMLElement) answer(button.dataset.reply ?? "", button.dataset.subject ?? "");
  });
  byId("mail-new").addEventListener("click", () => compose(null));
  return mailbox;
}

/** Fill the form; sending is left to the person. @param {string} subject @param {string} body */
export function writeMail(subject, body) {
  compose(null);
  field("mail-subject").value = subject;
  field("mail-body").value = body;
  byId("mail-send").focus();
}

/** @param {string} ticket @param {string} subject */
function answer(ticket, subject) {
  compose(ticket);
  field("mail-subject").value = /^re:/i.test(subject) ? subject : `Re: ${subject}`;
  byId("phone-mail").scrollTop = 0;
  field("mail-body").focus();
}

/** @param {string|null} ticket */
function compose(ticket) {
  replyTo = ticket;
  byId("mail-reply").hidden = ticket === null;
  say(byId("mail-reply-to"), ticket === null ? "" : `Reply to ticket #${ticket}`);
  if (ticket === null && /^re:/i.test(field("mail-subject").value)) field("mail-subject").value = "";
}

/** @param {string} testId */
const field = (testId) => /** @type {HTMLInputElement|HTMLTextAreaElement} */ (byId(testId));

function addressed() {
  const person = stage.customer.get();
  say(byId("mail-from"), person?.email ?? "no e-mail address");
  /** @type {HTMLButtonElement} */ (byId("mail-send")).disabled = !person?.email;
  if (person?.id === owner) return;
  owner = person?.id ?? "";
  compose(null);
  wipe(byId("mail-letters"));
  byId("mail-empty").hidden = false;
}

async function readMail() {
  const person = stage.customer.get();
  if (!person?.email) return;
  const { mails } = await api.mails(person.email);
  if (stage.customer.get() !== person) return;
  byId("mail-empty").hidden = mails.length > 0;
  // The list only grows at its end, so a mail's place is its name.
  const letters = mails.map((/** @type {Mail} */ mail, /** @type {number} */ place) => ({
    ...mail,
    place,
    newest: place === mails.length - 1,
  }));
  keyed(
    byId("mail-letters"),
    letters.reverse(),
    (/** @type {{place: number}} */ letter) => String(letter.place),
    drawLetter,
  );
}

/** @param {Mail & {place: number, newest: boolean}} mail */
function drawLetter(mail) {
  return h(
    "li",
    { class: "letter", "data-testid": "mail-letter", "data-ticket": mail.ticket_id },
    h(
      "details",
      { open: mail.newest },
      h(
        "summary",
        {},
        h("span", { class: "letter-from" }, "Larkfield Home"),
        h("time", { title: full(mail.at) }, short(mail.at)),
        h("span", { class: "letter-subject" }, mail.subject),
      ),
      h("div", { class: "letter-body prose" }, linked(mail.body)),
      h(
        "button",
        { type: "button", class: "small letter-reply", "data-reply": mail.ticket_id, "data-subject": mail.subject },
        "Reply",
      ),
    ),
  );
}

/** @param {{now: () => Promise<void>}} mailbox */
function listenToForm(mailbox) {
  byId("mail-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = stage.customer.get();
    const subject = field("mail-subject").value.trim();
    const body = field("mail-body").value.trim();
    if (!person?.email || !body) return;
    const button = /** @type {HTMLButtonElement} */ (byId("mail-send"));
    button.disabled = true;
    try {
      const sent = await api.email({
        from: person.email,
        subject: subject || "(no subject)",
        body,
        name: person.name,
        ticket_id: replyTo ?? undefined,
      });
      field("mail-subject").value = field("mail-body").value = "";
      compose(null);
      toast(`E-mail sent: it is ticket #${sent.ticket_id} in the helpdesk.`);
    } catch (error) {
      toast(`Not sent: ${/** @type {Error} */ (error).message}`, "error");
    }
    button.disabled = false;
    void mailbox.now();
  });
}
