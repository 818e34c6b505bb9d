import { Children, type ReactNode } from 'react';
import { useWords } from '../words';
import { Guard } from './Guard';

/** Around a page's cards: one that cannot be drawn says so in its own place, and the others stay. */
export function EachSafe({ attempt, children }: { attempt: number; children: ReactNode }) {
  return Children.map(children, (child) => (child ? <Safe attempt={attempt}>{child}</Safe> : null));
}

/** Around one card. With another `attempt` drawing it is tried again. */
export function Safe({ attempt, children }: { attempt: number; children: ReactNode }) {
  const { t } = useWords();
  const instead = (
    <p className="card quiet" role="status">
      {t('state.part.text')}
    </p>
  );
  return (
    <Guard attempt={attempt} instead={instead}>
      {children}
    </Guard>
  );
}
