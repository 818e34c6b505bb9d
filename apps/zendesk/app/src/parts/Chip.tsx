import { Tooltip } from '@zendeskgarden/react-tooltips';
import { Icon, type IconName } from './Icon';

export type Tone = 'grey' | 'red' | 'yellow' | 'green' | 'blue';

interface ChipProps {
  icon?: IconName;
  text: string;
  tone?: Tone;
  small?: boolean;
  /** Said on hover and focus, and to a screen reader. */
  tip?: string;
}

/** A small fact; with a tip it can be focused, so that the keyboard reaches the tip too. */
export function Chip({ icon, text, tone = 'grey', small = false, tip }: ChipProps) {
  const looks = `chip chip-${tone} ${small ? 'chip-small' : ''}`;
  const face = (
    <>
      {icon && <Icon name={icon} className={small ? 'icon-tiny' : 'icon-small'} />}
      <span>{text}</span>
    </>
  );
  if (!tip) return <span className={looks}>{face}</span>;
  return (
    <Tooltip content={tip} placement="bottom-start" delayMS={150}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must reach the tip */}
      <span className={looks} role="note" tabIndex={0}>
        {face}
      </span>
    </Tooltip>
  );
}
