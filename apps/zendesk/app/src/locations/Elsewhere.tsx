import { Notice } from '../parts/states';
import { useWords } from '../words';

export function Elsewhere() {
  const { t } = useWords();
  return <Notice title={t('state.place.title')} text={t('state.place.text')} />;
}
