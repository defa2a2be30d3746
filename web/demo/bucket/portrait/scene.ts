// The background. It is drawn small and enlarged, which is what a wide aperture does to it.
import { darker, lighter, mix } from './color.ts';
import type { Random } from './random.ts';
import type { Shot } from './traits.ts';

/** The side of the square that a scene is drawn on. */
export const SCENE_SIZE = 160;

const PALETTES: Record<Shot['scene'], readonly (readonly [string, string, string])[]> = {
  studio: [
    ['#8e9aa6', '#4a5560', '#c9d2da'],
    ['#b7a58f', '#6d5c4a', '#e4d7c5'],
    ['#6f7f76', '#37443d', '#a9b9ae'],
    ['#a08494', '#54404c', '#d6bfca'],
  ],
  bokeh: [
    ['#20283a', '#0d1220', '#ffcf8a'],
    ['#2a1c2c', '#120b16', '#ff9fb0'],
    ['#14302f', '#081716', '#a6f0d8'],
  ],
  window: [
    ['#e6ddd0', '#a8927a', '#fff8ea'],
    ['#cfd9df', '#7d8d98', '#f8fcff'],
  ],
  foliage: [
    ['#4f7044', '#223a20', '#c9dd8a'],
    ['#6a7a3a', '#2f3a18', '#efe39a'],
    ['#3f6a5c', '#18352d', '#a9dcc6'],
  ],
  sunset: [
    ['#f2a65a', '#7a3b4e', '#ffe0a3'],
    ['#e88a7a', '#4b3a68', '#ffd0b8'],
  ],
  street: [
    ['#7d8794', '#3a4048', '#ffdf9e'],
    ['#9a8878', '#4a4038', '#ffe9c4'],
  ],
};

export function drawScene(shot: Shot, random: Random): string {
  const options = PALETTES[shot.scene];
  const [base, deep, bright] = options[Math.floor(shot.palette * options.length)] as readonly [
    string,
    string,
    string,
  ];
  const s = SCENE_SIZE;
  const rect = `<rect width="${s}" height="${s}" fill="url(#bg)"/>`;
  const vertical = shot.scene === 'sunset' || shot.scene === 'street';
  const stops = vertical ? [bright, base, deep] : [lighter(base, 0.18), base, deep];
  const gradient = vertical
    ? `<linearGradient id="bg" x1="0" x2="0" y1="0" y2="1">${ramp(stops)}</linearGradient>`
    : `<radialGradient id="bg" cx="${50 + shot.lightSide * 24}%" cy="34%" r="85%">${ramp(stops)}</radialGradient>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${s}" height="${s}"><defs>${gradient}</defs>${rect}${details(shot, random, base, deep, bright)}</svg>`;
}

const ramp = (stops: readonly string[]): string =>
  stops
    .map((color, i) => `<stop offset="${i / (stops.length - 1)}" stop-color="${color}"/>`)
    .join('');

function details(shot: Shot, random: Random, base: string, deep: string, bright: string): string {
  const s = SCENE_SIZE;
  const many = (count: number, one: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => one(i)).join('');
  const blob = (color: string, r: number, opacity: number): string =>
    `<circle cx="${random.between(0, s)}" cy="${random.between(0, s)}" r="${r}" fill="${color}" opacity="${opacity}"/>`;
  switch (shot.scene) {
    case 'studio':
      return many(5, () => blob(random.chance(0.5) ? bright : deep, random.between(20, 50), 0.08));
    case 'bokeh':
      return many(34, () =>
        blob(
          mix(bright, random.pick(['#ff8d6b', '#7ab8ff', '#ffffff']), random.between(0, 0.6)),
          random.between(3, 9),
          random.between(0.25, 0.75),
        ),
      );
    case 'foliage':
      return many(120, () =>
        blob(
          random.chance(0.35) ? bright : mix(base, deep, random.next()),
          random.between(2, 9),
          random.between(0.2, 0.6),
        ),
      );
    case 'window': {
      const x = shot.lightSide > 0 ? random.between(96, 112) : random.between(4, 18);
      return `<g fill="${bright}" opacity="0.85">${many(6, (i) => `<rect x="${x + (i % 2) * 22}" y="${8 + Math.floor(i / 2) * 34}" width="19" height="30"/>`)}</g>
        <rect y="${s * 0.82}" width="${s}" height="${s * 0.18}" fill="${darker(base, 0.3)}" opacity="0.5"/>`;
    }
    case 'sunset':
      return `<circle cx="${80 + shot.lightSide * random.between(38, 60)}" cy="${random.between(50, 76)}" r="14" fill="#fff3d0"/>
        <path d="M 0 ${random.between(90, 110)} Q 40 ${random.between(74, 96)} 80 104 T 160 98 L 160 160 L 0 160 Z" fill="${deep}" opacity="0.8"/>`;
    default:
      return (
        many(
          9,
          (i) =>
            `<rect x="${i * 19 - 6}" y="${random.between(8, 70)}" width="${random.between(14, 24)}" height="160" fill="${mix(base, deep, random.next())}" opacity="0.85"/>`,
        ) + many(30, () => blob(bright, random.between(1.2, 3), random.between(0.4, 0.9)))
      );
  }
}
