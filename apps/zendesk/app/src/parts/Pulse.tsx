import { Button } from '@zendeskgarden/react-buttons';
import { useEffect, useId, useState } from 'react';
import type { PulseAsked } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useWords } from '../words';
import '../css/pulse.css';

const SCALE = [1, 2, 3, 4, 5] as const;

/**
 * One question, once a week, at a quiet moment: the agent has answered and nothing waits for them here. Whether to ask
 * is the web's word; that it cannot be asked is no problem of the agent's, and says nothing.
 */
export function Pulse({ quiet }: { quiet: boolean }) {
  const { api } = useAround();
  const [asked, setAsked] = useState<PulseAsked | null>(null);
  useEffect(() => {
    if (!quiet || asked) return;
    let gone = false;
    const ask = async () => {
      const found = await api.pulse();
      if (gone) return;
      if (found.due) await api.pulseDid('shown');
      setAsked(found);
    };
    ask().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api, quiet, asked]);
  return asked?.due ? <Question last={asked.last} /> : null;
}

function Question({ last }: { last: PulseAsked['last'] }) {
  const { t, percent } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [done, setDone] = useState<'answered' | 'later' | null>(null);
  const [id, said] = [useId(), useId()];
  const send = async (did: 'answered' | 'later', helps?: number) => {
    if (await act.run(() => api.pulseDid(did, helps))) setDone(did);
  };
  if (done === 'later') return null;
  if (done)
    return (
      <p className="pulse-thanks" role="status">
        {t('pulse.thanks')}{' '}
        {last && t('pulse.last', { share: percent(last.helps), answered: last.answered, asked: last.asked })}
      </p>
    );
  return (
    <section className="card pulse" aria-labelledby={id}>
      <h2 id={id}>{t('pulse.question')}</h2>
      <div className="pulse-scale" role="group" aria-labelledby={id} aria-describedby={said}>
        {SCALE.map((step) => (
          <Button key={step} size="small" disabled={act.busy} onClick={() => void send('answered', step)}>
            {step}
          </Button>
        ))}
      </div>
      <p className="pulse-ends quiet" aria-hidden="true">
        <span>{t('pulse.low')}</span>
        <span>{t('pulse.high')}</span>
      </p>
      <span id={said} className="unseen">
        {t('pulse.scale')}
      </span>
      <div className="pulse-foot">
        <span className="quiet">{t('pulse.private')}</span>
        <Button size="small" isLink disabled={act.busy} onClick={() => void send('later')}>
          {t('pulse.later')}
        </Button>
      </div>
      {act.problem && (
        <p className="refused" role="alert">
          {t('pulse.again')}
        </p>
      )}
    </section>
  );
}
