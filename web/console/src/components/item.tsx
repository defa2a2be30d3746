// One entry of a panel's list: what it is called on the left, what matters most of it on the right, and
// the rest below.
import { Meter } from './meter.tsx';

interface ItemProps {
  name: string;
  /** All of what the name is short for, told by the pointer. Only then the name is cut to one line. */
  title?: string;
  value: string;
  note: string;
  /** Below the note, for what it is about. */
  about?: string | undefined;
  /** Drawn as a bar; `value` says it in words. */
  share?: number | undefined;
}

export function Item({ name, title, value, note, about, share }: ItemProps) {
  return (
    <li>
      <span className="item-head">
        <strong className={title === undefined ? '' : 'cut'} title={title}>
          {name}
        </strong>
        <span className="item-value">{value}</span>
      </span>
      <span className="item-note">{note}</span>
      {about !== undefined && <span className="item-note subtle">{about}</span>}
      {share !== undefined && <Meter share={share} />}
    </li>
  );
}
