/**
 * The shapes the sandbox's page API answers with, as JSDoc types. Nothing runs here.
 *
 * @typedef {{id: string, name: string, email: string|null, phone: string|null, tier?: string, locale?: string,
 *            time_zone?: string, region?: string|null}} Person
 * @typedef {{id: string, name: string, group?: string|null, role?: string, email?: string}} Agent
 * @typedef {{sid: string, direction: 'inbound'|'outbound', body: string, status: string, at: string,
 *            channel?: string, error_code?: number|string|null, history?: {status: string, at: string}[],
 *            choices?: string[], files?: {sid: string, type: string}[], place?: string, kind?: string, quotes?: string}} PhoneMessage
 * @typedef {{id: string, mine: boolean, by: string, ai: boolean, agent: boolean, body: string, choices: string[],
 *            status: string, at: string}} ChatMessage
 * @typedef {{id: string, name: string, email?: string|null}} Requester
 * @typedef {{id: string, subject: string, status: string, requester: Requester, updated_at: string,
 *            group: string|null, assignee: string|null, tags: string[], priority: string|null}} TicketRow
 * @typedef {{id: string, author: {id: string, name: string, role: string}, body: string, html_body?: string|null,
 *            public: boolean, created_at: string, via?: string}} Comment
 * @typedef {TicketRow & {created_at?: string, comments: Comment[]}} Ticket
 * @typedef {{id: string, name: string}} Channel
 * @typedef {{id: string, name: string, approver?: boolean}} SlackUser
 * @typedef {{type: string, text?: string, emoji?: boolean}} SlackText
 * @typedef {Record<string, any>} Block
 * @typedef {{ts: string, user?: string, user_name?: string, bot_id?: string, username?: string, text: string,
 *            blocks?: Block[], thread_ts?: string, ephemeral_for?: string|null, edited?: any}} SlackMessage
 * @typedef {{id: string, callback_id?: string, title?: SlackText, submit?: SlackText|null, close?: SlackText|null,
 *            blocks: Block[], hash?: string}} SlackView
 * @typedef {{id: string, serial: number, at: string, ticket_id: string|null, customer: string|null, channel: string,
 *            disposition: string, rule: string|null, reason: string|null, intent: string|null,
 *            sentiment: string|null, confidence: number|null, policy_version: string|null,
 *            timings: Record<string, number>, abstained?: string|null,
 *            effects?: {kind: string, state: string, delivery: string|null, rule: string}[],
 *            sources: (string|{title?: string, article_id?: string})[]}} Decision
 * @typedef {{url: string, token: string, app_guid: string}} SidebarOpening
 */
export {};
