import { Button } from '@zendeskgarden/react-buttons';
import { Field, Fieldset, Input, Radio, Select, Textarea } from '@zendeskgarden/react-forms';
import { useState } from 'react';
import type { HandBackWay, Passage } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useKept } from '../hooks/useKept';
import { useWords } from '../words';
import { Card } from './Card';
import { Form } from './ChangeHands';
import { Refused } from './states';

interface HandBackProps {
  ticketId: string;
  onDone: (said: string) => void;
  onCancel: () => void;
}

const WAYS: HandBackWay[] = ['go_on', 'say', 'watch'];

/** Give the conversation back: to go on by itself, to say the agent's words first, or only to suggest. */
export function HandBack({ ticketId, onDone, onCancel }: HandBackProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [how, setHow] = useState<HandBackWay>('go_on');
  const [text, setText, sent] = useKept(`hand_back:${ticketId}`);
  const [article, setArticle] = useState('');
  const submit = async () => {
    const given = await act.run(() => api.handBack(ticketId, how, how === 'say' ? text.trim() : '', how === 'go_on' ? article : ''));
    if (!given) return;
    sent();
    onDone(t(`action.hand_back.${how}.done`));
  };
  const ready = !act.busy && (how !== 'say' || text.trim() !== '');
  return (
    <Card title={t('action.hand_back.title')}>
      <Form onSubmit={submit} onCancel={onCancel} send={t(how === 'say' ? 'action.hand_back.say.send' : 'action.hand_back.send')} ready={ready}>
        <Fieldset isCompact>
          <Fieldset.Legend className="unseen">{t('action.hand_back.how')}</Fieldset.Legend>
          {WAYS.map((way) => (
            <Field key={way}>
              <Radio name="how" value={way} checked={how === way} onChange={() => setHow(way)}>
                <Field.Label isRegular>{t(`action.hand_back.${way}`)}</Field.Label>
              </Radio>
            </Field>
          ))}
        </Fieldset>
        {how === 'say' && (
          <Field>
            <Field.Label isRegular>{t('action.hand_back.say.text')}</Field.Label>
            <Field.Hint>{t('action.hand_back.say.hint')}</Field.Hint>
            <Textarea isCompact minRows={2} maxRows={8} value={text} onChange={(event) => setText(event.target.value)} />
          </Field>
        )}
        {how === 'go_on' && <FromArticle ticketId={ticketId} article={article} onChoose={setArticle} />}
        <Refused problem={act.problem} />
      </Form>
    </Card>
  );
}

interface FromArticleProps {
  ticketId: string;
  article: string;
  onChoose: (article: string) => void;
}

/** An article that the assistant is to answer from; it is looked for when the agent asks. */
function FromArticle({ ticketId, article, onChoose }: FromArticleProps) {
  const { t } = useWords();
  const { api } = useAround();
  const looking = useAct();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Passage[] | null>(null);
  const find = () =>
    looking.run(async () => {
      const passages = (await api.search(ticketId, words.trim())).filter(({ audience }) => audience === 'public');
      setFound([...new Map(passages.map((each) => [each.article_id, each])).values()]);
    });
  if (!found?.length) {
    return (
      <div className="row">
        <Field className="grow">
          <Field.Label isRegular>{t('action.hand_back.article')}</Field.Label>
          <Input isCompact value={words} onChange={(event) => setWords(event.target.value)} />
        </Field>
        <Button size="small" disabled={!words.trim() || looking.busy} onClick={() => void find()}>
          {t('action.hand_back.article.find')}
        </Button>
        {found && <p className="quiet">{t('action.hand_back.article.nothing')}</p>}
        <Refused problem={looking.problem} />
      </div>
    );
  }
  return (
    <Field>
      <Field.Label isRegular>{t('action.hand_back.article')}</Field.Label>
      <Select isCompact value={article} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{t('action.hand_back.article.none')}</option>
        {found.map(({ article_id: id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </Select>
    </Field>
  );
}
