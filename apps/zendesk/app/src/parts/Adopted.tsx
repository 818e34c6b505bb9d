import type { Adoption } from '../api/types';
import { type Key, useWords } from '../words';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';

const TONES: Record<Adoption['state'], Tone> = { used: 'green', edited: 'blue', ignored: 'grey' };

/** What became of what we had for the reply: the assistant learns from the difference, so the agent may see it. */
export function Adopted({ adoption }: { adoption: Adoption }) {
  const { t } = useWords();
  const { state, distance, inserted = null, approved = null, sources = [], note = false } = adoption;
  const counted = (key: 'adoption.edited' | 'adoption.inserted' | 'adoption.approved', count: number) =>
    t(count === 1 ? `${key}.one` : key, { count });
  const own = distance === null || (state === 'ignored' && sources.length > 0);
  return (
    <Card title={t('adoption.title')} aside={<Chip tone={TONES[state]} text={t(`draft.state.${state}`)} small />}>
      {!own && <p>{state === 'edited' ? counted('adoption.edited', distance) : t(`adoption.${state}`)}</p>}
      {sources.length > 0 && (
        <p>{t('adoption.from', { what: sources.map((source) => t(`adoption.source.${source}` satisfies Key)).join(', ') })}</p>
      )}
      {inserted !== null && inserted !== distance && (
        <p className="quiet">{inserted === 0 ? t('adoption.inserted.same') : counted('adoption.inserted', inserted)}</p>
      )}
      {note && <p className="quiet">{t('adoption.note')}</p>}
      {approved !== null && (
        <p className="quiet">{approved === 0 ? t('adoption.approved.same') : counted('adoption.approved', approved)}</p>
      )}
    </Card>
  );
}
