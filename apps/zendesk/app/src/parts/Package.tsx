import { Button } from '@zendeskgarden/react-buttons';
import { useState, type ReactNode } from 'react';
import type { Expected, Handoff } from '../api/types';
import { useWords } from '../words';

/** What the customer was told of the wait, and what they may choose. */
export function Told({ handoff }: { handoff: Handoff }) {
  const { t } = useWords();
  const { reply, ways = [] } = handoff;
  if (!reply) return null;
  return (
    <>
      <dt>{t('handoff.told')}</dt>
      <dd>
        <Wait reply={reply} />
        {reply.grounds && <span className="quiet handoff-words">{t('handoff.told.grounds', { grounds: reply.grounds })}</span>}
      </dd>
      <Lines term={t('handoff.ways')} items={ways.length > 0 ? [ways.map((way) => t(`handoff.way.${way}`)).join(', ')] : []} />
    </>
  );
}

function Wait({ reply }: { reply: Expected }) {
  const { t, moment } = useWords();
  const within = reply.minutes === null ? reply.promise : t('handoff.told.within', { minutes: reply.minutes });
  const back = reply.opens_at ? t('handoff.told.back', { when: moment(reply.opens_at) }) : '';
  return <>{[within, back].filter(Boolean).join('; ')}</>;
}

/** The rest of the package: folded, because most of it is looked up and not read. `children` are its first rows. */
export function Package({ handoff, children }: { handoff: Handoff; children?: ReactNode }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { sources = [], intent, proof, profile = [], activity = [], consent = [], last_issue, withheld = [] } = handoff;
  const about = intent ? [intent] : [];
  const recognised = proof ? [proof] : [];
  const last = last_issue ? [last_issue] : [];
  return (
    <>
      <Button isLink size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('handoff.more')}
      </Button>
      {open && (
        <dl className="facts">
          {children}
          <Lines term={t('handoff.intent')} items={about} />
          <Lines term={t('handoff.proof')} items={recognised} />
          <Lines term={t('handoff.profile')} items={profile} />
          <Lines term={t('handoff.last_issue')} items={last} />
          <Lines term={t('handoff.activity')} items={activity} />
          <Lines term={t('handoff.consent')} items={consent} />
          <Lines term={t('handoff.sources')} items={sources} />
          <Lines term={t('handoff.withheld')} items={withheld.length > 0 ? [withheld.join(', ')] : []} />
        </dl>
      )}
    </>
  );
}

/** A term with its lines; nothing where there are none. */
export function Lines({ term, items }: { term: string; items: ReactNode[] }) {
  if (items.length === 0) return null;
  return (
    <>
      <dt>{term}</dt>
      <dd>
        {items.length === 1 ? (
          items[0]
        ) : (
          <ul className="plain-list">
            {items.map((item, place) => (
              <li key={place}>{item}</li>
            ))}
          </ul>
        )}
      </dd>
    </>
  );
}
