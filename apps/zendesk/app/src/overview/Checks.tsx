import { Button } from '@zendeskgarden/react-buttons';
import { Chip, type Tone } from '../parts/Chip';
import { useWords } from '../words';
import { plain } from './format';
import { Panel } from './Panel';
import type { CheckLine, CheckState, Checked } from './types';
import { useSection } from './useSection';

const TONES: Record<CheckState, Tone> = { ok: 'green', warning: 'yellow', failing: 'red', skipped: 'grey' };
const GRAVEST: CheckState[] = ['failing', 'warning', 'ok', 'skipped'];

/** Every connection tried now, the worst first, with what to do about it. For admins: the lines name the server. */
export function Checks() {
  const { t, time } = useWords();
  const section = useSection<Checked>('checks');
  return (
    <Panel
      title={t('overview.checks')}
      section={section}
      aside={
        section.found && (
          <span className="quiet">
            {t('overview.checks.at', { time: time(new Date(section.found.at)) })}{' '}
            <Button size="small" isLink onClick={section.again}>
              {t('overview.checks.again')}
            </Button>
          </span>
        )
      }
    >
      {({ lines }) => (
        <ul className="lines">
          {[...lines]
            .sort((one, other) => GRAVEST.indexOf(one.state) - GRAVEST.indexOf(other.state))
            .map((line) => (
              <OneLine key={`${line.section} ${line.check} ${line.found}`} line={line} />
            ))}
        </ul>
      )}
    </Panel>
  );
}

function OneLine({ line: { section, check, state, found, fix } }: { line: CheckLine }) {
  const { t } = useWords();
  return (
    <li className="line-row">
      <span className="line-name line-check">
        {plain(section)} · {check}
      </span>
      <span className="grow stack-small" dir="auto">
        <span className="quiet">{found}</span>
        {fix && <Advice text={fix} />}
      </span>
      <Chip tone={TONES[state]} text={t(`overview.checks.${state}`)} small />
    </li>
  );
}

/** Commands stand between backticks in the doctor's words. */
function Advice({ text }: { text: string }) {
  return (
    <span>
      {text.split('`').map((piece, place) => {
        const key = `${place} ${piece}`;
        return place % 2 ? <code key={key}>{piece}</code> : <span key={key}>{piece}</span>;
      })}
    </span>
  );
}
