// The face, around its own centre: skull top at y −262, chin at y 236, half as wide as FACE_WIDTH.
import { darker, lighter, lightness, mix } from './color.ts';
import type { Random } from './random.ts';
import type { Shot, Traits } from './traits.ts';

export const FACE_WIDTH = 184;

export function drawFace(traits: Traits, shot: Shot, random: Random): string {
  const skin = traits.skin;
  const turn = shot.turn * 34;
  // Blood and shine show less on dark skin.
  const pale = lightness(skin);
  const width = FACE_WIDTH * traits.faceWidth;
  const outline = faceOutline(width, traits.jaw, shot.turn * 20);
  const shade = shot.lightSide > 0 ? ['100%', '0%'] : ['0%', '100%'];
  return `
    <defs>
      <linearGradient id="side" x1="${shade[0]}" x2="${shade[1]}" y1="20%" y2="60%">
        <stop offset="0" stop-color="${lighter(skin, 0.3)}"/>
        <stop offset="0.42" stop-color="${skin}"/>
        <stop offset="1" stop-color="${mix(darker(skin, shot.lightHardness + 0.1), '#8c3a2a', 0.14)}"/>
      </linearGradient>
      <radialGradient id="rim" cx="${50 + shot.lightSide * 8}%" cy="42%" r="62%">
        <stop offset="0.62" stop-color="${darker(skin, 0.5)}" stop-opacity="0"/>
        <stop offset="1" stop-color="${darker(skin, 0.55)}" stop-opacity="0.55"/>
      </radialGradient>
      ${glow('blush', '#d0493c', 0.06 + 0.2 * pale)} ${glow('gleam', '#fff2e0', 0.08 + 0.3 * pale)}
      ${glow('hollow', darker(mix(skin, '#6e2c22', 0.3), 0.35), 0.5)}
      <clipPath id="face-clip"><path d="${outline}"/></clipPath>
    </defs>
    ${ears(traits, shot, width)}
    <path d="${outline}" fill="url(#side)"/>
    <g clip-path="url(#face-clip)">
      <path d="${outline}" fill="url(#rim)"/>
      ${spot('blush', turn - 98, 78, 66, 46)} ${spot('blush', turn + 98, 78, 66, 46)}
      ${spot('gleam', turn * 0.6 + shot.lightSide * 40, -150, 110, 62)}
      ${spot('gleam', turn + shot.lightSide * 92, 40, 46, 40)}
      ${spot('gleam', turn * 0.7, 205, 46, 26)}
      ${spot('hollow', turn - traits.eyeGap, -26, 66, 42)} ${spot('hollow', turn + traits.eyeGap, -26, 66, 42)}
      ${spot('hollow', turn * 0.9, 178, 60, 18)}
      ${ageLines(traits, turn)} ${traits.freckles ? freckles(random, turn, skin) : ''}
      ${beardShade(traits, turn, width, random)}
    </g>
    ${eye(traits, shot, -1)} ${eye(traits, shot, 1)}
    ${nose(traits, shot)} ${mouth(traits, shot)}
    ${moustache(traits, turn)}
    ${traits.glasses ? glasses(traits, shot) : ''}`;
}

export function faceOutline(width: number, jaw: number, chin: number): string {
  const cheek = width * (0.64 + 0.3 * jaw);
  return `M ${-width} -50 C ${-width} -196 ${-width * 0.66} -262 0 -262
    C ${width * 0.66} -262 ${width} -196 ${width} -50
    C ${width * 1.01} 60 ${cheek + chin} 128 ${cheek * 0.82 + chin} 174
    C ${cheek * 0.6 + chin} 218 ${46 + chin} 238 ${chin} 238
    C ${-46 + chin} 238 ${-cheek * 0.6 + chin} 218 ${-cheek * 0.82 + chin} 174
    C ${-cheek + chin} 128 ${-width * 1.01} 60 ${-width} -50 Z`;
}

const glow = (id: string, color: string, opacity: number): string => `
  <radialGradient id="${id}"><stop offset="0" stop-color="${color}" stop-opacity="${opacity}"/>
  <stop offset="1" stop-color="${color}" stop-opacity="0"/></radialGradient>`;

