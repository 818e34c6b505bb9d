import type { SeenFact } from '../api/types';
import { useWords } from '../words';

/** What stands above, with what the customer wants. */
const TOLD = new Set(['asked', 'readers_differ']);

/** What was read off the conversation and its records, each with what shows it. */
export function Seen({ facts: all }: { facts: SeenFact[] }) {
  const { t } = useWords();
  const facts = all.filter((fact) => !TOLD.has(fact.name));
  if (facts.length === 0) return null;
  return (
    <>
      <h3>{t('seen.title')}</h3>
      <ul className="plain-list seen">
        {facts.map((fact, at) => (
          // A name may come more than once, as attachments do.
          <One key={at} fact={fact} />
        ))}
      </ul>
    </>
  );
}

function One({ fact }: { fact: SeenFact }) {
  const { number } = useWords();
  // A stored conversation's id tells nobody anything; the conversations themselves stand in the story.
  const records = fact.records.filter((record) => !record.startsWith('conversation:'));
  const shows = [...records, ...fact.evidence.map((words) => `“${words}”`)].slice(0, 4);
  const said = [fact.label && fact.label !== fact.name ? fact.label : '', fact.amount === null ? '' : number(fact.amount)];
  return (
    <li>
      <strong>{fact.title}</strong> {said.filter(Boolean).join(' · ')}
      {shows.length > 0 && <span className="quiet"> ({shows.join(', ')})</span>}
    </li>
  );
}
