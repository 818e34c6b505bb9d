import { Button } from '@zendeskgarden/react-buttons';
import { Field, Input, Select, Textarea } from '@zendeskgarden/react-forms';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useKept } from '../hooks/useKept';
import { useWords } from '../words';
import { Card } from './Card';
import { Refused } from './states';

interface HandsProps {
  ticketId: string;
  onDone: (said: string) => void;
  onCancel: () => void;
}

/** Pass the conversation to a group that knows more. */
export function Escalate({ ticketId, suggested, onDone, onCancel }: HandsProps & { suggested: string }) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const groups = useGroups();
  const [group, setGroup] = useState(suggested);
  const [note, setNote, sent] = useKept(`escalate:${ticketId}`);
  const submit = async () => {
    const passed = await act.run(() => api.escalate(ticketId, group.trim(), note.trim()));
    if (!passed) return;
    sent();
    onDone(t('action.escalate.done', { group }));
  };
  return (
    <Card title={t('action.escalate.title')}>
      <Form onSubmit={submit} onCancel={onCancel} send={t('action.escalate.send')} ready={group.trim() !== '' && !act.busy}>
        <GroupField groups={groups} group={group} onChange={setGroup} />
        <Field>
          <Field.Label isRegular>{t('action.escalate.note')}</Field.Label>
          <Textarea isCompact minRows={2} maxRows={8} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
        <Refused problem={act.problem} />
      </Form>
    </Card>
  );
}

interface FormProps {
  send: string;
  ready: boolean;
  onSubmit: () => Promise<void>;
  onCancel: () => void;
  children: ReactNode;
}

/** The fields of a change of hands, with its two buttons. */
export function Form({ send, ready, onSubmit, onCancel, children }: FormProps) {
  const { t } = useWords();
  useEffect(() => {
    const opener = document.activeElement;
    // Closed with the focus in it: it goes back to the button that opened it, and not to the start of the page.
    return () => {
      if (opener instanceof HTMLElement && document.activeElement === document.body) opener.focus({ preventScroll: true });
    };
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <form className="form" onSubmit={submit}>
      {children}
      <div className="row">
        <Button size="small" isPrimary type="submit" disabled={!ready}>
          {send}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** A choice where the groups are known, a plain field where Zendesk does not tell them. */
function GroupField({ groups, group, onChange }: { groups: string[]; group: string; onChange: (name: string) => void }) {
  const { t } = useWords();
  const known = group && !groups.includes(group) ? [group, ...groups] : groups;
  return (
    <Field>
      <Field.Label isRegular>{t('action.escalate.group')}</Field.Label>
      {groups.length > 0 ? (
        <Select isCompact value={group} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t('action.escalate.choose')}</option>
          {known.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      ) : (
        <Input isCompact value={group} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

function useGroups(): string[] {
  const { host, session } = useAround();
  const [groups, setGroups] = useState<string[]>(session.groups ?? []);
  useEffect(() => {
    if (session.groups?.length) return;
    void host.groups().then(setGroups);
  }, [host, session.groups]);
  return groups;
}