const spot = (id: string, x: number, y: number, rx: number, ry: number): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="url(#${id})"/>`;

function ears(traits: Traits, shot: Shot, width: number): string {
  const one = (side: number): string => {
    // The ear on the side the head turns to goes behind the cheek.
    const x = side * (width - 2 - Math.max(0, side * shot.turn) * 16);
    const tone = side === shot.lightSide ? traits.skin : darker(traits.skin, 0.22);
    const ring = traits.earrings
      ? `<circle cx="${x + side * 8}" cy="62" r="7" fill="#e9d9a6" stroke="#a98b45" stroke-width="2"/>`
      : '';
    return `<path d="M ${x - side * 8} -52 C ${x + side * 34} -72 ${x + side * 42} 0 ${x + side * 20} 34
      C ${x + side * 10} 58 ${x - side * 4} 52 ${x - side * 8} 40 Z" fill="${tone}"/>
      <path d="M ${x + side * 4} -34 C ${x + side * 26} -40 ${x + side * 26} 0 ${x + side * 10} 20"
      fill="none" stroke="${darker(traits.skin, 0.4)}" stroke-opacity="0.55" stroke-width="5"/>${ring}`;
  };
  return one(-1) + one(1);
}

function eye(traits: Traits, shot: Shot, side: number): string {
  const turn = shot.turn * 36;
  // Foreshortened on the side that is turned away.
  const w = 45 * traits.eyeSize * (1 - 0.16 * Math.max(0, side * shot.turn));
  const h = 19 * traits.eyeSize * (1 - 0.18 * Math.max(0, shot.smile));
  const x = side * traits.eyeGap + turn;
  const y = -22;
  const id = side < 0 ? 'eye-left' : 'eye-right';
  const almond = `M ${x - w} ${y + 3} Q ${x - w * 0.3} ${y - h * 1.35} ${x + w * 0.35} ${y - h}
    Q ${x + w * 0.8} ${y - h * 0.5} ${x + w} ${y + 2} Q ${x + w * 0.2} ${y + h * 1.25} ${x - w} ${y + 3} Z`;
  const lid = `M ${x - w - 2} ${y + 4} Q ${x - w * 0.3} ${y - h * 1.4} ${x + w * 0.35} ${y - h - 1}
    Q ${x + w * 0.8} ${y - h * 0.55} ${x + w + 3} ${y + 2}`;
  const ix = x + shot.gazeX + shot.turn * 5;
  const lash = darker(traits.hair === '#a8a39d' ? '#4b4440' : traits.hair, 0.6);
  const tilt = traits.browTilt * side;
  const brow = traits.browThickness;
  const browY = y - 54 - shot.browLift;
  const browColor = traits.hair === '#a8a39d' ? '#77716b' : darker(traits.hair, 0.25);
  return `<defs><clipPath id="${id}"><path d="${almond}"/></clipPath></defs>
    <path d="M ${x - w} ${y - h - 8} Q ${x} ${y - h * 1.5 - 16} ${x + w} ${y - h - 4}" fill="none"
      stroke="${darker(traits.skin, 0.45)}" stroke-opacity="0.5" stroke-width="4"/>
    <path d="${almond}" fill="#f3ece4"/>
    <g clip-path="url(#${id})">
      <circle cx="${ix}" cy="${y - 1}" r="${19 * traits.eyeSize}" fill="${darker(traits.eyes, 0.5)}"/>
      <circle cx="${ix}" cy="${y}" r="${16.5 * traits.eyeSize}" fill="${traits.eyes}"/>
      <circle cx="${ix}" cy="${y + 4}" r="${11 * traits.eyeSize}" fill="${lighter(traits.eyes, 0.25)}" opacity="0.55"/>
      <circle cx="${ix}" cy="${y - 1}" r="${8.4 * traits.eyeSize}" fill="#0c0908"/>
      <path d="${lid} L ${x + w} ${y - 30} L ${x - w} ${y - 30} Z" fill="#3a2520" opacity="0.3" transform="translate(0 7)"/>
      <circle cx="${ix + shot.lightSide * 6}" cy="${y - 7}" r="4.6" fill="#fff"/>
    </g>
    <path d="${lid}" fill="none" stroke="${lash}" stroke-width="${traits.sex === 'female' ? 7.5 : 5.5}" stroke-linecap="round"/>
    <path d="M ${x - w * 0.8} ${y + 9} Q ${x + w * 0.2} ${y + h * 1.5} ${x + w * 0.9} ${y + 7}" fill="none"
      stroke="${darker(traits.skin, 0.4)}" stroke-opacity="0.5" stroke-width="3"/>
    <path d="M ${x - side * 46} ${browY + tilt * side * 0.6 + 6} Q ${x + side * 4} ${browY - 16} ${x + side * 58} ${browY + 8 - tilt * side * 0.4}
      Q ${x + side * 4} ${browY - 14 + brow} ${x - side * 46} ${browY + 6 + brow} Z" fill="${browColor}" opacity="0.9"/>`;
}

