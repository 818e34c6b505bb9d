import { Button } from '@zendeskgarden/react-buttons';
import type { ApiProblem } from '../api/client';
import { useLater } from '../hooks/useLater';
import { useWords } from '../words';
import { Lines } from './Lines';
import { Refused } from './states';

const SOON_MS = 150;

/** The shape of what is being looked for; nothing while it comes at once. */
export function Searching() {
  const { t } = useWords();
  const late = useLater(SOON_MS);
  return (
    <div role="status" aria-label={t('state.loading')}>
      {late && <Lines widths={['90%', '70%']} />}
    </div>
  );
}

/** What could not be had, said in its own place; the rest of the page is as it was. */
export function Problem({ problem, again }: { problem: ApiProblem; again: () => void }) {
  const { t } = useWords();
  return (
    <>
      <Refused problem={problem} />
      <Button isLink size="small" onClick={again}>
        {t('problem.retry')}
      </Button>
    </>
  );
}
