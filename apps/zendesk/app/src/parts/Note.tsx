import { Field, Textarea } from '@zendeskgarden/react-forms';
import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import { useWords } from '../words';

/** The agent's own words to this customer: they go in after the greeting, and no model sees or changes them. */
export function Note({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(text !== '');
  if (!open && !text) {
    return (
      <Button isLink size="small" onClick={() => setOpen(true)}>
        {t('note.add')}
      </Button>
    );
  }
  return (
    <Field className="note-field">
      <Field.Label isRegular>{t('note.label')}</Field.Label>
      <Textarea
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the agent just asked for the field
        autoFocus={text === ''}
        isCompact
        minRows={1}
        maxRows={6}
        maxLength={1_000}
        placeholder={t('note.placeholder')}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