function nose(traits: Traits, shot: Shot): string {
  const dark = darker(mix(traits.skin, '#8c3a2a', 0.2), 0.36);
  const x = shot.turn * 52;
  const bridge = shot.turn * 36;
  const w = 31 * traits.noseWidth;
  const y = 74 * traits.noseLength;
  const side = -shot.lightSide;
  return `<path d="M ${bridge + side * 17} -42 Q ${bridge + side * 9} 10 ${x + side * 14} ${y - 26}
      Q ${x + side * w * 1.25} ${y + 2} ${x + side * w} ${y + 12} L ${x} ${y + 12} Q ${x + side * 4} 20 ${bridge + side * 3} -40 Z"
      fill="${dark}" opacity="${0.2 + shot.lightHardness * 0.5}"/>
    <ellipse cx="${x}" cy="${y - 10}" rx="${w * 0.72}" ry="24" fill="url(#gleam)"/>
    <ellipse cx="${x}" cy="${y + 2}" rx="${w * 1.3}" ry="22" fill="url(#blush)" opacity="0.6"/>
    <path d="M ${x - w} ${y - 6} Q ${x - w * 1.25} ${y + 13} ${x - w * 0.72} ${y + 14} Q ${x - w * 0.4} ${y + 8} ${x} ${y + 17}
      Q ${x + w * 0.4} ${y + 8} ${x + w * 0.72} ${y + 14} Q ${x + w * 1.25} ${y + 13} ${x + w} ${y - 6}"
      fill="none" stroke="${dark}" stroke-width="4.5" stroke-linecap="round" opacity="0.75"/>
    <ellipse cx="${x - w * 0.5}" cy="${y + 11}" rx="${w * 0.26}" ry="5" fill="${darker(dark, 0.5)}" opacity="0.75"/>
    <ellipse cx="${x + w * 0.5}" cy="${y + 11}" rx="${w * 0.26}" ry="5" fill="${darker(dark, 0.5)}" opacity="0.75"/>`;
}

function mouth(traits: Traits, shot: Shot): string {
  const x = shot.turn * 40;
  const y = 142;
  const w = 62 * traits.mouthWidth * (1 + 0.16 * Math.max(0, shot.smile));
  const corner = y - shot.smile * 12;
  const open = shot.openMouth * 26;
  const thick = 15 * traits.lips;
  const lip = mix(
    traits.skin,
    traits.sex === 'female' ? '#b23a48' : '#a54a44',
    traits.sex === 'female' ? 0.6 : 0.42,
  );
  const inner = `M ${x - w + 6} ${corner} Q ${x} ${y + 5} ${x + w - 6} ${corner} Q ${x} ${y + 8 + open * 2} ${x - w + 6} ${corner} Z`;
  return `<defs><clipPath id="teeth"><path d="${inner}"/></clipPath></defs>
    <path d="M ${x - w} ${corner} Q ${x - w * 0.45} ${y - thick} ${x - 10} ${y - thick * 0.95} Q ${x} ${y - thick * 0.6} ${x + 10} ${y - thick * 0.95}
      Q ${x + w * 0.45} ${y - thick} ${x + w} ${corner} Q ${x} ${y + 8} ${x - w} ${corner} Z" fill="${darker(lip, 0.14)}"/>
    <path d="M ${x - w} ${corner} Q ${x} ${y + 6 + open * 1.6} ${x + w} ${corner} Q ${x + w * 0.5} ${y + thick * 1.5 + open * 1.3} ${x} ${y + thick * 1.65 + open * 1.3}
      Q ${x - w * 0.5} ${y + thick * 1.5 + open * 1.3} ${x - w} ${corner} Z" fill="${lip}"/>
    <path d="${inner}" fill="#3c1517"/>
    ${open > 0 ? `<g clip-path="url(#teeth)"><rect x="${x - w}" y="${corner - 8}" width="${w * 2}" height="${y - corner + 12 + open * 0.7}" rx="14" fill="#f4eee6"/></g>` : ''}
    <path d="M ${x - w} ${corner} Q ${x} ${y + 7} ${x + w} ${corner}" fill="none" stroke="${darker(lip, 0.6)}" stroke-width="3.5" stroke-linecap="round"/>
    <ellipse cx="${x + shot.lightSide * 12}" cy="${y + thick * 1.05 + open * 1.35}" rx="24" ry="5" fill="#fff" opacity="0.25"/>
    ${[-1, 1].map((side) => `<path d="M ${x + side * (w + 2)} ${corner - 6} q ${side * 8} 8 ${side * 3} 16" fill="none" stroke="${darker(traits.skin, 0.45)}" stroke-width="4" stroke-linecap="round" opacity="0.5"/>`).join('')}`;
}

