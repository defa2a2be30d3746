// Makes valid actor ids of folder names: 1–64 of A-Z a-z 0-9 . _ -, not starting with a dot, each
// folder its own.

const MAX_LENGTH = 64;

export class ActorNames {
  readonly #idOfFolder = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** `folder` tells folders apart; the same one always gets the same id. */
  idFor(name: string, folder: string): string {
    const known = this.#idOfFolder.get(folder);
    if (known !== undefined) return known;
    const plain = toActorId(name);
    let id = plain;
    for (let n = 2; this.#taken.has(id); n++) {
      const suffix = `-${n}`;
      id = plain.slice(0, MAX_LENGTH - suffix.length) + suffix;
    }
    this.#taken.add(id);
    this.#idOfFolder.set(folder, id);
    return id;
  }
}

export function toActorId(name: string): string {
  const ascii = name
    .normalize('NFKD')
    // The accents that NFKD has parted from their letters.
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|-+$/g, '')
    .slice(0, MAX_LENGTH);
  return ascii === '' ? 'pictures' : ascii;
}
