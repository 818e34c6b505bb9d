import type { Adoption } from '../api/types';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';

const TONES: Record<Adoption['state'], Tone> = { used: 'green', edited: 'blue', ignored: 'grey' };

/** What became of the draft: the assistant learns from the difference, so the agent may see it. */
export function Adopted({ adoption }: { adoption: Adoption }) {
  const { t } = useWords();
  const { state, distance } = adoption;
  return (
    <Card title={t('adoption.title')} aside={<Chip tone={TONES[state]} text={t(`draft.state.${state}`)} small />}>
      <p>{t(state === 'edited' && distance === 1 ? 'adoption.edited.one' : `adoption.${state}`, { count: distance })}</p>
    </Card>
  );
}
