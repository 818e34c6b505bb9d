import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { Customer } from '../api/types';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Fold } from './Card';

const SHOWN_FACTS = 3;
/** Of one fact: a household with ten devices must not push the draft out of sight. */
const SHOWN_LINES = 3;

/** Who is writing and what the helpdesk holds about them; what proves it stands with the handoff and the profile. */
export function CustomerCard({ customer }: { customer: Customer }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const more = customer.facts.length - SHOWN_FACTS;
  const facts = all ? customer.facts : customer.facts.slice(0, SHOWN_FACTS);
  return (
    <Fold title={t('customer.title')} aside={<span className="quiet">{`${customer.name}, ${named(customer.tier)}`}</span>} keep>
      <Reach customer={customer} />
      {facts.length > 0 && (
        <dl className="facts">
          {facts.map((fact) => (
            <div className="pair" key={`${fact.label}${fact.value}`} title={t('customer.fact.source', { source: fact.source })}>
              <dt>{fact.label}</dt>
              <dd>
                <Lines text={fact.value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {more > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('customer.facts.fewer') : t('customer.facts.more', { count: more })}
        </Button>
      )}
    </Fold>
  );
}

function Lines({ text }: { text: string }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const lines = text.split('\n');
  const more = lines.length - SHOWN_LINES;
  // To show one more line costs as much room as the button that would show it.
  if (more < 2) return text;
  return (
    <>
      {all ? text : `${lines.slice(0, SHOWN_LINES).join('\n')}\n`}
      <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? t('customer.facts.fewer') : t('customer.facts.more', { count: more })}
      </Button>
    </>
  );
}

/** A tier is a company's own word, kept as a bare key. */
function named(tier: string): string {
  return tier.charAt(0).toUpperCase() + tier.slice(1);
}

function Reach({ customer }: { customer: Customer }) {
  const { t, date, clock } = useWords();
  const now = useNow();
  const local = clock(now, customer.time_zone);
  const parts = [
    customer.email,
    customer.phone,
    local && t('customer.local', { time: local }),
    customer.since && t('customer.since', { date: date(customer.since) }),
  ].filter((part): part is string => Boolean(part));
  return (
    <p className="dotted quiet">
      {parts.map((part) => (
        <span key={part} dir={part === customer.phone ? 'ltr' : undefined}>
          {part}
        </span>
      ))}
    </p>
  );
}
