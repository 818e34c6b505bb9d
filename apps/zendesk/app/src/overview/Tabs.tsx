import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { useWords } from '../words';

export interface Tab<T extends string> {
  name: T;
  title: string;
}

interface TabsProps<T extends string> {
  label: string;
  tabs: Tab<T>[];
  chosen: T;
  choose: (name: T) => void;
  children: ReactNode;
}

const END: Record<string, (count: number) => number> = { Home: () => 0, End: (count) => count - 1 };

/** Tabs as the keyboard knows them: one stop, arrows between them. */
export function Tabs<T extends string>({ label, tabs, chosen, choose, children }: TabsProps<T>) {
  const { direction } = useWords();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const moved = (event: KeyboardEvent) => {
    const on = direction === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: on, ArrowLeft: -on };
    const from = tabs.findIndex(({ name }) => name === chosen);
    const step = steps[event.key];
    const to = step === undefined ? END[event.key]?.(tabs.length) : (from + step + tabs.length) % tabs.length;
    const next = to === undefined ? undefined : tabs[to];
    if (!next || to === undefined) return;
    event.preventDefault();
    choose(next.name);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} ref={list}>
        {tabs.map(({ name, title }) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`${id}-${name}`}
            aria-selected={name === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => choose(name)}
            onKeyDown={moved}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} className="column">
        {children}
      </div>
    </>
  );
}
