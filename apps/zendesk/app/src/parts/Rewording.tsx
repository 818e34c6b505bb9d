import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { Finding, Revision, Rewritten } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useWriting } from '../hooks/useWriting';
import { useWords } from '../words';
import { Alert } from './Alert';
import { Findings } from './Findings';
import { Refused } from './states';

const WAYS: Revision[] = ['shorter', 'friendlier', 'grammar'];
const BY_RULES: Revision[] = ['shorter', 'grammar'];

interface RewordingProps {
  ticketId: string;
  /** The customer's, which a translation goes to; empty where nobody knows it. */
  language: string;
  text: string;
  onChange: (text: string) => void;
}

/** Help with the wording of a text that never changes what it says. */
export function Rewording({ ticketId, language, text, onChange }: RewordingProps) {
  const { t, language: named } = useWords();
  const { api } = useAround();
  const { busy, problem, run } = useAct();
  const unavailable = useWriting();
  const [said, setSaid] = useState('');
  const [unsure, setUnsure] = useState(false);
  const [before, setBefore] = useState<string | null>(null);
  const [places, setPlaces] = useState<Rewritten['differences']>([]);
  const [findings, setFindings] = useState<Finding[] | null>(null);
  const shut = busy || !text.trim();
  const rewrite = (way: Revision, to = '') =>
    void run(async () => {
      setSaid('');
      setUnsure(false);
      setPlaces([]);
      const result = await api.rewrite(ticketId, text, way, to);
      if (result.changed) {
        setBefore(text);
        onChange(result.text);
      }
      const cautious = result.changed && result.caution !== '';
      setUnsure(cautious);
      setPlaces(result.differences);
      if (result.by_rules) setSaid(t(result.changed ? `write.rules.${way}` as 'write.rules.shorter' : 'write.rules.nothing'));
      else setSaid(cautious ? '' : result.changed ? t('write.changed') : result.reason);
      setFindings(null);
    });
  const check = () => void run(async () => setFindings(await api.review(ticketId, text)));
  const undo = () => {
    onChange(before ?? text);
    setBefore(null);
    setUnsure(false);
    setPlaces([]);
    setSaid('');
  };
  return (
    <div className="stack-small">
      <div className="row tools" role="group" aria-label={t('write.tools')}>
        {/* Without a language model the others would be dead; what one brings stands in the settings. */}
        {(unavailable === '' ? WAYS : BY_RULES).map((way) => (
          <Button key={way} size="small" disabled={shut} onClick={() => rewrite(way)}>
            {t(`write.${way}` as 'write.shorter')}
          </Button>
        ))}
        {unavailable === '' && language && (
          <Button size="small" disabled={shut} onClick={() => rewrite('translate', language)}>
            {t('write.translate', { language: named(language) })}
          </Button>
        )}
        <Button size="small" disabled={busy || !text.trim()} onClick={check}>
          {t('write.check')}
        </Button>
        {before !== null && (
          <Button size="small" isLink onClick={undo}>
            {t('write.undo')}
          </Button>
        )}
      </div>
      <p className="quiet" role="status">
        {busy ? t('write.busy') : said || (findings?.length === 0 ? t('write.clean') : '')}
      </p>
      {places && places.length > 0 && (
        <ul className="plain-list">
          {places.map(({ before, after }, at) => (
            <li key={at}>
              <del>{before}</del> {after && <ins>{after}</ins>}
            </li>
          ))}
        </ul>
      )}
      {unsure && (
        <Alert type="warning" role="status">
          <div className="alert-text">{t('write.caution')}</div>
        </Alert>
      )}
      <Refused problem={problem} />
      {findings && <Findings findings={findings} />}
    </div>
  );
}
