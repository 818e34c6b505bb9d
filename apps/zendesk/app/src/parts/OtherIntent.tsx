import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select } from '@zendeskgarden/react-forms';
import { type FormEvent, useState } from 'react';
import type { IntentName } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useReturn } from '../hooks/useReturn';
import { useWords } from '../words';
import { Refused } from './states';

/** As the contract names a message that is about none of the company's matters. */
const NONE = 'out_of_scope';
/** Where nothing was recognised there is nothing to object to. */
const UNKNOWN = 'unknown';

interface OtherIntentProps {
  ticketId: string;
  seen: string;
  decision: string | null;
}

/** The agent says what the customer really wanted. The names are asked for only when the agent wants to. */
export function OtherIntent({ ticketId, seen, decision }: OtherIntentProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [known, setKnown] = useState<IntentName[] | null>(null);
  const [thanked, setThanked] = useState(false);
  const [button, back] = useReturn();
  const ask = () => act.run(async () => setKnown(await api.intents()));
  const close = () => {
    setKnown(null);
    back();
  };
  const send = async (intent: string) => {
    const kept = await act.run(() => api.correctIntent(ticketId, intent, decision));
    if (!kept) return;
    setThanked(true);
    close();
  };
  return (
    <div className="other-intent">
      <span className={thanked ? 'quiet' : 'unseen'} role="status">
        {thanked && t('need.other.thanks')}
      </span>
      {known ? (
        <Choice others={known.filter(({ value }) => value !== seen)} busy={act.busy} onSend={send} onCancel={close} />
      ) : (
        <Button ref={button} size="small" isLink disabled={act.busy} onClick={() => void ask()}>
          {t(seen === UNKNOWN ? 'need.other.unknown' : 'need.other')}
        </Button>
      )}
      <Refused problem={act.problem} />
    </div>
  );
}

interface ChoiceProps {
  others: IntentName[];
  busy: boolean;
  onSend: (intent: string) => Promise<void>;
  onCancel: () => void;
}

function Choice({ others, busy, onSend, onCancel }: ChoiceProps) {
  const { t } = useWords();
  const [intent, setIntent] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSend(intent);
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field>
        <Field.Label>{t('need.other.label')}</Field.Label>
        <Select isCompact value={intent} onChange={(event) => setIntent(event.target.value)}>
          <option value="">{t('need.other.choose')}</option>
          {others
            .filter(({ value }) => value !== NONE)
            .map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          <option value={NONE}>{t('need.other.none')}</option>
        </Select>
      </Field>
      <div className="row">
        <Button size="small" isPrimary type="submit" disabled={busy || !intent}>
          {t('need.other.send')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  );
}
