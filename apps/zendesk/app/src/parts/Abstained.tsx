import { Button } from '@zendeskgarden/react-buttons';
import { useWords } from '../words';
import { Card } from './Card';
import { Icon } from './Icon';

interface AbstainedProps {
  reason: string;
  onSearch: () => void;
}

/** No source, no answer: said plainly, with what the agent can do instead. */
export function Abstained({ reason, onSearch }: AbstainedProps) {
  const { t } = useWords();
  return (
    <Card title={t('state.abstained.title')} aside={<Icon name="question" className="quiet" />}>
      <p className="abstained">{reason}</p>
      <h3>{t('state.abstained.next')}</h3>
      <ul className="ways">
        <li>
          <Button isLink size="small" onClick={onSearch}>
            {t('state.abstained.search')}
          </Button>
        </li>
        <li>{t('state.abstained.answer')}</li>
      </ul>
    </Card>
  );
}
