import { Button } from '@zendeskgarden/react-buttons';
import { Field, Textarea } from '@zendeskgarden/react-forms';
import { useRef, useState } from 'react';
import { useWords } from '../words';
import { Alert } from './Alert';

interface CopyBoxProps {
  text: string;
  unsure: boolean;
  /** The agent has taken the text by hand. */
  onCopied?: () => void;
}

/** The text that could not be inserted, kept and ready to be copied by hand. */
export function CopyBox({ text, unsure, onCopied }: CopyBoxProps) {
  const { t } = useWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    area.current?.select();
    if (!copied) onCopied?.();
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // An iframe may be denied the clipboard; the older way works there, and else the text stays selected.
      setCopied(document.execCommand?.('copy') ?? false);
    }
  };
  return (
    <div className="stack-small">
      <Alert type="warning" role="alert">
        <div className="alert-text">{t(unsure ? 'draft.insert.silent' : 'draft.insert.refused')}</div>
      </Alert>
      <Field>
        <Field.Label hidden>{t('draft.copy.label')}</Field.Label>
        <Textarea ref={area} isCompact readOnly value={text} minRows={3} maxRows={8} />
      </Field>
      <Button size="small" onClick={() => void copy()}>
        {t(copied ? 'draft.copied' : 'draft.copy')}
      </Button>
    </div>
  );
}
