import '../css/internal.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useEffect, useId, useRef } from 'react';
import { useWords } from '../words';
import { Icon } from './Icon';

interface InternalWarningProps {
  /** Of the internal article, or several of them. */
  title: string;
  onConfirm: () => void;
  onCancel: () => void;
}

/** The second of two steps: words of an internal article reach a reply only after this was read and confirmed. */
export function InternalWarning({ title, onConfirm, onCancel }: InternalWarningProps) {
  const { t } = useWords();
  const id = useId();
  const back = useRef<HTMLButtonElement>(null);
  // The safe way has the focus: Enter pressed twice in a hurry must not insert.
  useEffect(() => back.current?.focus(), []);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape says no, as in any dialog
    <div
      className="internal-warning"
      role="alertdialog"
      tabIndex={-1}
      aria-labelledby={id}
      aria-describedby={`${id}-text`}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <p className="internal-warning-head" id={id}>
        <Icon name="lock" className="icon-small" />
        <strong>{t('internal.warning.title')}</strong>
      </p>
      <p id={`${id}-text`}>{t('internal.warning.text', { title })}</p>
      <div className="row">
        <Button ref={back} size="small" isPrimary onClick={onCancel}>
          {t('internal.warning.cancel')}
        </Button>
        <Button size="small" isDanger onClick={onConfirm}>
          {t('internal.warning.confirm')}
        </Button>
      </div>
    </div>
  );
}
