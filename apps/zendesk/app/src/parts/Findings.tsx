import type { Finding, Struck } from '../api/types';
import { useWords } from '../words';
import { Icon } from './Icon';

/** What the guard found in a text, and what to do about it. */
export function Findings({ findings }: { findings: Finding[] }) {
  const { t } = useWords();
  if (findings.length === 0) return null;
  return (
    <ul className="findings" aria-label={t('draft.findings')}>
      {findings.map((finding) => (
        <li
          key={`${finding.rule} ${finding.sentence ?? ''} ${finding.span?.join() ?? ''} ${finding.text}`}
          className={`finding finding-${finding.severity}`}
        >
          <Icon
            name={finding.severity === 'block' ? 'block' : 'alert'}
            className="icon-small"
            label={t(`draft.finding.${finding.severity}`)}
          />
          <span>
            {finding.text}
            {finding.remedy && <span className="quiet"> {finding.remedy}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What a composer wrote and the sentence contract refused. */
export function LeftOut({ struck }: { struck: Struck[] }) {
  const { t } = useWords();
  if (struck.length === 0) return null;
  return (
    <div className="struck">
      <h3>{t('draft.struck')}</h3>
      <ul className="plain-list">
        {struck.map(({ text, reason }) => (
          <li key={text}>
            <del>{text}</del> <span className="quiet">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
