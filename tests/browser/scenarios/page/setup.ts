// What a test writes into the page's HTML, as a backend would.

export interface PagePicture {
  s3_url: string;
  alt: string;
  actor_id?: string;
  widths?: number[];
  sizes?: string;
}

export interface PageSetup {
  pictures: PagePicture[];
  /** In <StrictMode>. */
  strict?: boolean;
  /** The pictures are in the HTML already. */
  hydrate?: boolean;
  /** Hydrated only when every picture of the HTML has loaded or failed, as behind a slow network. */
  hydrateLate?: boolean;
}
