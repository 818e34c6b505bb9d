/** The vendors as they write themselves. */

/** @type {Record<string, string>} */
const NAMES = {
  zendesk: "Zendesk",
  twilio: "Twilio",
  slack: "Slack",
  sunshine: "Messaging",
  openai: "OpenAI",
  office: "Back office",
  shopify: "Shopify",
  hubspot: "HubSpot",
  company: "Company",
};

/** @param {string} vendor */
export const vendorName = (vendor) => NAMES[vendor] ?? vendor;
