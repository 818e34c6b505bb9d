import { useWords } from '../words';
import { type Fill, fillOf } from './charts/Figure';
import { ShareBar } from './ShareBar';
import type { Adopted, WorkDone } from './types';

const PARTS = [
  ['used', 2],
  ['edited', 1],
  ['ignored', 4],
] as const satisfies readonly (readonly [keyof Adopted, Fill])[];
const SHOWN = 10;

/** What agents made of the drafts. Drafts beside which nobody has answered are in no share. */
export function Adoption({ adoption }: { adoption: WorkDone['adoption'] }) {
  const { t, number } = useWords();
  const answered = adoption.used + adoption.edited + adoption.ignored;
  const beside = t('overview.adoption.beside', {
    open: number(adoption.open),
    withdrawn: number(adoption.withdrawn),
    sent: number(adoption.sent),
  });
  if (answered === 0) {
    return (
      <>
        <p className="quiet">{t('overview.adoption.none')}</p>
        {adoption.open + adoption.withdrawn + adoption.sent > 0 && <p className="quiet">{beside}</p>}
      </>
    );
  }
  return (
    <>
      <Split one={adoption} />
      <dl className="pairs">
        <div>
          <dt>{t('overview.taken')}</dt>
          <dd>
            <ShareBar share={adoption.taken} />
          </dd>
        </div>
        <div>
          <dt>{t('overview.words')}</dt>
          <dd>{adoption.words === null ? <span className="quiet">{t('overview.none')}</span> : <MedianWords one={adoption} />}</dd>
        </div>
      </dl>
      <ByIntent intents={adoption.intents} />
      <p className="quiet">{beside}</p>
    </>
  );
}

function MedianWords({ one }: { one: Adopted }) {
  const { t, number } = useWords();
  return (
    <>
      <strong>{number(one.words ?? 0)}</strong> <span className="quiet">{t('overview.words.of', { count: number(one.edits) })}</span>
    </>
  );
}

function Split({ one }: { one: Adopted }) {
  const { t, number } = useWords();
  return (
    <div>
      <Strip one={one} />
      <ul className="legend">
        {PARTS.map(([part, fill]) => (
          <li key={part}>
            <svg width="14" height="12" aria-hidden="true">
              <rect width="14" height="12" rx="2" {...fillOf(fill)} />
            </svg>
            {t(`overview.adoption.${part}`)} <strong>{number(one[part])}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Decoration: the numbers stand below it. */
function Strip({ one }: { one: Adopted }) {
  return (
    <div className="strip" aria-hidden="true">
      {PARTS.map(([part, fill]) => one[part] > 0 && <span key={part} className={`strip-${fill}`} style={{ flexGrow: one[part] }} />)}
    </div>
  );
}

function ByIntent({ intents }: { intents: Adopted[] }) {
  const { t, number, percent } = useWords();
  return (
    <div className="table-scroll">
      <table className="numbers">
        <caption className="unseen">{t('overview.adoption.intents')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.intent')}</th>
            {PARTS.map(([part]) => (
              <th scope="col" className="numeric" key={part}>
                {t(`overview.adoption.${part}`)}
              </th>
            ))}
            <th scope="col" className="numeric">
              {t('overview.taken')}
            </th>
            <th scope="col" className="numeric">
              {t('overview.words')}
            </th>
          </tr>
        </thead>
        <tbody>
          {intents.slice(0, SHOWN).map((one) => (
            <tr key={one.intent}>
              <th scope="row">{one.label || t('overview.intent.none')}</th>
              {PARTS.map(([part]) => (
                <td className="numeric" key={part}>
                  {number(one[part])}
                </td>
              ))}
              <td className="numeric">
                {one.taken.enough && one.taken.value !== null ? percent(one.taken.value) : <TooFew />}
              </td>
              <td className="numeric">{one.words === null ? '–' : number(one.words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TooFew() {
  const { t } = useWords();
  return <span className="quiet">{t('overview.few')}</span>;
}
