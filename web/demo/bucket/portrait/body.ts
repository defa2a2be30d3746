// Neck, shoulders and clothes, around the face's centre: shoulders begin near y 360.
import { darker, lighter, mix } from './color.ts';
import type { Random } from './random.ts';
import type { Shot, Traits } from './traits.ts';

export function drawBody(traits: Traits, shot: Shot, random: Random): string {
  const male = traits.sex === 'male';
  const neck = male ? 104 : 82;
  const span = male ? 400 : 345;
  const skin = traits.skin;
  const shoulders = `M ${-neck - 20} 322 C ${-neck - 70} 372 ${-span * 0.75} 380 ${-span} 450 C ${-span - 50} 560 ${-span - 60} 700 ${-span - 60} 900
    L ${span + 60} 900 C ${span + 60} 700 ${span + 50} 560 ${span} 450 C ${span * 0.75} 380 ${neck + 70} 372 ${neck + 20} 322 Q 0 ${collarDepth(shot)} ${-neck - 20} 322 Z`;
  const light = shot.lightSide > 0 ? ['1', '0'] : ['0', '1'];
  return `<defs>
      <linearGradient id="cloth" x1="${light[0]}" x2="${light[1]}" y1="0" y2="0.5">
        <stop offset="0" stop-color="${lighter(shot.cloth, 0.16)}"/><stop offset="0.5" stop-color="${shot.cloth}"/>
        <stop offset="1" stop-color="${darker(shot.cloth, 0.45)}"/></linearGradient>
      <linearGradient id="neck" x1="0" x2="0" y1="0" y2="1">
        <stop offset="0" stop-color="${mix(darker(skin, 0.5), '#6e2c22', 0.2)}"/><stop offset="0.55" stop-color="${darker(skin, 0.22)}"/>
        <stop offset="1" stop-color="${darker(skin, 0.08)}"/></linearGradient></defs>
    <path d="M ${-neck} 100 C ${-neck} 260 ${-neck - 6} 300 ${-neck - 60} 352 L ${-neck - 20} 560 L ${neck + 20} 560 L ${neck + 60} 352 C ${neck + 6} 300 ${neck} 260 ${neck} 100 Z" fill="url(#neck)"/>
    ${shot.garment === 'shirt' || shot.garment === 'blazer' ? under(shot, neck) : ''}
    <path d="${shoulders}" fill="url(#cloth)"/>
    ${folds(random, span, shot)}
    ${collar(shot, neck)}`;
}

function collarDepth(shot: Shot): number {
  return { tee: 420, turtleneck: 330, hoodie: 440, shirt: 560, blazer: 700 }[shot.garment];
}

function under(shot: Shot, neck: number): string {
  const neckline = `M ${-neck - 30} 330 Q 0 440 ${neck + 30} 330`;
  return `<path d="${neckline} L 110 900 L -110 900 Z" fill="${shot.undershirt}"/>
    <path d="${neckline}" fill="none" stroke="${darker(shot.undershirt, 0.25)}" stroke-width="10"/>`;
}

function folds(random: Random, span: number, shot: Shot): string {
  const line = (): string => {
    const x = random.between(-span, span);
    const y = random.between(430, 560);
    return `M ${x} ${y} Q ${x * 0.9 + random.between(-30, 30)} ${y + 70} ${x * 0.8} ${y + random.between(120, 260)}`;
  };
  const set = (count: number): string => Array.from({ length: count }, line).join(' ');
  return `<g fill="none" stroke-linecap="round"><path d="${set(16)}" stroke="${darker(shot.cloth, 0.6)}" stroke-width="9" opacity="0.2"/>
    <path d="${set(14)}" stroke="${lighter(shot.cloth, 0.4)}" stroke-width="6" opacity="0.14"/></g>`;
}

function collar(shot: Shot, neck: number): string {
  const edge = darker(shot.cloth, 0.32);
  const bright = lighter(shot.cloth, 0.2);
  switch (shot.garment) {
    case 'tee':
      return `<path d="M ${-neck - 24} 322 Q 0 424 ${neck + 24} 322" fill="none" stroke="${edge}" stroke-width="20" stroke-linecap="round"/>
        <path d="M ${-neck - 24} 316 Q 0 414 ${neck + 24} 316" fill="none" stroke="${bright}" stroke-width="5" opacity="0.5"/>`;
    case 'turtleneck':
      return `<path d="M ${-neck - 16} 236 Q 0 300 ${neck + 16} 236 L ${neck + 34} 340 Q 0 420 ${-neck - 34} 340 Z" fill="url(#cloth)"/>
        <path d="M ${-neck - 16} 240 Q 0 304 ${neck + 16} 240" fill="none" stroke="${bright}" stroke-width="6" opacity="0.5"/>`;
    case 'hoodie':
      return `<path d="M ${-neck - 100} 372 C ${-neck - 70} 270 ${-neck} 262 ${-neck + 4} 290 Q 0 500 ${neck - 4} 290 C ${neck} 262 ${neck + 70} 270 ${neck + 100} 372 Q 0 560 ${-neck - 100} 372 Z" fill="${edge}"/>
        <path d="M -46 450 L -52 640 M 46 450 L 54 610" stroke="${lighter(shot.cloth, 0.6)}" stroke-width="9" stroke-linecap="round"/>`;
    default:
      return [-1, 1]
        .map(
          (
            side,
          ) => `<path d="M ${side * (neck + 26)} 316 L ${side * (neck + 92)} 400 L ${side * 66} 610 L ${side * 6} ${shot.garment === 'blazer' ? 700 : 470} Z"
        fill="${side === shot.lightSide ? bright : edge}" stroke="${edge}" stroke-width="4"/>`,
        )
        .join('');
  }
}
