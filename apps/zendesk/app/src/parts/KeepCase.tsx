import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { LEADING } from '../session';
import type { Keeping, KeptCase } from '../api/suite';
import { useWords } from '../words';

/** One press makes a decided ticket a case of the regression suite, or a training exercise; nobody but those who lead has it. `named`: it stands
 * among others. */
export function KeepCase({ ticketId, as = 'suite', named = false }: { ticketId: string; as?: Keeping; named?: boolean }) {
  const { t } = useWords();
  const { api, session } = useAround();
  const { busy, problem, run } = useAct();
  const [kept, setKept] = useState<KeptCase | null>(null);
  if (!LEADING.has(session.role)) return null;
  return (
    <div>
      {kept === null && (
        <Button
          size="small"
          isLink={named}
          disabled={busy}
          aria-label={named ? `${t(`keep.${as}.button`)}: ${ticketId}` : undefined}
          onClick={() => void run(async () => setKept(await api.keepCase(ticketId, as)))}
        >
          {t(`keep.${as}.button`)}
        </Button>
      )}
      <p className={kept ? 'quiet' : 'unseen'} role="status">
        {kept && t(`keep.${as}.${kept.fresh ? 'kept' : 'there'}`, { name: kept.name, by: kept.by })}
      </p>
      {problem && (
        <p className="refused" role="alert">
          {t(`problem.${problem.code}.title`)}
          {problem.code === 'not_found' && problem.message && <>: {problem.message}</>}
        </p>
      )}
    </div>
  );
}
