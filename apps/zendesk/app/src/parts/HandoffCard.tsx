import '../css/handoff.css';
import { Button } from '@zendeskgarden/react-buttons';
import type { ReactNode } from 'react';
import type { Contact } from '../api/beside';
import type { Customer, Decision, Handoff, Owner, Signals } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { plain } from '../story';
import { useWords } from '../words';
import { Card, Fold } from './Card';
import { Icon } from './Icon';
import { Lines, Package, Told } from './Package';
import { Trend } from './Trend';

/** A summary that says at least this many characters more than the quote is worth its place. */
const MORE = 60;
/** What is longer is cut in the brief, and stands in the fold as a whole. */
const SHORT = 60;
const LAST_STEPS = 3;

/** The warm handoff in three lines and what proves who it is; the rest is folded below. */
export function HandoffCard({ handoff, owner }: { handoff: Handoff; owner: Owner }) {
  const { t } = useWords();
  const { agent, group, wants, open, identity, proof } = handoff;
  const why = plain(handoff.reason);
  // Who has it stands in the owner's line; the card names whom it was for only where that is somebody else.
  const elsewhere = owner.name !== (agent ?? group);
  const target = agent ? t('handoff.to.agent', { agent, group }) : t('handoff.to', { name: group });
  return (
    <Card title={t('handoff.title')} tone="accent" aside={elsewhere && <span className="quiet">{target}</span>}>
      <p className="quiet one-line" title={why}>
        {why}
      </p>
      <dl className="facts brief">
        <Brief term={t('handoff.wants')} said={wants} strong />
        <Brief term={t('handoff.done')} said={lastDone(handoff) || t('handoff.done.nothing')} />
        <Brief term={t('handoff.next')} said={open.join(' · ') || t('handoff.next.answer')} />
      </dl>
      <p className={`proof proof-${identity}`}>
        <Icon name={identity === 'verified' ? 'check' : 'alert'} className="icon-small" />
        <span className="clamped" title={proof}>
          <strong>{t(`handoff.identity.${identity}`)}</strong>
          {proof && `: ${proof}`}
        </span>
      </p>
    </Card>
  );
}

interface HandoffFoldProps {
  handoff: Handoff;
  customer: Customer | null;
  signals: Signals | null;
  decision: Decision | null;
  ticketId: string;
  /** When we last said something to the customer; null while that is looked for, or where nobody ever did. */
  contact: Contact | null;
  /** Whether the procedure that this ran into shows its own steps. */
  led: boolean;
}

/** All that is known, so that nobody asks the customer again. */
export function HandoffFold({ handoff, customer, signals, decision, ticketId, contact, led }: HandoffFoldProps) {
  const { t } = useWords();
  const matters = handoff.diagnostics?.[0] ?? handoff.activity?.[0] ?? handoff.intent;
  return (
    <Fold title={t('handoff.more')} aside={<span className="quiet">{matters}</span>}>
      {handoff.sentiment_trend.length > 1 && <Trend scores={handoff.sentiment_trend} />}
      <dl className="facts">
        <Row term={t('handoff.why')}>
          {plain(handoff.reason)}
          <Evidence words={shown(handoff, decision, signals)} />
        </Row>
        {handoff.wants.length > SHORT && <Row term={t('handoff.wants')}>{handoff.wants}</Row>}
        {(handoff.proof?.length ?? 0) > SHORT && <Row term={t('handoff.proof')}>{handoff.proof}</Row>}
        <Lines term={t('handoff.done')} items={led ? handoff.tried : doneIn(handoff)} />
        <Lines term={t('handoff.open')} items={handoff.open} />
        <Lines term={t('handoff.diagnostics')} items={handoff.diagnostics ?? []} />
        <Lines term={t('handoff.options')} items={handoff.options ?? []} />
        <Lines term={t('handoff.history')} items={handoff.history ?? []} />
        {contact && <LastContact contact={contact} here={ticketId} />}
        {customer && <Tier customer={customer} tier={decision?.tier} />}
        <Told handoff={handoff} />
        {!repeated(handoff) && <Row term={t('handoff.summary')}>{handoff.summary}</Row>}
        <Package handoff={handoff} />
      </dl>
    </Fold>
  );
}

/** The steps that a procedure took last, else what was said last. */
function lastDone({ tried, steps = [] }: Handoff): string {
  return steps.slice(-LAST_STEPS).join(' · ') || (tried.at(-1) ?? '');
}

/** What was answered and done, oldest first. */
function doneIn({ tried, steps = [] }: Handoff): string[] {
  return [...tried, ...steps];
}

/** A few lines at most: the whole of it stands in the fold. */
function Brief({ term, said, strong = false }: { term: string; said: string; strong?: boolean }) {
  return (
    <>
      <dt>{term}</dt>
      <dd className="clamped" title={said}>
        {strong ? <strong>{said}</strong> : said}
      </dd>
    </>
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

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
