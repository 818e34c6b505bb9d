/** Seven things to try. A step's button only fills in inputs or opens a panel: what happens next is the real thing. */

import { openDock, shutDock } from "./dock.js";
import { byId, h } from "./dom.js";
import { writeMail } from "./mail.js";
import { openPhone } from "./phone.js";
import { chooseCustomer } from "./people.js";
import { prepareSignal } from "./signals.js";
import { show } from "./stage.js";

/** @typedef {{id: string, title: string, line: string, button: string, role: import('./stage.js').Role, act: () => void}} Step */

/** @type {Step[]} */
const STEPS = [
  {
    id: "a",
    title: "An e-mail, with sources",
    line: "Send, open the ticket, insert the draft, edit, submit as solved.",
    button: "Fill in e-mail",
    role: "customer",
    act: () => {
      chooseCustomer("story");
      openPhone("mail");
      writeMail(
        "When do I get my money back?",
        "Hello,\n\nI sent my Larkfield Door back last week and paid by card. " +
          "How long does a refund take, and where can I follow it?\n\nThank you",
      );
    },
  },
  {
    id: "b",
    title: "Same person, by text",
    line: "Known at once by the number; answered, nothing asked again.",
    button: "Fill in SMS",
    role: "customer",
    act: () => {
      chooseCustomer("story");
      openPhone("sms", "Hi, it is about my refund again: where can I see its status?");
    },
  },
  {
    id: "c",
    title: "“I want a person”",
    line: "The assistant falls silent, a colleague takes over with a card.",
    button: "Fill in SMS",
    role: "customer",
    act: () => {
      chooseCustomer("story");
      openPhone("sms", "I want to talk to a person, this is ridiculous");
    },
  },
  {
    id: "d",
    title: "Nothing in the articles",
    line: "No source, no answer: it is handed over, not guessed.",
    button: "Fill in SMS",
    role: "customer",
    act: () => {
      chooseCustomer("other");
      openPhone("sms", "Do you sponsor local football clubs? Our youth team needs new shirts for the season.");
    },
  },
  {
    id: "e",
    title: "An outage, approved",
    line: "Send the signal, approve in Slack, watch the phone.",
    button: "Prepare it",
    role: "admin",
    act: () => {
      chooseCustomer("story");
      openPhone("sms");
      openDock("signals");
      void prepareSignal("outage");
    },
  },
  {
    id: "f",
    title: "Twice, forged, too late",
    line: "Deliver a webhook again or forge one: nothing changes.",
    button: "Show them",
    role: "admin",
    act: () => openDock("deliveries"),
  },
  {
    id: "g",
    title: "What people change",
    line: "A team answers; then decide on what Handrail proposes.",
    button: "Show the team",
    role: "admin",
    act: () => openDock("team"),
  },
];

export function startStory() {
  byId("story-steps").replaceChildren(...STEPS.map(drawStep));
  byId("story-toggle").addEventListener("click", () => {
    const shut = document.body.classList.toggle("story-shut");
    byId("story-toggle").setAttribute("aria-expanded", String(!shut));
    byId("story-toggle").textContent = shut ? "Show the story" : "Hide the story";
  });
}

/** @param {Step} step */
function drawStep(step) {
  return h(
    "li",
    { class: "step", "data-testid": `story-${step.id}` },
    h("span", { class: "step-letter", "aria-hidden": "true" }, step.id),
    h(
      "div",
      { class: "step-words" },
      h("h2", {}, h("span", { class: "sr-only" }, `Step ${step.id}: `), step.title),
      h("p", {}, step.line),
    ),
    h(
      "button",
      {
        type: "button",
        class: "small",
        "data-testid": `story-fill-${step.id}`,
        "aria-label": `${step.button}: ${step.title}`,
        onclick: () => begin(step),
      },
      step.button,
    ),
  );
}

/** @param {Step} step */
function begin(step) {
  for (const one of byId("story-steps").children) one.removeAttribute("aria-current");
  byId(`story-${step.id}`).setAttribute("aria-current", "step");
  if (step.role !== "admin") shutDock();
  show(step.role);
  step.act();
}
