import type { ReactNode } from 'react';
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

/** What is looked up rather than read: who they are, what they agreed to, what was before. */
export function Package({ handoff }: { handoff: Handoff }) {
  const { t } = useWords();
  const { sources = [], intent, profile = [], activity = [], consent = [], last_issue, withheld = [] } = handoff;
  return (
    <>
      <Lines term={t('handoff.intent')} items={intent ? [intent] : []} />
      <Lines term={t('handoff.profile')} items={profile} />
      <Lines term={t('handoff.last_issue')} items={last_issue ? [last_issue] : []} />
      <Lines term={t('handoff.activity')} items={activity} />
      <Lines term={t('handoff.consent')} items={consent} />
      <Lines term={t('handoff.sources')} items={sources} />
      <Lines term={t('handoff.withheld')} items={withheld.length > 0 ? [withheld.join(', ')] : []} />
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
