/** Whom the customer's phone belongs to: one of the company's customers, or somebody new with a number or address. */

import { byId, fillSelect } from "./dom.js";
import { stage } from "./stage.js";

/** @typedef {import('./types.js').Person} Person */

const NEW = "new";
const TIERS = ["business", "plus", "standard"];

/** @type {{story: string|null, other: string|null}} */
const cast = { story: null, other: null };

/** @returns {HTMLSelectElement} */
const select = () => byId("customer-select");

/** @param {Person[]} people @param {{story?: string|null, other?: string|null}} [roles] who plays in the story, by id */
export function startPeople(people, roles = {}) {
  stage.people = people;
  const reachable = people.filter((person) => person.email && person.phone);
  cast.story = roles.story ?? reachable[0]?.id ?? people[0]?.id ?? null;
  cast.other = roles.other ?? reachable.find((person) => person.id !== cast.story)?.id ?? cast.story;
  const sorted = [...people].sort(
    (a, b) => TIERS.indexOf(a.tier ?? "") - TIERS.indexOf(b.tier ?? "") || a.name.localeCompare(b.name),
  );
  fillSelect(
    select(),
    [
      ...sorted.map((person) => ({ value: person.id, label: person.name, group: titled(person.tier) })),
      { value: NEW, label: "Somebody new…", group: "Not a customer yet" },
    ],
    cast.story ?? undefined,
  );
  select().addEventListener("change", chosen);
  byId("newcomer").addEventListener("input", chosen);
  chosen();
}

/** @param {string|undefined} tier */
const titled = (tier) => (tier ? tier[0].toUpperCase() + tier.slice(1) : "Customers");

/** Make the phone belong to the story's first or second customer. @param {'story'|'other'} part */
export function chooseCustomer(part) {
  const id = cast[part];
  if (!id) return;
  select().value = id;
  chosen();
}

function chosen() {
  const isNew = select().value === NEW;
  byId("newcomer").hidden = !isNew;
  stage.customer.set(isNew ? newcomer() : (stage.people.find((person) => person.id === select().value) ?? null));
}

/** @returns {Person} */
function newcomer() {
  const value = (/** @type {string} */ testId) => /** @type {HTMLInputElement} */ (byId(testId)).value.trim();
  const phone = value("newcomer-phone").replace(/[^\d+]/g, "");
  const email = value("newcomer-email");
  return {
    id: NEW,
    name: value("newcomer-name") || "Somebody new",
    phone: /^\+\d{8,15}$/.test(phone) ? phone : null,
    email: /^\S+@\S+\.\S+$/.test(email) ? email : null,
  };
}
