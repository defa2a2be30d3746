// One picture of one actor as SVG: the figure alone, on nothing. The scene lies behind it.
import { drawBody } from './body.ts';
import { drawFace } from './face.ts';
import { hairBehind, hairOnTop } from './hair.ts';
import { Random } from './random.ts';
import type { Shot, Traits } from './traits.ts';

export const PORTRAIT_SIZE = 1024;

export function drawFigure(traits: Traits, shot: Shot, seed: string): string {
  const s = PORTRAIT_SIZE;
  // One generator for what belongs to the actor, so that freckles and curls stay in their places.
  const own = new Random(`${seed}/own`);
  const passing = new Random(`${seed}/${shot.palette}`);
  const x = s / 2 + shot.shiftX;
  const y = 452;
  const head = `rotate(${shot.tiltDegrees} 0 240) translate(0 ${shot.nod})`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${s}" height="${s}">
    <g transform="translate(${x} ${y}) scale(${shot.zoom})">
      <g transform="${head}">${hairBehind(traits, own)}</g>
      ${drawBody(traits, shot, passing)}
      <g transform="${head}">${drawFace(traits, shot, own)}${hairOnTop(traits, shot, own)}</g>
    </g></svg>`;
}
