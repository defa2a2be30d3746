// What makes an actor recognisable (traits, the same in every picture of a set) and what changes
// from picture to picture (a shot).
import { Random } from './random.ts';

export type HairStyle = 'short' | 'side' | 'curly' | 'long' | 'bob' | 'bun' | 'buzz' | 'wavy';
export type Beard = 'none' | 'stubble' | 'full' | 'moustache';
export type Garment = 'tee' | 'shirt' | 'hoodie' | 'blazer' | 'turtleneck';
export type Scene = 'studio' | 'bokeh' | 'window' | 'foliage' | 'sunset' | 'street';

export interface Traits {
  origin: string;
  age: number;
  sex: 'male' | 'female';
  skin: string;
  hair: string;
  hairStyle: HairStyle;
  beard: Beard;
  eyes: string;
  glasses: boolean;
  freckles: boolean;
  earrings: boolean;
  faceWidth: number;
  jaw: number;
  browThickness: number;
  browTilt: number;
  eyeSize: number;
  eyeGap: number;
  noseWidth: number;
  noseLength: number;
  mouthWidth: number;
  lips: number;
}

export interface Shot {
  scene: Scene;
  palette: number;
  garment: Garment;
  cloth: string;
  undershirt: string;
  /** Head turned, −1 (to the left) … 1. */
  turn: number;
  tiltDegrees: number;
  nod: number;
  zoom: number;
  shiftX: number;
  smile: number;
  openMouth: number;
  browLift: number;
  gazeX: number;
  /** Which side the light comes from, −1 or 1, and how hard it is. */
  lightSide: number;
  lightHardness: number;
  warmth: number;
  exposure: number;
}

interface Look {
  origin: string;
  skins: readonly string[];
  hairs: readonly string[];
  eyes: readonly string[];
}

const LOOKS: readonly Look[] = [
  {
    origin: 'european',
    skins: ['#f3cfb6', '#ecc0a2', '#f0c8b0'],
    hairs: ['#6b4226', '#b98a4e', '#3a261a', '#8f3f1f'],
    eyes: ['#5b86a8', '#6b7f52', '#6a4a30'],
  },
  {
    origin: 'african',
    skins: ['#6f4630', '#5a3826', '#875a3e'],
    hairs: ['#15100e', '#241813'],
    eyes: ['#3a2417', '#4a2f1d'],
  },
  {
    origin: 'asian',
    skins: ['#eec7a2', '#e3b98f', '#f2d2b3'],
    hairs: ['#17131a', '#241c1c'],
    eyes: ['#3b2618', '#2b1c14'],
  },
  {
    origin: 'latin',
    skins: ['#d6a17a', '#c58e68', '#e0b08a'],
    hairs: ['#2a1a12', '#46291a'],
    eyes: ['#4b2f1c', '#6a4a2c'],
  },
  {
    origin: 'arab',
    skins: ['#d9ab84', '#c99970', '#e2b893'],
    hairs: ['#1d1512', '#33221a'],
    eyes: ['#4a3120', '#5d6b3e'],
  },
  {
    origin: 'indian',
    skins: ['#b57e57', '#a06c48', '#c48e66'],
    hairs: ['#14100f', '#231813'],
    eyes: ['#372215', '#452b1a'],
  },
];

const MALE_HAIR: readonly HairStyle[] = ['short', 'side', 'curly', 'buzz', 'wavy'];
const FEMALE_HAIR: readonly HairStyle[] = ['long', 'bob', 'bun', 'wavy', 'long', 'curly'];
const GARMENTS: readonly Garment[] = ['tee', 'shirt', 'hoodie', 'blazer', 'turtleneck'];
const CLOTHS = [
  '#2f3e5c',
  '#7a2e35',
  '#3f5a49',
  '#d9d3c7',
  '#22242a',
  '#b5793a',
  '#5d4a7a',
  '#8fa3b5',
  '#c65d4a',
  '#e8e4dc',
  '#3c6e8f',
  '#6b6f58',
];
const SCENES: readonly Scene[] = ['studio', 'bokeh', 'window', 'foliage', 'sunset', 'street'];

/** `index` spreads origins and sexes evenly; everything else comes from the seed. */
export function drawTraits(seed: number, index: number): Traits {
  const random = new Random(`${seed}/traits/${index}`);
  const look = LOOKS[index % LOOKS.length] as Look;
  const sex = (index + Math.floor(index / LOOKS.length)) % 2 === 0 ? 'male' : 'female';
  const age = random.integer(19, 64);
  const hair = random.pick(look.hairs);
  const male = sex === 'male';
  return {
    origin: look.origin,
    age,
    sex,
    skin: random.pick(look.skins),
    hair: age > 52 ? '#a8a39d' : hair,
    hairStyle: random.pick(male ? MALE_HAIR : FEMALE_HAIR),
    beard: male ? random.pick(['none', 'stubble', 'full', 'moustache', 'none'] as const) : 'none',
    eyes: random.pick(look.eyes),
    glasses: random.chance(0.25),
    freckles: look.origin === 'european' && random.chance(0.4),
    earrings: !male && random.chance(0.5),
    faceWidth: random.between(0.94, 1.07) * (male ? 1.02 : 0.97),
    jaw: male ? random.between(0.72, 0.95) : random.between(0.5, 0.72),
    browThickness: male ? random.between(13, 19) : random.between(8, 12),
    browTilt: random.between(-5, 9),
    eyeSize: random.between(0.9, 1.1) * (male ? 0.96 : 1.06),
    eyeGap: random.between(84, 96),
    noseWidth: random.between(0.85, 1.2),
    noseLength: random.between(0.92, 1.1),
    mouthWidth: random.between(0.9, 1.12),
    lips: male ? random.between(0.75, 1) : random.between(1, 1.3),
  };
}

export function drawShot(seed: number, actor: number, picture: number): Shot {
  const random = new Random(`${seed}/shot/${actor}/${picture}`);
  const smile = random.between(-0.15, 1);
  return {
    scene: SCENES[(picture + actor) % SCENES.length] as Scene,
    palette: random.next(),
    garment: random.pick(GARMENTS),
    cloth: random.pick(CLOTHS),
    undershirt: random.pick(['#f2efe9', '#22242a', '#c9d3dc']),
    turn: random.between(-1, 1),
    tiltDegrees: random.between(-7, 7),
    nod: random.between(-12, 12),
    zoom: random.between(0.88, 1.16),
    shiftX: random.between(-60, 60),
    smile,
    openMouth: smile > 0.55 && random.chance(0.6) ? random.between(0.5, 1) : 0,
    browLift: random.between(-4, 9),
    gazeX: random.between(-5, 5),
    lightSide: random.chance(0.5) ? 1 : -1,
    lightHardness: random.between(0.12, 0.4),
    warmth: random.between(-1, 1),
    exposure: random.between(0.94, 1.08),
  };
}
