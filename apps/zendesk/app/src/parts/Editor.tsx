import { Button } from '@zendeskgarden/react-buttons';
import { Field, Textarea } from '@zendeskgarden/react-forms';
import { useWords } from '../words';
import { Rewording } from './Rewording';

interface EditorProps {
  ticketId: string;
  /** The customer's, which a translation goes to. */
  language: string;
  text: string;
  busy?: boolean;
  asking: boolean;
  onChange: (text: string) => void;
  /** None where the text may not go into the reply before a supervisor has seen it. */
  onInsert?: () => void;
  /** Ask a supervisor for their word on it. */
  onAsk: () => void;
  onCancel: () => void;
}

/** The agent's own version, with help that never changes what it says. */
export function Editor({ ticketId, language, text, busy = false, asking, onChange, onInsert, onAsk, onCancel }: EditorProps) {
  const { t } = useWords();
  const empty = !text.trim();
  return (
    <div className="stack-small">
      <Field>
        <Field.Label hidden>{t('draft.edit.label')}</Field.Label>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the agent just asked to edit */}
        <Textarea autoFocus minRows={5} maxRows={18} value={text} onChange={(event) => onChange(event.target.value)} />
      </Field>
      <Rewording ticketId={ticketId} language={language} text={text} onChange={onChange} />
      <div className="row">
        {onInsert && (
          <Button size="small" isPrimary disabled={busy || empty} onClick={onInsert}>
            {t('draft.insert.edited')}
          </Button>
        )}
        <Button size="small" isPrimary={!onInsert} disabled={asking || empty} onClick={onAsk}>
          {t('request.ask')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('draft.edit.cancel')}
        </Button>
      </div>
    </div>
  );
}
