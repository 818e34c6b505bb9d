import { type ReactNode, useId, useState } from 'react';
import { Icon } from './Icon';

interface CardProps {
  title: string;
  aside?: ReactNode;
  tone?: 'plain' | 'accent';
  children: ReactNode;
}

/** One titled block of the sidebar. */
export function Card({ title, aside, tone = 'plain', children }: CardProps) {
  const id = useId();
  return (
    <section className={`card card-${tone}`} aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

interface FoldProps {
  title: string;
  aside?: ReactNode;
  open?: boolean;
  /** Keep its content while it is closed: what was typed there, and what the page's search finds. */
  keep?: boolean;
  children: ReactNode;
}

/** A block that is closed until somebody wants it. */
export function Fold({ title, aside, open = false, keep = false, children }: FoldProps) {
  const id = useId();
  const [shown, setShown] = useState(open);
  return (
    <section className="card" aria-labelledby={id}>
      <h2 className="fold-head">
        <button
          type="button"
          className="fold-button"
          aria-expanded={shown}
          aria-controls={`${id}-body`}
          onClick={() => setShown(!shown)}
        >
          <span id={id}>{title}</span>
          {aside}
          <Icon name="chevron" className={shown ? 'turned' : ''} />
        </button>
      </h2>
      <div id={`${id}-body`} hidden={!shown}>
        {(shown || keep) && children}
      </div>
    </section>
  );
}
