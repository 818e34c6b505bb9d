import { type CSSProperties, lazy, Suspense, useId, useState } from 'react';
import { useAround } from '../around';
import '../css/overview.css';
import { Checks } from '../overview/Checks';
import { useChartColours } from '../overview/colours';
import { Connections } from '../overview/Connections';
import { GapsView } from '../overview/GapsView';
import { PolicyView } from '../overview/PolicyView';
import { Tabs } from '../overview/Tabs';
import { Today } from '../overview/Today';
import type { Period } from '../overview/types';
import { Notice } from '../parts/states';
import { LEADING } from '../session';
import { useWords } from '../words';

const VIEWS = ['today', 'report', 'proposals', 'gaps', 'policy', 'sources'] as const;
const ArticlesView = lazy(() => import('../overview/ArticlesView'));
const ProposalsView = lazy(() => import('../overview/ProposalsView'));
const ReportView = lazy(() => import('../overview/report/ReportView'));
type View = (typeof VIEWS)[number];
const PERIODS: Period[] = [7, 30];

/** The home of those who lead, in Zendesk's navigation. Who may see it is the web's word; it is said before asking. */
export default function Overview() {
  const { t } = useWords();
  const { session } = useAround();
  const colours = useChartColours();
  return (
    <div className="overview" style={colours as CSSProperties}>
      {LEADING.has(session.role) ? (
        <Home />
      ) : (
        <Notice title={t('overview.forbidden.title')} text={t('overview.forbidden.text', { name: session.agent.name })} icon="lock" />
      )}
    </div>
  );
}

function Home() {
  const { t } = useWords();
  const { session } = useAround();
  const [view, setView] = useState<View>('today');
  const [period, setPeriod] = useState<Period>(7);
  const tabs = VIEWS.map((name) => ({ name, title: t(`overview.view.${name}`) }));
  return (
    <Tabs label={t('overview.views')} tabs={tabs} chosen={view} choose={setView}>
      {(view === 'today' || view === 'gaps') && <Periods chosen={period} choose={setPeriod} />}
      {view === 'today' && <Today period={period} />}
      {view === 'report' && (
        <Suspense fallback={<p className="quiet">{t('overview.loading')}</p>}>
          <ReportView />
        </Suspense>
      )}
      {view === 'proposals' && (
        <Suspense fallback={<p className="quiet">{t('overview.loading')}</p>}>
          <ProposalsView />
        </Suspense>
      )}
      {view === 'gaps' && <GapsView period={period} />}
      {view === 'gaps' && (
        <Suspense fallback={<p className="quiet">{t('overview.loading')}</p>}>
          <ArticlesView />
        </Suspense>
      )}
      {view === 'policy' && <PolicyView />}
      {view === 'sources' && <Connections />}
      {view === 'sources' && session.role === 'admin' && <Checks />}
    </Tabs>
  );
}

function Periods({ chosen, choose }: { chosen: Period; choose: (period: Period) => void }) {
  const { t } = useWords();
  const name = useId();
  return (
    <fieldset className="periods">
      <legend className="unseen">{t('overview.period')}</legend>
      {PERIODS.map((period) => (
        <label key={period}>
          <input type="radio" name={name} checked={period === chosen} onChange={() => choose(period)} />
          <span>{t('overview.days', { count: period })}</span>
        </label>
      ))}
      <span className="quiet">{t('overview.utc')}</span>
    </fieldset>
  );
}
