// Hair: what falls behind the head, and what lies on it. Same coordinates as the face.
import { darker, lighter } from './color.ts';
import { FACE_WIDTH } from './face.ts';
import type { Random } from './random.ts';
import type { Shot, Traits } from './traits.ts';

export function hairBehind(traits: Traits, random: Random): string {
  const w = FACE_WIDTH * traits.faceWidth;
  const dark = darker(traits.hair, 0.35);
  const falls = { long: 470, wavy: traits.sex === 'female' ? 380 : 0, bob: 200 } as Record<
    string,
    number
  >;
  const length = falls[traits.hairStyle] ?? 0;
  if (traits.hairStyle === 'bun') {
    return `<circle cx="12" cy="-300" r="84" fill="${dark}"/>
      ${strands(random, 40, () => `M ${random.between(-60, 80)} ${random.between(-368, -250)} q 30 -20 50 20`, lighter(traits.hair, 0.2), 2, 0.35)}`;
  }
  if (length === 0) return '';
  const out = traits.hairStyle === 'bob' ? 1.28 : 1.34;
  return `<path d="M ${-w} -160 C ${-w * 1.5} 0 ${-w * out} ${length * 0.7} ${-w * 1.1} ${length}
      Q 0 ${length + 40} ${w * 1.1} ${length} C ${w * out} ${length * 0.7} ${w * 1.5} 0 ${w} -160 Z" fill="${dark}"/>
    ${strands(
      random,
      90,
      () => {
        const x = random.between(-w * 1.25, w * 1.25);
        const sway =
          traits.hairStyle === 'wavy' ? random.between(-40, 40) : random.between(-10, 10);
        return `M ${x * 0.95} ${random.between(-120, 0)} C ${x + sway} ${length * 0.3} ${x - sway} ${length * 0.6} ${x * 0.96} ${length - random.between(0, 60)}`;
      },
      lighter(traits.hair, 0.14),
      2.4,
      0.4,
    )}`;
}

export function hairOnTop(traits: Traits, shot: Shot, random: Random): string {
  const w = FACE_WIDTH * traits.faceWidth;
  const turn = shot.turn * 26;
  const gradient = `<defs><linearGradient id="hair" x1="${shot.lightSide > 0 ? 1 : 0}" x2="${shot.lightSide > 0 ? 0 : 1}" y1="0" y2="0.7">
    <stop offset="0" stop-color="${lighter(traits.hair, 0.22)}"/><stop offset="0.45" stop-color="${traits.hair}"/>
    <stop offset="1" stop-color="${darker(traits.hair, 0.45)}"/></linearGradient></defs>`;
  const shape = cap(traits, w, turn);
  const strand = lighter(traits.hair, 0.34);
  const shine = strands(
    random,
    70,
    () => {
      const x = random.between(-w, w);
      const lift = random.between(0, 40);
      return `M ${turn * 0.4 + x * 0.18} ${-296 + Math.abs(x) * 0.12 + lift} Q ${x * 0.8} ${-286 + lift + Math.abs(x) * 0.2} ${x * 1.02} ${-190 + Math.abs(x) * 0.45 + lift}`;
    },
    strand,
    2,
    0.3,
  );
  if (traits.hairStyle === 'curly') return gradient + curls(traits, w, random);
  if (traits.hairStyle === 'buzz')
    return `${gradient}<path d="${shape}" fill="url(#hair)" opacity="0.72"/>`;
  return `${gradient}<path d="${shape}" fill="url(#hair)"/>
    <clipPath id="hair-clip"><path d="${shape}"/></clipPath><g clip-path="url(#hair-clip)">${shine}</g>`;
}

function cap(traits: Traits, w: number, turn: number): string {
  const o = w * 1.09;
  const crown = (top: number, side: number): string =>
    `M ${-o} ${side} C ${-o * 1.06} -190 ${-o * 0.74} ${top} ${turn * 0.3} ${top} C ${o * 0.74} ${top} ${o * 1.06} -190 ${o} ${side}`;
  switch (traits.hairStyle) {
    case 'buzz':
      return `M ${-w - 2} -60 C ${-w - 4} -204 ${-w * 0.68} -272 0 -272 C ${w * 0.68} -272 ${w + 4} -204 ${w + 2} -60
        C ${w * 0.95} -110 ${w * 0.84} -160 ${turn + 98} -178 Q ${turn} -204 ${turn - 98} -178 C ${-w * 0.84} -160 ${-w * 0.95} -110 ${-w - 2} -60 Z`;
    case 'side':
      return `${crown(-326, -44)} C ${w * 0.93} -96 ${w * 0.86} -150 ${turn + 118} -176 Q ${turn - 20} -178 ${turn - 92} -226 Q ${-w * 0.86} -160 ${-w * 0.93} -90 L ${-o} -44 Z`;
    case 'long':
    case 'bob':
      return `${crown(-306, 90)} C ${w * 1.02} 20 ${w * 0.98} -80 ${turn + 74} -222 Q ${turn + 30} -250 ${turn - 16} -262 Q ${-w * 0.92} -170 ${-w * 0.95} -20 Q ${-w} 60 ${-o} 90 Z`;
    case 'bun':
      return `${crown(-292, -60)} C ${w * 0.96} -130 ${w * 0.72} -202 ${turn} -214 C ${-w * 0.72} -202 ${-w * 0.96} -130 ${-o} -60 Z`;
    case 'wavy':
      return `${crown(-330, 20)} C ${w * 0.98} -40 ${w * 1.02} -120 ${turn + 100} -166 Q ${turn + 60} -214 ${turn + 8} -182 Q ${turn - 46} -230 ${turn - 96} -170 C ${-w} -120 ${-w * 0.98} -40 ${-o} 20 Z`;
    default:
      return `${crown(-316, -40)} C ${w * 0.94} -90 ${w * 0.9} -150 ${turn + 112} -168 Q ${turn + 60} -200 ${turn + 20} -178 Q ${turn - 40} -206 ${turn - 112} -172 C ${-w * 0.9} -150 ${-w * 0.94} -90 ${-o} -40 Z`;
  }
}

function curls(traits: Traits, w: number, random: Random): string {
  const tones = [darker(traits.hair, 0.3), traits.hair, lighter(traits.hair, 0.16)];
  const low = traits.sex === 'female' ? 0.5 : 0.16;
  const circles = Array.from({ length: 150 }, (_, i) => {
    const angle = Math.PI * random.between(-low, 1 + low);
    const reach = random.between(0.98, 1.28);
    const x = Math.cos(angle) * w * reach;
    const y = -130 - Math.sin(angle) * 165 * reach;
    const inside = Math.abs(x) < w * 0.8 && y > -196;
    return inside
      ? ''
      : `<circle cx="${x}" cy="${y}" r="${random.between(22, 40)}" fill="${tones[i % 3]}" stroke="${tones[(i + 2) % 3]}" stroke-width="3" stroke-opacity="0.5"/>`;
  });
  return circles.join('');
}

function strands(
  random: Random,
  count: number,
  path: () => string,
  color: string,
  width: number,
  opacity: number,
): string {
  const d = Array.from({ length: count }, path).join(' ');
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="${width + random.next()}" stroke-linecap="round" opacity="${opacity}"/>`;
}