function moustache(traits: Traits, turn: number): string {
  if (traits.beard !== 'moustache' && traits.beard !== 'full') return '';
  const color = darker(traits.hair, 0.2);
  return `<path d="M ${turn - 66} 134 Q ${turn - 40} 98 ${turn} 108 Q ${turn + 40} 98 ${turn + 66} 134
    Q ${turn + 30} 122 ${turn} 126 Q ${turn - 30} 122 ${turn - 66} 134 Z" fill="${color}" opacity="0.92"/>`;
}

function beardShade(traits: Traits, turn: number, width: number, random: Random): string {
  if (traits.beard !== 'full' && traits.beard !== 'stubble') return '';
  const color = darker(traits.hair, 0.2);
  const area = `M ${-width - 8} 10 C ${-width + 22} 90 ${turn - 92} 112 ${turn - 70} 118 Q ${turn} 96 ${turn + 70} 118
    C ${turn + 92} 112 ${width - 22} 90 ${width + 8} 10 L ${width} 260 L ${-width} 260 Z`;
  if (traits.beard === 'stubble') return `<path d="${area}" fill="${color}" opacity="0.15"/>`;
  const hairs = Array.from({ length: 130 }, () => {
    const x = random.between(-width, width);
    const y = random.between(120, 236);
    return `M ${x} ${y} q ${random.between(-5, 5)} 9 ${x * 0.04} 19`;
  });
  return `<path d="${area}" fill="${color}" opacity="0.9"/>
    <path d="${hairs.join(' ')}" fill="none" stroke="${lighter(traits.hair, 0.22)}" stroke-width="1.6" opacity="0.5"/>`;
}

function freckles(random: Random, turn: number, skin: string): string {
  const dots = Array.from(
    { length: 46 },
    () =>
      `<circle cx="${turn + random.normal() * 78}" cy="${50 + random.normal() * 22}" r="${random.between(1.4, 3.2)}"/>`,
  );
  return `<g fill="${mix(skin, '#8a4a24', 0.55)}" opacity="0.6">${dots.join('')}</g>`;
}

function ageLines(traits: Traits, turn: number): string {
  const depth = Math.max(0, traits.age - 30) / 60;
  const line = (d: string): string => `<path d="${d}"/>`;
  return `<g fill="none" stroke="${darker(traits.skin, 0.5)}" stroke-width="4" stroke-linecap="round" opacity="${depth}">
    ${line(`M ${turn - 46} 84 Q ${turn - 84} 116 ${turn - 82} 146`)} ${line(`M ${turn + 46} 84 Q ${turn + 84} 116 ${turn + 82} 146`)}
    ${line(`M ${turn - 84} -146 Q ${turn} -158 ${turn + 84} -146`)} ${line(`M ${turn - 74} -172 Q ${turn} -184 ${turn + 74} -172`)}</g>`;
}

function glasses(traits: Traits, shot: Shot): string {
  const turn = shot.turn * 36;
  const frame = (side: number): string =>
    `<rect x="${turn + side * traits.eyeGap - 62}" y="-60" width="124" height="84" rx="34" fill="#cfe3f2" fill-opacity="0.1" stroke="#221b1a" stroke-width="7"/>
     <path d="M ${turn + side * traits.eyeGap - 34} -42 l 26 0 l -30 44 l -12 0 Z" fill="#fff" opacity="0.14"/>`;
  return `${frame(-1)}${frame(1)}
    <path d="M ${turn - traits.eyeGap + 62} -26 Q ${turn} -44 ${turn + traits.eyeGap - 62} -26" fill="none" stroke="#221b1a" stroke-width="7"/>`;
}
