/**
 * The page's own API, one function a call. The page talks to nothing else: whatever it shows as a vendor's state,
 * the sandbox got over the vendor's HTTP API.
 */

/** @typedef {import('./types.js').Person} Person */

export class ApiError extends Error {
  /** @param {number} status @param {string} message @param {any} body */
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Whether the sandbox answered last time; listeners are told when that changes. */
export const line = { up: true, listeners: /** @type {((up: boolean) => void)[]} */ ([]) };

/** @param {boolean} up */
function report(up) {
  if (line.up === up) return;
  line.up = up;
  line.listeners.forEach((listener) => listener(up));
}

/**
 * @param {'GET'|'POST'|'PUT'} method
 * @param {string} path under /sandbox/api
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON answer, or null when there is none
 * @throws {ApiError} on any answer that is not 2xx, and status 0 when nobody answers
 */
async function call(method, path, body) {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(`/sandbox/api/${path}`, init);
  } catch {
    report(false);
    throw new ApiError(0, "The sandbox does not answer.", null);
  }
  report(true);
  const text = await response.text();
  const answer = parsed(text);
  if (!response.ok) throw new ApiError(response.status, complaint(answer, response), answer);
  return answer;
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** @param {any} answer @param {Response} response */
function complaint(answer, response) {
  const words = answer?.error?.message ?? answer?.error ?? answer?.message;
  const why = answer?.error?.answer?.description;
  if (typeof words !== "string") return `The sandbox answered ${response.status}.`;
  return typeof why === "string" ? `${words} ${why}` : words;
}

const enc = encodeURIComponent;

export const api = {
  config: () => call("GET", "config"),
  people: () => call("GET", "people"),
  agents: () => call("GET", "agents"),

  /** @param {{from?: string, withheld?: boolean, country?: string}} wish */
  ring: (wish) => call("POST", "calls", wish),
  liveCalls: () => call("GET", "calls?live=1"),
  /** @param {string} sid */
  phoneCall: (sid) => call("GET", `calls/${enc(sid)}`),
  /** @param {string} sid @param {'caller'|'agent'} who @param {{do: string, text?: string}} act */
  inCall: (sid, who, act) => call("POST", `calls/${enc(sid)}/${who}`, act),
  /** @param {{from: string, subject: string, body: string, name?: string, ticket_id?: string}} mail */
  email: (mail) => call("POST", "email", mail),
  /** @param {string} address */
  mails: (address) => call("GET", `mails?to=${enc(address)}`),
  /** @param {{from: string, channel: 'sms'|'whatsapp', body: string, name?: string}} message */
  phone: (message) => call("POST", "phone", message),
  /** @param {string} number @param {boolean} reachable */
  power: (number, reachable) => call("PUT", `phone/${enc(number)}`, { reachable }),
  /** @param {string} number @param {string} channel */
  messages: (number, channel) => call("GET", `phone/${enc(number)}/messages?channel=${enc(channel)}`),

  /** @param {boolean} done also solved and closed ones */
  tickets: (done) => call("GET", `tickets?limit=120${done ? "&done=1" : ""}`),
  /** @param {string} id */
  ticket: (id) => call("GET", `tickets/${enc(id)}`),
  /** @param {string} id @param {{agent_id: string, body: string, public: boolean, status?: string}} comment */
  comment: (id, comment) => call("POST", `tickets/${enc(id)}/comments`, comment),
  /** @param {string} id @param {string} macro @param {string} agent */
  applied: (id, macro, agent) =>
    call("GET", `tickets/${enc(id)}/macros/${enc(macro)}/apply?agent_id=${enc(agent)}`),
  /** @param {string} id @param {string} agent */
  sidebar: (id, agent) => call("POST", `tickets/${enc(id)}/sidebar`, { agent_id: agent }),
  /** @param {string} agent */
  navBar: (agent) => call("POST", "nav_bar", { agent_id: agent }),

  channels: () => call("GET", "slack/channels"),
  /** @param {string} channel @param {string} user */
  channelMessages: (channel, user) => call("GET", `slack/channels/${enc(channel)}/messages?user=${enc(user)}`),
  /** @param {Record<string, unknown>} click */
  click: (click) => call("POST", "slack/click", click),
  /** @param {string} user */
  views: (user) => call("GET", `slack/views?user=${enc(user)}`),
  /** @param {string} view @param {string} user */
  closeView: (view, user) => call("POST", "slack/view_close", { view_id: view, user_id: user }),
  /** @param {Record<string, unknown>} click on an element of a home or of a modal */
  clickView: (click) => call("POST", "slack/view_click", click),
  /** @param {string} user */
  openHome: (user) => call("POST", "slack/home", { user_id: user }),
  /** @param {string} channel @param {string} user @param {string} text */
  command: (channel, user, text) => call("POST", "slack/command", { channel, user_id: user, text }),
  /** @param {string} channel @param {string} user @param {string} text */
  sayInSlack: (channel, user, text) =>
    call("POST", `slack/channels/${enc(channel)}/messages`, { user_id: user, text }),
  /** @param {Record<string, unknown>} submission */
  submitView: (submission) => call("POST", "slack/view_submit", submission),

  training: () => call("GET", "training"),
  /** @param {'begin'|'done'} kind @param {string} exercise @param {string} agent */
  trainingWish: (kind, exercise, agent) => call("POST", "training/wishes", { kind, exercise, agent_id: agent }),

  team: () => call("GET", "team"),
  teamWish: () => call("POST", "team/wishes", {}),

  statusPage: () => call("GET", "status_page"),
  /** @param {{name: string, components: string[], body: string}} incident */
  beginIncident: (incident) => call("POST", "status_page/incidents", incident),
  /** @param {string} incident @param {{status: string, body: string}} update */
  updateIncident: (incident, update) => call("POST", `status_page/incidents/${enc(incident)}/updates`, update),

  /** @param {Record<string, unknown>} signal */
  signal: (signal) => call("POST", "signals", signal),
  /** @param {string} person @param {'chat'|'messenger'} channel the window is open: what is there is read */
  chat: (person, channel) => call("GET", `messaging/${enc(person)}/messages?channel=${channel}&open=1`),
  /** @param {Record<string, string>} message */
  say: (message) => call("POST", "messaging", message),
  /** @param {string} person @param {{account: string, name: string, email: string}} login */
  logIn: (person, login) => call("POST", `messaging/${enc(person)}/sign_in`, login),

  /** @param {number} after a serial */
  decisions: (after) => call("GET", `decisions?after=${after}`),
  statusEvents: () => call("GET", "status_events"),
  deliveries: () => call("GET", "deliveries"),
  /** @param {string} id */
  redeliver: (id) => call("POST", `deliveries/${enc(id)}/redeliver`, {}),
  /** @param {string} [id] a delivery to imitate; without one the sandbox takes the latest */
  forge: (id) => call("POST", "deliveries/forge", id ? { delivery_id: id } : {}),
  appointments: () => call("GET", "appointments"),
  /** @param {string} slot as the calendar names it */
  takeSlot: (slot) => call("POST", "appointments", { slot }),
  faults: () => call("GET", "faults"),
  /** @param {Record<string, unknown>} faults */
  setFaults: (faults) => call("PUT", "faults", faults),
};
