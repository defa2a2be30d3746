// How pictures are deleted, as the gallery and the lightbox are told.
import type { Picture } from './backend.ts';

export interface Deletion {
  ask: (picture: Picture, then?: () => void) => void;
  /** Why nothing may be deleted here. */
  refusal: string | undefined;
}
