import '../css/handoff.css';
import { Button } from '@zendeskgarden/react-buttons';
import type { ReactNode } from 'react';
import type { Contact } from '../api/beside';
import type { Customer, Decision, Entry, Handoff, Signals } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { plain } from '../story';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Package, Told } from './Package';
import { Trend } from './Trend';

/** A summary that says at least this many characters more than the quote is worth its place. */
const MORE = 60;
/** Lines of what was done and of what comes next that stand in the brief; the rest is folded. */
const BRIEF = 2;
const IDENTITY_TONES = { verified: 'green', known: 'grey', unverified: 'yellow' } as const;

interface HandoffCardProps {
  handoff: Handoff;
  customer: Customer | null;
  signals: Signals | null;
  decision: Decision | null;
  ticketId: string;
  /** When we last said something to the customer; null while that is looked for, or where nobody ever did. */
  contact: Contact | null;
  /** What came since this agent last looked. */
  fresh: Entry[];
}

/** The warm handoff: all that is known, so that nobody asks the customer again. */
export function HandoffCard({ handoff, customer, signals, decision, ticketId, contact, fresh }: HandoffCardProps) {
  const { t } = useWords();
  const { agent, group } = handoff;
  const target = agent ? t('handoff.to.agent', { agent, group }) : t('handoff.to', { name: group });
  return (
    <Card title={t('handoff.title')} tone="accent" aside={<span className="quiet">{target}</span>}>
      {fresh.length > 0 && <p className="handoff-fresh">{t('handoff.fresh', { count: fresh.length })}</p>}
      <dl className="facts">
        <Row term={t('handoff.wants')} strong>{handoff.wants}</Row>
        <List term={t('handoff.tried')} items={handoff.tried.slice(-BRIEF)} />
        <List term={t('handoff.brief.next')} items={handoff.open.slice(0, BRIEF)} />
        <Row term={t('handoff.why')}>
          {plain(handoff.reason)}
          <Evidence words={shown(handoff, decision, signals)} />
        </Row>
      </dl>
      <div className="chips">
        <Chip
          icon={handoff.identity === 'verified' ? 'check' : 'alert'}
          tone={IDENTITY_TONES[handoff.identity]}
          text={t(`handoff.identity.${handoff.identity}`)}
          tip={handoff.proof || (customer ? t('handoff.identity.by', { what: proofOf(customer) }) : undefined)}
        />
        {handoff.sentiment_trend.length > 1 && <Trend scores={handoff.sentiment_trend} />}
      </div>
      <Package handoff={handoff}>
        <List term={t('handoff.tried')} items={handoff.tried.slice(0, -BRIEF)} />
        <List term={t('handoff.steps')} items={handoff.steps ?? []} />
        <List term={t('handoff.open')} items={handoff.open.slice(BRIEF)} />
        <List term={t('handoff.diagnostics')} items={handoff.diagnostics ?? []} />
        <List term={t('handoff.options')} items={handoff.options ?? []} />
        <List term={t('handoff.history')} items={handoff.history ?? []} />
        {contact && <LastContact contact={contact} here={ticketId} />}
        {customer && <Tier customer={customer} tier={decision?.tier} />}
        <Told handoff={handoff} />
        {!repeated(handoff) && <Row term={t('handoff.summary')}>{handoff.summary}</Row>}
      </Package>
    </Card>
  );
}

/** The words that fired the trigger, as far as the reason does not hold them. */
function shown(handoff: Handoff, decision: Decision | null, signals: Signals | null): string[] {
  const [kind, name] = (decision?.rule ?? '').split(':');
  if (kind !== 'trigger' || !signals) return [];
  const risk = signals.risks.find((each) => each.kind === name);
  const fact = signals.facts?.find((each) => each.name === name);
  const words = [risk?.evidence ?? fact?.evidence ?? []].flat().flatMap((each) => each.split(' · '));
  return words.filter((each) => each && !handoff.reason.includes(each));
}

/** Of one message there is no story yet: its words stand under what they want already. */
function repeated({ wants, summary }: Handoff): boolean {
  const words = /“(.+)”/s.exec(wants)?.[1];
  return !summary || (words !== undefined && summary.length - words.length < MORE && summary.includes(words));
}

function proofOf({ email, phone }: Customer): string {
  return [email, phone].filter(Boolean).join(', ');
}

function Evidence({ words }: { words: string[] }) {
  const { t } = useWords();
  if (words.length === 0) return null;
  return (
    <span className="evidence">
      <span className="unseen">{t('need.evidence')}</span>
      {words.map((each) => (
        <q key={each}>{each}</q>
      ))}
    </span>
  );
}

/** When, by what, who and about what; elsewhere than here it can be opened. */
function LastContact({ contact, here }: { contact: Contact; here: string }) {
  const { t, ago, moment } = useWords();
  const { host } = useAround();
  const now = useNow();
  const opening = useAct();
  const { ticket } = contact;
  return (
    <Row term={t('handoff.contact')}>
      <time dateTime={contact.at} title={moment(contact.at)}>
        {ago(contact.at, now)}
      </time>
      {`, ${t(`channel.${contact.channel}`)}, ${contact.author}`}
      <span className="quiet handoff-words">“{contact.text}”</span>
      {ticket && ticket !== here && (
        <Button isLink size="small" onClick={() => void opening.run(() => host.openTicket(ticket))}>
          {contact.subject || t('similar.open', { number: ticket })}
        </Button>
      )}
    </Row>
  );
}

function Tier({ customer, tier }: { customer: Customer; tier: number | undefined }) {
  const { t } = useWords();
  const named = customer.tier.charAt(0).toUpperCase() + customer.tier.slice(1);
  return <Row term={t('handoff.tier')}>{tier === undefined ? named : t('handoff.tier.of', { name: named, tier })}</Row>;
}

function Row({ term, strong, children }: { term: string; strong?: boolean; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{strong ? <strong>{children}</strong> : children}</dd>
    </>
  );
}

function List({ term, items }: { term: string; items: string[] }) {
  if (items.length === 0) return null;
  return (
    <Row term={term}>
      <ul className="plain-list">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </Row>
  );
}
