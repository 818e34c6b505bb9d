import type { CSSProperties } from 'react';
import alert from '@zendeskgarden/svg-icons/src/16/alert-warning-stroke.svg?raw';
import block from '@zendeskgarden/svg-icons/src/16/alert-error-stroke.svg?raw';
import bot from '@zendeskgarden/svg-icons/src/16/bot-sparkle-stroke.svg?raw';
import check from '@zendeskgarden/svg-icons/src/16/check-badge-stroke.svg?raw';
import chevron from '@zendeskgarden/svg-icons/src/16/chevron-down-stroke.svg?raw';
import clock from '@zendeskgarden/svg-icons/src/16/clock-stroke.svg?raw';
import delivered from '@zendeskgarden/svg-icons/src/16/check-double-stroke.svg?raw';
import email from '@zendeskgarden/svg-icons/src/16/email-stroke.svg?raw';
import globe from '@zendeskgarden/svg-icons/src/16/globe-stroke.svg?raw';
import group from '@zendeskgarden/svg-icons/src/16/user-group-stroke.svg?raw';
import info from '@zendeskgarden/svg-icons/src/16/info-stroke.svg?raw';
import link from '@zendeskgarden/svg-icons/src/16/new-window-stroke.svg?raw';
import lock from '@zendeskgarden/svg-icons/src/16/lock-locked-stroke.svg?raw';
import negative from '@zendeskgarden/svg-icons/src/16/face-sad-stroke.svg?raw';
import neutral from '@zendeskgarden/svg-icons/src/16/face-neutral-stroke.svg?raw';
import nobody from '@zendeskgarden/svg-icons/src/16/user-circle-stroke.svg?raw';
import person from '@zendeskgarden/svg-icons/src/16/headset-stroke.svg?raw';
import positive from '@zendeskgarden/svg-icons/src/16/smiley-stroke.svg?raw';
import question from '@zendeskgarden/svg-icons/src/16/question-mark-stroke.svg?raw';
import search from '@zendeskgarden/svg-icons/src/16/search-stroke.svg?raw';
import sent from '@zendeskgarden/svg-icons/src/16/check-sm-stroke.svg?raw';
import shield from '@zendeskgarden/svg-icons/src/16/shield-stroke.svg?raw';
import sms from '@zendeskgarden/svg-icons/src/16/mobile-phone-stroke.svg?raw';
import thumbDown from '@zendeskgarden/svg-icons/src/16/thumbs-down-stroke.svg?raw';
import thumbDownFull from '@zendeskgarden/svg-icons/src/16/thumbs-down-fill.svg?raw';
import thumbUp from '@zendeskgarden/svg-icons/src/16/thumbs-up-stroke.svg?raw';
import thumbUpFull from '@zendeskgarden/svg-icons/src/16/thumbs-up-fill.svg?raw';
import urgent from '@zendeskgarden/svg-icons/src/16/lightning-bolt-stroke.svg?raw';
import voice from '@zendeskgarden/svg-icons/src/16/phone-stroke.svg?raw';
import web from '@zendeskgarden/svg-icons/src/16/speech-bubble-plain-stroke.svg?raw';
import whatsapp from '@zendeskgarden/svg-icons/src/16/whatsapp-stroke.svg?raw';

const ICONS = {
  alert, block, bot, check, chevron, clock, delivered, email, globe, group, info, link, lock, negative, neutral, nobody,
  person, positive, question, search, sent, shield, sms, thumbDown, thumbDownFull, thumbUp, thumbUpFull, urgent,
  voice, web, whatsapp,
};

export type IconName = keyof typeof ICONS;

interface IconProps {
  name: IconName;
  className?: string;
  style?: CSSProperties;
  /** Set only where the icon alone carries the meaning; else it is decoration. */
  label?: string;
}

/** One of Garden's icons. The markup is a file of the icon package, never a string from outside. */
export function Icon({ name, label, className = '', style }: IconProps) {
  return (
    <span
      className={`icon ${className}`}
      style={style}
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      dangerouslySetInnerHTML={{ __html: ICONS[name] }}
    />
  );
}
